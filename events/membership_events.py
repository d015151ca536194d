"""The facts of a membership: who takes part in a project, and in which role."""

from typing import ClassVar, Literal

from events._event import Event, Scope

RoleName = Literal["owner", "editor", "annotator", "reader"]


class _MembersEvent(Event):
    scopes: ClassVar[tuple[Scope, ...]] = ("members",)


class MemberAdded(_MembersEvent):
    type: Literal["member.added"] = "member.added"
    role: RoleName


class MemberRoleChanged(_MembersEvent):
    type: Literal["member.role_changed"] = "member.role_changed"
    role: RoleName
    was: RoleName


class MemberRemoved(_MembersEvent):
    type: Literal["member.removed"] = "member.removed"
    role: RoleName


MembershipEvent = MemberAdded | MemberRoleChanged | MemberRemoved
