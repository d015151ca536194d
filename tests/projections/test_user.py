"""The rows of accounts, and who sees them."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from psycopg.errors import UniqueViolation

from events._event import Fact
from events.membership_events import MemberAdded, MemberRemoved
from projections.refresh_token_crud import RefreshToken, crud_refresh_token
from projections.user_crud import Credentials, crud_user
from projections.user_lookup import UserLookupTables
from repos.postgres_repo import Connection, Postgres
from tests.projections.log import ADA, Log

BOB, CAROL = ADA + 1, ADA + 2
DAY = timedelta(days=1)


@pytest.fixture
def connection(postgres: Postgres) -> Iterator[Connection]:
    """A database with the accounts of Ada, Bob and Carol."""
    with postgres.connection() as connection:
        for user_id, name in ((ADA, "Ada"), (BOB, "Bob"), (CAROL, "Carol")):
            crud_user.create(connection, user_id, account(name))
        yield connection


def account(name: str) -> dict[str, Any]:
    email = f"{name}@example.org"
    return {"email": email, "email_key": email.lower(), "first_name": name, "last_name": "Doe", "password_hash": "h"}


def test_an_account_changes_and_the_other_stays(connection: Connection, postgres: Postgres) -> None:
    with postgres.session() as db:
        before = crud_user.read(db, BOB)
        crud_user.update(connection, ADA, {"first_name": "Augusta", "version": 2})
        crud_user.update_epoch(connection, ADA)
        crud_user.update_hash(connection, ADA, "other", "x")
        crud_user.update_hash(connection, ADA, "h", "new")
        changed = crud_user.read(db, ADA)
        assert changed is not None
        assert (changed["first_name"], changed["last_name"], changed["version"]) == ("Augusta", "Doe", 2)
        assert not {"password_hash", "email_key", "token_epoch"} & set(changed)
        assert crud_user.read_credentials(connection, ADA) == Credentials(ADA, "ada@example.org", 1, "new")
        crud_user.delete(connection, ADA)
        assert crud_user.read(db, ADA) is None
        assert crud_user.read(db, BOB) == before


def test_an_account_is_found_by_its_email_whatever_the_case_and_is_the_only_one(connection: Connection) -> None:
    assert crud_user.read_credentials_by_email(connection, "bob@example.org") == Credentials(
        BOB, "bob@example.org", 0, "h"
    )
    assert UserLookupTables(connection, 0).holder("bob@example.org") == BOB
    assert UserLookupTables(connection, 0).holder("nobody@example.org") is None
    assert UserLookupTables(connection, 0).profile(BOB) == ("Bob@example.org", "Bob", "Doe")
    with pytest.raises(UniqueViolation):
        crud_user.create(connection, 9, account("BOB"))


def test_people_know_those_who_are_or_were_in_their_projects(log: Log, connection: Connection) -> None:
    log.record(*(Fact(f"member-{user_id}", MemberAdded(role="owner")) for user_id in (ADA, BOB)))
    with log.postgres.session() as db:

        def known(of_id: int) -> list[int]:
            return [one["id"] for one in crud_user.read_acquainted(db, of_id, after=0, skip=0, limit=None)]

        assert (known(ADA), known(CAROL)) == ([ADA, BOB], [CAROL])
        log.record(Fact(f"member-{BOB}", MemberRemoved(role="owner")))
        assert (known(ADA), known(BOB)) == ([ADA], [BOB])
        bob = {"id": BOB, "first_name": "Bob", "last_name": "Doe", "is_erased": False}
        assert crud_user.read_known_to(db, ADA, BOB) == bob
        assert crud_user.read_known_to(db, BOB, ADA) is None
        crud_user.delete(connection, BOB)
        former = {"id": BOB, "first_name": "A former", "last_name": "member", "is_erased": True}
        assert crud_user.read_known_to(db, ADA, BOB) == former
        assert crud_user.read_known_to(db, CAROL, BOB) is None


def test_technical_accounts_are_there_and_have_no_password(connection: Connection, postgres: Postgres) -> None:
    for user_id in (1, 9990, 9991, 9992):
        credentials = crud_user.read_credentials(connection, user_id)
        assert credentials is not None
        assert credentials.password_hash is None
        with postgres.session() as db:
            assert crud_user.read_known_to(db, CAROL, user_id) is not None


def issue(connection: Connection, token: bytes, family_id: UUID, user_id: int, lifetime: timedelta = DAY) -> None:
    crud_refresh_token.create(connection, token, family_id, user_id, lifetime)


def spent(connection: Connection) -> dict[bytes, bool]:
    tokens = {token: crud_refresh_token.read_locked(connection, token) for token in (b"1", b"2", b"3", b"4")}
    return {token: found.is_spent for token, found in tokens.items() if found is not None}


def test_a_token_is_used_a_family_and_a_user_are_revoked_and_the_others_stay(connection: Connection) -> None:
    one, other = uuid4(), uuid4()
    for token, family_id, user_id in ((b"1", one, ADA), (b"2", one, ADA), (b"3", other, ADA), (b"4", uuid4(), BOB)):
        issue(connection, token, family_id, user_id)
    assert crud_refresh_token.read_locked(connection, b"1") == RefreshToken(one, ADA, False, False)
    crud_refresh_token.update_used(connection, b"1")
    assert spent(connection) == {b"1": True, b"2": False, b"3": False, b"4": False}
    crud_refresh_token.update_family_revoked(connection, one)
    assert spent(connection) == {b"1": True, b"2": True, b"3": False, b"4": False}
    crud_refresh_token.update_user_revoked(connection, ADA)
    assert spent(connection) == {b"1": True, b"2": True, b"3": True, b"4": False}
    crud_user.delete(connection, ADA)
    assert spent(connection) == {b"4": False}
    assert crud_refresh_token.read_owner(connection, b"4") == BOB
    assert crud_refresh_token.read_owner(connection, b"1") is None


def test_a_token_expires(connection: Connection) -> None:
    issue(connection, b"1", uuid4(), ADA, timedelta(0))
    found = crud_refresh_token.read_locked(connection, b"1")
    assert found is not None
    assert found.is_expired
