"""What may be asked of the members of a project."""

from enum import Enum
from typing import Annotated, ClassVar

from pydantic import Field

from commands.dto_base import DTO
from commands.user_dto import Email


class Role(str, Enum):
    """What a member may do; each role may do what those after it may."""

    owner = "owner"
    editor = "editor"
    annotator = "annotator"
    reader = "reader"

    def allows(self, needed: "Role") -> bool:
        order = list(Role)
        return order.index(self) <= order.index(needed)


RoleByName = Annotated[Role, Field(strict=False)]


class ProjectAddUser(DTO):
    email: Email = Field(description="Of somebody who has an account")
    role: RoleByName = Role.editor


class MemberAdd(DTO):
    structural: ClassVar[bool] = True

    role: RoleByName


class MemberRoleUpdate(DTO):
    structural: ClassVar[bool] = True

    role: RoleByName


class MemberRemove(DTO):
    """Leaving a project, or being removed from it; what the member did stays."""

    structural: ClassVar[bool] = True
