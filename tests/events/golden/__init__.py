"""One stored example of every shape that an event ever had, as `<type>.<schema version>.json`."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin
from uuid import UUID

from pydantic import BaseModel

from events import EVENT, REGISTRY
from events._event import Event

HERE = Path(__file__).parent
VOCABULARY = HERE.parents[2] / "docs" / "events.schema.json"


def golden(kind: type[Event]) -> Path:
    """Where the example of an event's present shape is."""
    return HERE / f"{kind.model_fields['type'].default}.{kind.schema_version}.json"


def examples() -> Sequence[Path]:
    return sorted(HERE.glob("*.json"))


def loaded(path: Path) -> Event:
    """The event of an example, decoded as the log decodes what it has stored."""
    return REGISTRY[path.stem.rsplit(".", 1)[0]].model_validate_json(path.read_bytes())


def vocabulary() -> str:
    """The published contract."""
    return json.dumps(EVENT.json_schema(), indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def example(kind: type[Event]) -> Event:
    """The same event every time it is asked for."""
    return kind.model_validate(_fields(kind))


def _fields(model: type[BaseModel]) -> dict[str, Any]:
    fields = model.model_fields.items()
    return {name: _value(name, place, field.annotation) for place, (name, field) in enumerate(fields, start=1)}


def _value(name: str, place: int, kind: Any) -> Any:
    origin, inner = get_origin(kind), get_args(kind)
    if origin is Annotated:
        return _value(name, place, inner[0])
    if origin is Literal:
        return inner[0]
    if origin in (Union, UnionType):
        return _value(name, place, next(one for one in inner if one is not NoneType))
    if origin in (list, tuple, Sequence):
        return [_value(name, place, one) for one in inner if one is not ...]
    if origin is dict:
        return {_value(name, place, inner[0]): _value(name, place, inner[1])}
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return _fields(kind)
    return _plain(name, place, kind)


def _plain(name: str, place: int, kind: Any) -> Any:
    match kind:
        case _ if kind is str:
            return sha256(name.encode()).hexdigest() if name.endswith("sha256") else f"{name} Käthe 🜁"
        case _ if kind is bool:
            return True
        case _ if kind is int:
            return place
        case _ if kind is float:
            return place + 0.5
        case _ if kind is UUID:
            return UUID(int=place)
        case _ if kind is datetime:
            return datetime(1889, 3, place, tzinfo=UTC)
    raise TypeError(f"No example of {kind} for {name} is known: add one here.")
