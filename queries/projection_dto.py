"""What is told of read models behind the log."""

from datetime import datetime

from pydantic import BaseModel, Field


class ProjectionRead(BaseModel):
    """A version of a read model, and how far it has come."""

    name: str
    version: int
    backend: str
    state: str = Field(description="building, serving, or kept until it is retired")
    since: datetime = Field(description="When it came into this state")
    projects: int
    projects_waiting: int = Field(description="Projects whose log it has not retold to the end")
    events: int = Field(description="Events that the logs have")
    events_waiting: int = Field(description="Of these, from the first to the last one that it still has to retell")
    lag_seconds: float = Field(description="Since the oldest event that waits was recorded")
    rate: float = Field(description="Events a second by which it came forward, in the last seconds")
    seconds_left: float | None = Field(description="Until none waits at this rate; null where it stands still")
    dead: int = Field(description="Streams that it could not take, and that are parked")
    rewriting: list[int] = Field(description="Projects that are about to be written anew in it")
    error: str | None = Field(description="What keeps it from following, or from serving")
    compared_again: datetime | None = Field(
        description="When workers compare it again with the log, from which it differed; null where that is not put off"
    )


class DeadLetterRead(BaseModel):
    """A stream that a read model could not take."""

    name: str
    version: int
    project_id: int
    stream_id: str
    revision: int = Field(description="Of the first event that could not be taken")
    error: str
    parked: datetime
    later: int = Field(description="How many events of the stream have followed it")


class RetriedRead(BaseModel):
    """What became of a parked stream."""

    stream_id: str
    error: str | None = Field(description="Why it still cannot be taken; null if it is retold")


class DifferenceRead(BaseModel):
    """Something that is not as the log says."""

    project_id: int
    kind: str
    place: str
    key: str
    detail: str
