"""The pieces of a template: how a field of a fact becomes words."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from string import Formatter
from typing import Any, Protocol

from events._event import stream
from queries._told import Saying, Told
from queries._words import a, amount, shorten

THINGS: Mapping[str, str] = {
    "box": "bbox_annotation",
    "code": "code",
    "codebook version": "codebook_version",
    "document": "sdoc",
    "folder": "folder",
    "memo": "memo",
    "metadata": "projmeta",
    "person": "user",
    "project": "project",
    "sentence passage": "sentence_annotation",
    "span": "span_annotation",
    "span group": "span_group",
    "tag": "tag",
}
"""What has a name, and the area of the streams that give it."""

UNSHARED = frozenset({"n", "others", "quote"})
"""What is no field of the fact."""

_OBJECTS = {area: noun for noun, area in THINGS.items()} | {"source_document": "document"}
_MANNERS = ("the", "below", "into")
_TYPES = {"STRING": "text", "NUMBER": "number", "DATE": "date", "BOOLEAN": "yes or no", "LIST": "list"}


class Part(Protocol):
    def mention(self, told: Told) -> str | None:
        """The stream of the thing whose name it says."""

    def say(self, told: Told, saying: Saying) -> str: ...


@dataclass(frozen=True, slots=True)
class Words:
    """What is said as it stands."""

    text: str

    def mention(self, told: Told) -> str | None:
        return None

    def say(self, told: Told, saying: Saying) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class Count:
    """`{n:span}`: 14 spans; `{others:other span}`: 13 other spans."""

    noun: str
    less: int

    def mention(self, told: Told) -> str | None:
        return None

    def say(self, told: Told, saying: Saying) -> str:
        return amount(None if saying.n is None else saying.n - self.less, self.noun)


@dataclass(frozen=True, slots=True)
class _Value:
    """`{name}`: a field as it is; `{role:a}`: with its article; `{metatype:type}`: a type of metadata."""

    field: str
    manner: str

    def mention(self, told: Told) -> str | None:
        return None

    def say(self, told: Told, saying: Saying) -> str:
        text = shorten(plain(told.get(self.field)), saying.limit) or "nothing"
        match self.manner:
            case "a":
                return a(text)
            case "type":
                return _TYPES[text]
            case _:
                return text


@dataclass(frozen=True, slots=True)
class _Passage:
    """`{quote:passage}`: the words that an annotation marks."""

    noun: str

    def mention(self, told: Told) -> str | None:
        return None

    def say(self, told: Told, saying: Saying) -> str:
        return saying.names.passage(told.event) or a(self.noun)


@dataclass(frozen=True, slots=True)
class _Thing:
    """The name of what a field points to, or that it holds.

    `{code_id:code}`, with its noun `{name:the code}`, and as a place `{parent_id:below code}`.
    """

    field: str
    manner: str
    noun: str

    def mention(self, told: Told) -> str | None:
        value = told.get(self.field)
        return stream(THINGS[self.noun], value) if isinstance(value, int) else None

    def say(self, told: Told, saying: Saying) -> str:
        if self.manner == "the" and saying.again:
            return "it"
        value = told.get(self.field)
        if value is None and self.manner in ("below", "into"):
            return "to the top"
        name = saying.names.of(stream(THINGS[self.noun], value), told.revision) if isinstance(value, int) else value
        name = shorten(name or "", saying.limit)
        if self.manner == "the":
            return f"the {self.noun} {name}" if name else a(self.noun)
        return f"{self.manner} {name or a(self.noun)}".strip()


@dataclass(frozen=True, slots=True)
class _Object:
    """`{attached_object_id:object}`: what a memo is attached to."""

    field: str

    def mention(self, told: Told) -> str | None:
        return self._thing(told).mention(told)

    def say(self, told: Told, saying: Saying) -> str:
        return self._thing(told).say(told, Saying(saying.names, limit=saying.limit))

    def _thing(self, told: Told) -> _Thing:
        return _Thing(self.field, "the", _OBJECTS[told.get("attached_object_type")])


def parts(template: str) -> Iterator[Part]:
    for text, field, spec, _ in Formatter().parse(template):
        if text:
            yield Words(text)
        if field is not None:
            yield _part(field, spec or "")


def _part(field: str, spec: str) -> Part:
    manner, _, noun = spec.partition(" ")
    match field, spec:
        case "n" | "others", _:
            return Count(spec, less=int(field == "others"))
        case "quote", _:
            return _Passage(spec)
        case _, "" | "a" | "type":
            return _Value(field, spec)
        case _, "object":
            return _Object(field)
        case _ if manner in _MANNERS:
            return _Thing(field, manner, noun)
        case _:
            return _Thing(field, "", spec)


def plain(value: Any) -> str:
    """A value as text."""
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case list():
            return ", ".join(map(str, value))
        case _:
            return str(value)
