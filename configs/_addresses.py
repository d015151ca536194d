"""Addresses of outside services, and the names under which several installations share one."""

import re
from urllib.parse import urlsplit

from configs._layers import ConfigError


def check_address(key: str, url: str | None) -> None:
    """Of a service that is asked over HTTP; who is asking is said by a key of its own."""
    if url is None:
        return
    try:
        parts = urlsplit(url)
        fits = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        fits = False
    if not fits:
        raise ConfigError(f"{key} must be of the form http://host:port or https://host:port.")
    if "@" in parts.netloc or parts.query or parts.fragment:
        raise ConfigError(f"{key} must hold no name, password or query; an API key has a setting of its own.")


def check_prefix(key: str, prefix: str, pattern: str) -> None:
    if not re.fullmatch(pattern, prefix):
        raise ConfigError(f"{key} must be of the form {pattern}.")
