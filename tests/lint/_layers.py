"""The modules of each layer, found by the suffix of their files."""

from importlib import import_module
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).parents[2]


def stems(layer: str, suffix: str) -> set[str]:
    """The areas that have such a file in a layer: `code` for `events/code_events.py`."""
    return {path.stem.removesuffix(suffix) for path in (ROOT / layer).glob(f"[!_]*{suffix}.py")}


def modules(layer: str, suffix: str) -> dict[str, ModuleType]:
    return {stem: import_module(f"{layer}.{stem}{suffix}") for stem in sorted(stems(layer, suffix))}
