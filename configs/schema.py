"""The typed schema of everything that can be set, and the one way to load it."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, is_dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Literal, get_type_hints

from omegaconf import DictConfig, OmegaConf
from omegaconf.errors import OmegaConfBaseException

from configs._addresses import check_address, check_prefix
from configs._layers import ConfigError, Setting, layers
from configs._ranges import range_of
from configs._secrets import (
    KEY_LENGTH,
    KEYS,
    MASK,
    has_password,
    masked,
    read_secret,
    refuse_open_secret,
    with_password,
)

__all__ = [
    "ApiConfig",
    "AuthConfig",
    "Config",
    "ConfigError",
    "DocumentsConfig",
    "ElasticsearchConfig",
    "EmbedderConfig",
    "LogConfig",
    "PostgresConfig",
    "ReadModelsConfig",
    "WeaviateConfig",
    "load",
    "shown",
]


@dataclass(frozen=True)
class PostgresConfig:
    url: str | None = field(repr=False)
    password_file: str | None
    pool_size: int


@dataclass(frozen=True)
class ElasticsearchConfig:
    url: str | None
    api_key: str | None = field(repr=False)
    api_key_file: str | None
    prefix: str
    timeout_seconds: int


@dataclass(frozen=True)
class WeaviateConfig:
    url: str | None
    grpc_url: str | None
    api_key: str | None = field(repr=False)
    api_key_file: str | None
    prefix: str
    timeout_seconds: int


@dataclass(frozen=True)
class ApiConfig:
    host: str
    port: int
    proxies: list[str]
    cors_origins: list[str]
    registration_open: bool
    gzip_minimum_bytes: int
    body_limit_mb: int
    bulk_body_limit_mb: int
    upload_limit_mb: int
    content_url_minutes: int
    idempotency_days: int
    waiting_requests: int
    lock_seconds: int
    shutdown_seconds: int


@dataclass(frozen=True)
class AuthConfig:
    signing_key: str | None = field(repr=False)
    signing_key_file: str | None
    access_token_minutes: int
    refresh_token_days: int
    argon2_time_cost: int
    argon2_memory_kib: int
    argon2_parallelism: int
    hashes_at_once: int
    login_failures: int
    login_window_minutes: int
    registrations_per_hour: int


@dataclass(frozen=True)
class DocumentsConfig:
    workers: int
    timeout_seconds: int
    memory_mb: int
    document_limit_mb: int
    zip_files: int
    zip_unpacked_mb: int
    zip_ratio: int


@dataclass(frozen=True)
class ReadModelsConfig:
    workers: int
    rebuild_share: float
    wait_seconds: float
    late_seconds: float


@dataclass(frozen=True)
class EmbedderConfig:
    url: str | None
    model: str | None
    dimensions: int
    prefix: str
    api_key: str | None = field(repr=False)
    api_key_file: str | None
    texts_at_once: int
    requests_at_once: int
    timeout_seconds: int
    attempts: int
    run: bool

    @property
    def runs_here(self) -> bool:
        """A server, or a worker by itself, starts the encoder that comes with the installation."""
        return self.run and self.url is None


@dataclass(frozen=True)
class LogConfig:
    level: Literal["TRACE", "DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"]
    format: Literal["auto", "human", "json"]
    rotation_mb: int
    kept_files: int


@dataclass(frozen=True)
class Config:
    """One installation's settings; what each means is said beside its value in default.yaml."""

    data_folder: str
    postgres: PostgresConfig
    elasticsearch: ElasticsearchConfig
    weaviate: WeaviateConfig
    api: ApiConfig
    auth: AuthConfig
    documents: DocumentsConfig
    read_models: ReadModelsConfig
    embedder: EmbedderConfig
    log: LogConfig


def load(environment: str, overrides: Sequence[str], environ: Mapping[str, str]) -> Config:
    """The settings of an environment (default, test, production) with all layers on top.

    `overrides` are `key=value` from the command line; whatever does not fit is a ConfigError that names its place.
    """
    types = _leaf_types(Config)
    sections = {key.partition(".")[0] for key in types if "." in key}
    tree = OmegaConf.merge(OmegaConf.structured(Config), {section: {} for section in sections})
    assert isinstance(tree, DictConfig)
    for node in (tree, *(tree[section] for section in sections)):
        OmegaConf.set_readonly(node, False)
    places: dict[str, str] = {}
    for setting in layers(environment, overrides, environ):
        if setting.key in sections and setting.value is None:
            continue
        refuse_open_secret(setting)
        _lay(tree, setting, types)
        places[setting.key] = setting.place
    for key, place in places.items():
        _check(tree, key, types[key], place)
    _check_engines(tree)
    return _with_secret_files(tree)


