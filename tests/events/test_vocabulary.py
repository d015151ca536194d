"""What was ever recorded can be read for ever, and what can be recorded is published."""

import re
from pathlib import Path

import pytest

from events import REGISTRY
from events._event import SCOPES, Event
from tests.events.golden import VOCABULARY, examples, golden, loaded, vocabulary
from tests.lint._layers import modules

WRITE = "python -m tests.events.golden writes what is missing"
CHANGED = "the shape has changed: raise its schema_version, and keep the example of the old one"


def kinds(event: type[Event] = Event) -> set[type[Event]]:
    """The events of all areas; what has no type of its own is a base of others."""
    modules("events", "_events")
    below = {kind for child in event.__subclasses__() for kind in kinds(child)}
    own = isinstance(event.model_fields["type"].default, str) and event.__module__.endswith("_events")
    return below | ({event} if own else set())


def name(kind: type[Event]) -> str:
    return str(kind.model_fields["type"].default)


def test_every_event_is_in_the_vocabulary() -> None:
    assert kinds() == set(REGISTRY.values())
    assert len(REGISTRY) == len(kinds())


@pytest.mark.parametrize("kind", REGISTRY.values(), ids=name)
def test_an_event_is_named_by_its_area_and_what_happened(kind: type[Event]) -> None:
    assert re.fullmatch(r"[a-z]+(_[a-z]+)*\.[a-z]+(_[a-z]+)*", name(kind))
    assert not name(kind).endswith("updated")
    assert set(kind.scopes) <= set(SCOPES)
    assert kind.schema_version >= 1


def test_an_area_has_its_types_for_itself() -> None:
    owners: dict[str, set[str]] = {}
    for kind in REGISTRY.values():
        owners.setdefault(name(kind).split(".")[0], set()).add(kind.__module__)
    assert [area for area, modules in owners.items() if len(modules) > 1] == []


@pytest.mark.parametrize("path", examples(), ids=lambda path: path.stem)
def test_a_stored_shape_still_loads(path: Path) -> None:
    event = loaded(path)
    type_, version = path.stem.rsplit(".", 1)
    assert event.type == type_
    assert int(version) <= event.schema_version


@pytest.mark.parametrize("kind", REGISTRY.values(), ids=name)
def test_the_present_shape_is_kept_as_an_example(kind: type[Event]) -> None:
    path = golden(kind)
    assert path.exists(), WRITE
    again = loaded(path).encoded() + b"\n"
    assert again == path.read_bytes(), CHANGED


def test_the_published_contract_is_the_present_one() -> None:
    assert VOCABULARY.read_text(encoding="utf-8") == vocabulary(), WRITE
