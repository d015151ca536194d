"""Where settings come from, one layer after the other, each value with its place."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from omegaconf import OmegaConf

HERE = Path(__file__).parent
EXTRA_FILE = "PALIMPSEST_CONFIG"
PREFIX = "PALIMPSEST__"


class ConfigError(Exception):
    """A setting cannot be used; the message names it, its place, and why."""


@dataclass(frozen=True)
class Setting:
    """One value for one dotted key, as somebody wrote it somewhere."""

    key: str
    value: Any
    place: str
    origin: Literal["file", "environment", "command line"]


def layers(environment: str, overrides: Sequence[str], environ: Mapping[str, str]) -> Iterator[Setting]:
    """Every setting of every layer, the ones that win last."""
    yield from _file(HERE / "default.yaml", "configs/default.yaml")
    if environment != "default":
        path = HERE / f"{environment}.yaml"
        if not path.is_file():
            known = ", ".join(sorted(file.stem for file in HERE.glob("*.yaml")))
            raise ConfigError(f"There is no environment {environment!r}; there are {known}.")
        yield from _file(path, f"configs/{environment}.yaml")
    if extra := environ.get(EXTRA_FILE):
        yield from _file(Path(extra), extra)
    for name in sorted(environ):
        if name.startswith(PREFIX):
            key = name.removeprefix(PREFIX).lower().replace("__", ".")
            yield Setting(key, environ[name], f"Environment variable {name}", "environment")
    for override in overrides:
        key, equals, value = override.partition("=")
        if not equals:
            raise ConfigError(f"Command line: {override!r} is not of the form key=value.")
        yield Setting(key.strip(), value, f"Command line, {key.strip()}", "command line")


def _file(path: Path, shown: str) -> Iterator[Setting]:
    try:
        content = OmegaConf.to_container(OmegaConf.load(path))
    except OSError as error:
        raise ConfigError(f"{shown} cannot be read: {error.strerror}.") from None
    except Exception as error:
        raise ConfigError(f"{shown} is not valid YAML: {' '.join(str(error).split())}") from None
    if not isinstance(content, dict):
        raise ConfigError(f"{shown} does not hold keys and values.")
    yield from _leaves(content, "", shown)


def _leaves(content: dict[Any, Any], parent: str, shown: str) -> Iterator[Setting]:
    for name, value in content.items():
        key = f"{parent}{name}"
        if isinstance(value, dict):
            yield from _leaves(value, f"{key}.", shown)
        else:
            yield Setting(key, value, f"{shown}, {key}", "file")
