"""What readers see of the history of a project."""

from datetime import datetime
from uuid import UUID

from pydantic import Field

from queries.dto_base import ReadDTO


class HistoryChangeRead(ReadDTO):
    """One fact. `was` and `now` are before and after in words, null where there is nothing."""

    revision: int
    type: str = Field(examples=["code.renamed"])
    entity: str = Field(description="The kind of thing that changed", examples=["code"])
    id: int = Field(description="Its id; of a link, that of the second thing")
    was: str | None = Field(examples=["joy"])
    now: str | None = Field(examples=["delight"])


class HistoryEntryRead(ReadDTO):
    """One command: all that somebody did at once."""

    revision: int = Field(description="Of the last change; the permanent address of the entry")
    count: int = Field(description="How many changes there are; `changes` may hold the first of them only")
    command_id: UUID
    actor_id: int
    actor: str = Field(description="The present name, or 'a former member'", examples=["Ada Lovelace"])
    recorded_at: datetime
    sentence: str = Field(examples=["Ada Lovelace re-coded 14 spans from joy to delight"])
    changes: list[HistoryChangeRead]


class EventRead(ReadDTO):
    """A line of the stream of events: a fact and its envelope, as they were recorded."""

    revision: int
    type: str = Field(examples=["code.renamed"])
    stream_id: str = Field(examples=["code-17"])
    stream_version: int
    actor_id: int
    command_id: UUID
    correlation_id: str = Field(description="The id of the request")
    recorded_at: datetime
    schema_version: int
    data: dict[str, object] = Field(examples=[{"name": "delight", "name_key": "delight", "was": "joy"}])
