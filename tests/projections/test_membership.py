"""Memberships as they are retold."""

from events._event import Fact
from events.membership_events import MemberAdded, MemberRemoved, MemberRoleChanged
from projections.membership_crud import crud_membership
from projections.membership_lookup import MemberLookupTables
from projections.membership_orm import MembershipORM
from projections.user_crud import crud_user
from tests.projections.log import ADA, PROJECT, Log

BOB = ADA + 1
ada, bob = f"member-{ADA}", f"member-{BOB}"


def account(log: Log, user_id: int, name: str) -> None:
    email = f"{name.lower()}@example.org"
    values = {"email": email, "email_key": email, "first_name": name, "last_name": "Doe", "password_hash": "secret"}
    with log.postgres.connection() as connection:
        crud_user.create(connection, user_id, values)


def arranged(log: Log) -> None:
    account(log, ADA, "Ada")
    account(log, BOB, "Bob")
    log.record(Fact(ada, MemberAdded(role="owner")), Fact(bob, MemberAdded(role="editor")))


def test_a_role_changes_and_the_other_stays(log: Log) -> None:
    arranged(log)
    other = log.rows(MembershipORM)[0]
    log.record(Fact(bob, MemberRoleChanged(role="reader", was="editor")))
    log.again()
    untouched, changed = log.rows(MembershipORM)
    assert untouched == other
    assert (changed["user_id"], changed["role"], changed["version"]) == (BOB, "reader", 2)


def test_a_removed_member_is_gone(log: Log) -> None:
    arranged(log)
    log.record(Fact(bob, MemberRemoved(role="editor")))
    log.again()
    assert [row["user_id"] for row in log.rows(MembershipORM)] == [ADA]


def test_members_are_read_as_people_without_their_secrets(log: Log) -> None:
    arranged(log)
    with log.postgres.session() as db:
        members = crud_membership.read_by_project(db, PROJECT)
        assert [(one["id"], one["first_name"], one["role"]) for one in members] == [
            (ADA, "Ada", "owner"),
            (BOB, "Bob", "editor"),
        ]
        assert crud_membership.read_by_project(db, PROJECT, after=ADA) == members[1:]
        assert crud_membership.read_by_project(db, PROJECT, skip=1, limit=1) == members[1:]
        assert crud_membership.read_by_project(db, PROJECT + 1) == []
        assert crud_membership.read_by_project_and_user(db, PROJECT, BOB) == members[1]
        assert crud_membership.read_by_project_and_user(db, PROJECT, BOB + 1) is None
    assert "secret" not in str(members)


def test_owners_are_counted_and_accounts_are_known(log: Log) -> None:
    arranged(log)
    with log.postgres.transaction() as connection:
        members = MemberLookupTables(connection, PROJECT)
        assert members.owners() == 1
        assert members.has_account(BOB)
        assert not members.has_account(BOB + 1)
        assert MemberLookupTables(connection, PROJECT + 1).owners() == 0
        assert crud_membership.read_project_ids(connection, BOB) == [PROJECT]