def shown(config: Config) -> str:
    """The settings as YAML for people to read, secrets masked."""
    content = asdict(config)
    for section, name in (key.split(".") for key in KEYS):
        if content[section][name] is not None:
            content[section][name] = MASK
    if config.postgres.url is not None:
        content["postgres"]["url"] = masked(config.postgres.url)
    return OmegaConf.to_yaml(OmegaConf.create(content))


def _leaf_types(schema: type, parent: str = "") -> dict[str, Any]:
    types: dict[str, Any] = {}
    for name, hint in get_type_hints(schema).items():
        if is_dataclass(hint) and isinstance(hint, type):
            types |= _leaf_types(hint, f"{parent}{name}.")
        else:
            types[f"{parent}{name}"] = hint
    return types


def _lay(tree: DictConfig, setting: Setting, types: Mapping[str, Any]) -> None:
    if setting.key not in types:
        near = get_close_matches(setting.key, types, n=1)
        raise ConfigError(f"{setting.place}: there is no such setting{f', did you mean {near[0]}?' if near else '.'}")
    value = setting.value if setting.origin == "file" else _spoken(setting.value, types[setting.key])
    try:
        OmegaConf.update(tree, setting.key, value)
    except OmegaConfBaseException as error:
        raise ConfigError(f"{setting.place}: {_first_sentence(error)}") from None


def _check(tree: DictConfig, key: str, hint: Any, place: str) -> None:
    """What can be said only when all layers are there, because a value may point to another one."""
    try:
        value = OmegaConf.select(tree, key)
    except OmegaConfBaseException as error:
        raise ConfigError(f"{place}: {_first_sentence(error)}") from None
    if hint in (int, float):
        least, most = range_of(key)
        if not least <= value <= most:
            raise ConfigError(f"{place}: {value} is out of range, which goes from {least:,} to {most:,}.")
    if key == "postgres.url" and value is not None and not value.startswith(("postgresql://", "postgres://")):
        raise ConfigError(f"{place}: the address of a database begins with postgresql://")


def _spoken(text: str, hint: Any) -> Any:
    """What a text from the environment or the command line means for a setting of this type."""
    if hint == list[str]:
        return [part.strip() for part in text.strip("[] ").split(",") if part.strip()]
    if hint == (str | None) and text in ("", "null"):
        return None
    return text.replace("${", r"\${")


def _check_engines(tree: DictConfig) -> None:
    for key in ("elasticsearch.url", "weaviate.url", "weaviate.grpc_url", "embedder.url"):
        check_address(key, OmegaConf.select(tree, key))
    if tree.weaviate.url is not None and tree.weaviate.url == tree.weaviate.grpc_url:
        raise ConfigError("weaviate.url and weaviate.grpc_url are the same; Weaviate listens on two ports.")
    if (tree.embedder.url is None) != (tree.embedder.model is None):
        raise ConfigError("embedder.url and embedder.model belong together: set both, or neither.")
    check_prefix("elasticsearch.prefix", tree.elasticsearch.prefix, r"[a-z][a-z0-9_-]{0,40}")
    check_prefix("weaviate.prefix", tree.weaviate.prefix, r"[A-Z][A-Za-z0-9_]{0,40}")


def _with_secret_files(tree: DictConfig) -> Config:
    url, password_file = tree.postgres.url, tree.postgres.password_file
    if password_file is not None:
        if url is None or has_password(url):
            raise ConfigError("postgres.password_file needs a postgres.url with a user and without a password.")
        tree.postgres.url = with_password(url, read_secret(Path(password_file))).replace("${", r"\${")
    for section, name in (key.split(".") for key in KEYS):
        if (file := tree[section][f"{name}_file"]) is not None:
            if tree[section][name] is not None:
                raise ConfigError(f"{section}.{name} and {section}.{name}_file are both set; only one can hold.")
            tree[section][name] = read_secret(Path(file)).replace("${", r"\${")
    if tree.auth.signing_key is not None and len(tree.auth.signing_key) < KEY_LENGTH:
        raise ConfigError(f"The signing key is too short: it needs {KEY_LENGTH} characters or more.")
    config = OmegaConf.to_object(tree)
    assert isinstance(config, Config)
    return config


def _first_sentence(error: Exception) -> str:
    return f"{str(error).splitlines()[0].rstrip('.')}."
