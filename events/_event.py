"""What an event is, before and after it is recorded."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Literal, NamedTuple, get_args
from uuid import UUID

from pydantic import BaseModel, ConfigDict

Scope = Literal["codebook", "members", "folders", "documents", "memos", "removals"]
SCOPES: tuple[Scope, ...] = get_args(Scope)
_EXCLUDED = {"type"}


class Event(BaseModel):
    """A fact. Named in the past tense and kept for ever, so reading it is lenient.

    `scopes` names the parts of the project whose last revision the head row remembers, so that a
    command can make its append depend on nothing having changed there; `removals` is what happens to
    documents that go. `begins` says that it is
    always the first of its stream, `ends` that nothing follows it in its log. Fields called
    `*_sha256` name blobs; `blob_lengths` are the fields that say how many bytes these have.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    schema_version: ClassVar[int] = 1
    scopes: ClassVar[tuple[Scope, ...]] = ()
    begins: ClassVar[bool] = False
    ends: ClassVar[bool] = False
    blob_lengths: ClassVar[Mapping[str, str]] = {}

    type: str

    @property
    def area(self) -> str:
        """What it is about: `code` of `code.renamed`."""
        return self.type.partition(".")[0]

    def encoded(self) -> bytes:
        """The payload as it is stored: compact JSON without the type, which the envelope has."""
        return self.__pydantic_serializer__.to_json(self, exclude=_EXCLUDED)


def stream(area: str, *ids: int) -> str:
    """The stream of one entity: `code-17`; of a link between two: `tag_link-5-17`."""
    return "-".join([area, *map(str, ids)])


def stream_ids(stream_id: str) -> tuple[int, ...]:
    return tuple(int(part) for part in stream_id.split("-")[1:])


class Fact(NamedTuple):
    """An event and the stream it is about to be recorded in."""

    stream_id: str
    event: Event


@dataclass(frozen=True, slots=True)
class Envelope:
    """Who, when and why: what all events of one command share. `correlation_id` is the request's."""

    actor_id: int
    correlation_id: str
    causation_id: UUID | None = None


class Recorded(NamedTuple):
    """An event in its place in the log of a project; a tuple, because of these the most are made.

    `command_index` of `command_count` (from 1) is its place among the events of its command, which
    always stand together: the command reaches from `first_revision` to `last_revision`.
    """

    project_id: int
    revision: int
    stream_id: str
    version: int
    event: Event
    event_id: UUID
    actor_id: int
    command_id: UUID
    command_index: int
    command_count: int
    correlation_id: str
    causation_id: UUID | None
    recorded_at: datetime

    @property
    def ids(self) -> tuple[int, ...]:
        return stream_ids(self.stream_id)

    @property
    def entity_id(self) -> int:
        return int(self.stream_id.rsplit("-", 1)[1])

    @property
    def first_revision(self) -> int:
        return self.revision - self.command_index + 1

    @property
    def last_revision(self) -> int:
        return self.first_revision + self.command_count - 1
