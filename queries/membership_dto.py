"""What members of a project see of each other."""

from pydantic import Field

from commands.membership_dto import Role
from queries.dto_base import Entity


class MemberRead(Entity):
    """Somebody as the other members of a project see them; `version` and ETag are those of the membership."""

    email: str = Field(examples=["ada@example.org"])
    first_name: str = Field(examples=["Ada"])
    last_name: str = Field(examples=["Lovelace"])
    role: Role
    project_id: int
