"""What readers see of a project."""

from pydantic import Field

from queries.dto_base import Entity


class ProjectRead(Entity):
    title: str
    description: str
    revision: int = Field(description="The last revision of the project's log")
