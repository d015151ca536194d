"""What all answers have in common."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field


class ReadDTO(BaseModel):
    model_config = ConfigDict(from_attributes=True, extra="allow")


class Entity(ReadDTO):
    """Times are UTC; `version` counts the changes of the entity, and is its ETag."""

    id: int
    created: datetime
    updated: datetime
    version: int = Field(description="How often it has changed; the ETag")
