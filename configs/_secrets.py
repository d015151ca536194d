"""Secrets: from the environment or from a file that only its owner may read, and never shown."""

from pathlib import Path
from urllib.parse import parse_qsl, quote, urlsplit, urlunsplit

from configs._layers import ConfigError, Setting

MASK = "***"
KEY_LENGTH = 32
KEYS = {
    "auth.signing_key": "a signing key",
    "elasticsearch.api_key": "an API key",
    "embedder.api_key": "an API key",
    "weaviate.api_key": "an API key",
}
"""Settings that are secrets as a whole; each has a second one, `..._file`, that names a file."""


class SecretFileTooOpen(ConfigError):
    """A file that holds a secret must be readable by its owner only: set its mode to 0600."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"{self.__doc__} ({path})")


def read_secret(path: Path) -> str:
    """The secret in a file of mode 0600 or stricter."""
    try:
        if path.stat().st_mode & 0o077:
            raise SecretFileTooOpen(path)
        return path.read_text(encoding="utf-8").strip()
    except OSError as error:
        raise ConfigError(f"The file with a secret, {path}, cannot be read: {error.strerror}.") from None


def refuse_open_secret(setting: Setting) -> None:
    """A secret in a YAML file or on a command line can be read by others."""
    if setting.key == "postgres.url" and not _is_url(str(setting.value)):
        # Not repeated: there may be a password in it.
        raise ConfigError(f"{setting.place}: this cannot be read as the address of a database.")
    if setting.origin == "environment" or setting.value is None:
        return
    file = f"{setting.key}_file"
    if setting.key in KEYS:
        refused = KEYS[setting.key]
    elif setting.key == "postgres.url" and has_password(str(setting.value)):
        refused, file = "a password", "postgres.password_file"
    else:
        return
    name = f"PALIMPSEST__{setting.key.upper().replace('.', '__')}"
    raise ConfigError(
        f"{setting.place}: {refused} does not belong there; put it into the environment variable {name} "
        f"or into a file of mode 0600 named by {file}."
    )


def _is_url(text: str) -> bool:
    try:
        urlsplit(text)
    except ValueError:
        return False
    return True


def has_password(url: str) -> bool:
    parts = urlsplit(url)
    return parts.password is not None or any(name == "password" for name, _ in parse_qsl(parts.query))


def with_password(url: str, password: str) -> str:
    parts = urlsplit(url)
    user, at, host = parts.netloc.rpartition("@")
    user = user.partition(":")[0]
    return urlunsplit(parts._replace(netloc=f"{user}:{quote(password, safe='')}{at}{host}"))


def masked(url: str) -> str:
    """The url as it may be shown; a password that hides in an unusual place takes the whole query with it."""
    if not has_password(url):
        return url
    parts = urlsplit(url)
    user, at, host = parts.netloc.rpartition("@")
    name, colon, _ = user.partition(":")
    query = MASK if "password" in parts.query else parts.query
    return urlunsplit(parts._replace(netloc=f"{name}{colon}{MASK if colon else ''}{at}{host}", query=query))
