"""What is told of read models behind the log."""

from datetime import datetime

from pydantic import BaseModel, Field


class ReadModelRead(BaseModel):
    """A version of a read model, and how far it has come."""

    name: str
    version: int
    backend: str
    state: str = Field(description="building, serving, or kept until it is retired")
    since: datetime = Field(description="When it came into this state")
    projects: int
    projects_waiting: int = Field(description="Projects whose log it has not retold to the end")
    events: int = Field(description="Events that the logs have")
    events_waiting: int = Field(description="Of these, those that it has not come to")
    lag_seconds: float = Field(description="Since the oldest event that waits was recorded")
    rate: float = Field(description="Events a second, in the last seconds")
    dead: int = Field(description="Streams that it could not take, and that are parked")
    error: str | None = Field(description="What keeps it from following, or from serving")


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
