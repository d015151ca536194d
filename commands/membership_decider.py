"""Adding members to a project, changing their roles, and removing them."""

from dataclasses import dataclass
from typing import Protocol, assert_never

from commands._decider import Asked, Decider
from commands._refusal import NotFound, Refused
from commands.membership_dto import MemberAdd, MemberRemove, MemberRoleUpdate
from events._event import Event
from events.membership_events import MemberAdded, MemberRemoved, MemberRoleChanged, MembershipEvent, RoleName

MembershipCommand = MemberAdd | MemberRoleUpdate | MemberRemove


@dataclass(frozen=True, slots=True)
class Membership:
    role: RoleName


class MemberLookup(Protocol):
    """What the rules must know of the other members, and of accounts."""

    def owners(self) -> int: ...

    def has_account(self, user_id: int) -> bool:
        """Whether there is such an account; if so, it is not erased before the command is done."""


class AlreadyMember(Refused):
    """This user is a member of the project already."""


class LastOwner(Refused):
    """A project always keeps one owner: make somebody else owner first."""


def decide(command: MembershipCommand, member: Membership | None, asked: Asked, members: MemberLookup) -> list[Event]:
    if isinstance(command, MemberAdd):
        if not members.has_account(asked.id):
            raise NotFound
        if member is not None:
            raise AlreadyMember
        return [MemberAdded(role=command.role)]
    if member is None:
        raise NotFound
    match command:
        case MemberRoleUpdate(role=role):
            if role == member.role:
                return []
            _keep_an_owner(member, members)
            return [MemberRoleChanged(role=role, was=member.role)]
        case MemberRemove():
            _keep_an_owner(member, members)
            return [MemberRemoved(role=member.role)]
        case _:
            assert_never(command)


def _keep_an_owner(member: Membership, members: MemberLookup) -> None:
    if member.role == "owner" and members.owners() == 1:
        raise LastOwner


def evolve(member: Membership | None, event: MembershipEvent) -> Membership | None:
    match event:
        case MemberAdded(role=role) | MemberRoleChanged(role=role):
            return Membership(role)
        case MemberRemoved():
            return None
        case _:
            assert_never(event)


decider = Decider(area="member", initial=None, decide=decide, evolve=evolve)
