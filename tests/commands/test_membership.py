"""The rules of memberships."""

from dataclasses import dataclass

from commands._refusal import NotFound
from commands.membership_decider import AlreadyMember, LastOwner, decider
from commands.membership_dto import MemberAdd, MemberRemove, MemberRoleUpdate, ProjectAddUser, Role
from events.membership_events import MemberAdded, MemberRemoved, MemberRoleChanged
from tests.spec import Spec


@dataclass
class FakeMembers:
    number_of_owners: int = 1
    account: bool = True

    def owners(self) -> int:
        return self.number_of_owners

    def has_account(self, user_id: int) -> bool:
        return self.account


member = Spec(decider, FakeMembers())
owner = MemberAdded(role="owner")
editor = MemberAdded(role="editor")


def test_a_member_is_added_in_a_role() -> None:
    member.when(MemberAdd(role=Role.reader)).then(MemberAdded(role="reader"))


def test_whoever_is_added_without_a_role_is_an_editor() -> None:
    assert ProjectAddUser(email="bob@example.org").role == "editor"


def test_nobody_is_added_twice() -> None:
    member.given(editor).when(MemberAdd(role=Role.owner)).then_refused(AlreadyMember)


def test_nobody_without_an_account_is_added() -> None:
    member.knowing(FakeMembers(account=False)).when(MemberAdd(role=Role.reader)).then_refused(NotFound)


def test_somebody_who_left_comes_back() -> None:
    left = member.given(editor, MemberRemoved(role="editor"))
    left.when(MemberAdd(role=Role.reader)).then(MemberAdded(role="reader"))


def test_a_role_changes() -> None:
    member.given(editor).when(MemberRoleUpdate(role=Role.owner)).then(MemberRoleChanged(role="owner", was="editor"))


def test_the_same_role_says_nothing() -> None:
    member.given(owner).when(MemberRoleUpdate(role=Role.owner)).then_nothing()


def test_a_stranger_has_no_role_to_change_and_nothing_to_leave() -> None:
    member.when(MemberRoleUpdate(role=Role.owner)).then_refused(NotFound)
    member.when(MemberRemove()).then_refused(NotFound)


def test_the_last_owner_stays_owner() -> None:
    member.given(owner).when(MemberRoleUpdate(role=Role.editor)).then_refused(LastOwner)
    member.given(owner).when(MemberRemove()).then_refused(LastOwner)


def test_one_of_two_owners_may_go() -> None:
    two = member.knowing(FakeMembers(2)).given(owner)
    two.when(MemberRemove()).then(MemberRemoved(role="owner"))
    two.when(MemberRoleUpdate(role=Role.editor)).then(MemberRoleChanged(role="editor", was="owner"))


def test_a_member_who_owns_nothing_may_go() -> None:
    member.given(editor).when(MemberRemove()).then(MemberRemoved(role="editor"))
