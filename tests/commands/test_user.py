"""The rules of accounts."""

from dataclasses import dataclass

import pytest
from pydantic import SecretStr, ValidationError

from commands._refusal import NotFound
from commands.user_decider import EmailTaken, OldPasswordNeeded, decider
from commands.user_dto import UserCreate, UserErase, UserOperator, UserPasswordReset, UserUpdate
from events.user_events import (
    UserEmailChanged,
    UserErased,
    UserOperatorAppointed,
    UserOperatorDismissed,
    UserPasswordChanged,
    UserRegistered,
    UserRenamed,
)
from tests.spec import Spec

ADA = ("ada@example.org", "Ada", "Lovelace")


@dataclass
class FakeUsers:
    """Ada's row, and who holds which e-mail."""

    holders: dict[str, int]

    def holder(self, email_key: str) -> int | None:
        return self.holders.get(email_key)

    def profile(self, user_id: int) -> tuple[str, str, str]:
        return ADA


def asks(email: str = "ada@example.org", password: str = "correct horse") -> UserCreate:
    return UserCreate(email=email, first_name="Ada", last_name="Lovelace", password=SecretStr(password))


users = FakeUsers({"ada@example.org": 1, "bob@example.org": 2})
ada = Spec(decider, users, forgetful=True).given(UserRegistered())
old = SecretStr("correct horse")


def test_an_account_is_registered_without_a_word_about_the_person() -> None:
    Spec(decider, FakeUsers({})).when(asks()).then(UserRegistered())
    assert set(UserRegistered.model_fields) == {"type"}


def test_an_email_is_taken_whatever_its_case() -> None:
    Spec(decider, FakeUsers({"ada@example.org": 1})).when(asks("ADA@Example.org")).then_refused(EmailTaken)


def test_each_change_is_a_fact_of_its_own() -> None:
    change = UserUpdate(
        first_name="Augusta", email="augusta@example.org", password=SecretStr("battery staple"), old_password=old
    )
    ada.when(change).then(UserRenamed(), UserEmailChanged(), UserPasswordChanged())


def test_the_same_name_and_email_say_nothing() -> None:
    ada.when(UserUpdate(first_name="Ada", last_name="Lovelace", email="ada@example.org")).then_nothing()


def test_another_email_needs_the_old_password() -> None:
    ada.when(UserUpdate(email="augusta@example.org")).then_refused(OldPasswordNeeded)


def test_a_new_password_needs_the_old_one() -> None:
    ada.when(UserUpdate(password=SecretStr("battery staple"))).then_refused(OldPasswordNeeded)


def test_the_email_of_another_is_taken() -> None:
    ada.when(UserUpdate(email="BOB@example.org", old_password=old)).then_refused(EmailTaken)


def test_the_case_of_the_own_email_may_change() -> None:
    ada.when(UserUpdate(email="Ada@example.org", old_password=old)).then(UserEmailChanged())


def test_an_operator_needs_no_old_password_to_give_a_new_one() -> None:
    ada.when(UserPasswordReset()).then(UserPasswordChanged())


def test_an_operator_is_appointed_and_dismissed_once() -> None:
    ada.when(UserOperator(is_operator=True)).then(UserOperatorAppointed())
    ada.when(UserOperator(is_operator=False)).then_nothing()
    appointed = ada.given(UserRegistered(), UserOperatorAppointed(), UserRenamed())
    appointed.when(UserOperator(is_operator=False)).then(UserOperatorDismissed())
    appointed.when(UserOperator(is_operator=True)).then_nothing()


def test_an_account_is_erased_once() -> None:
    ada.when(UserErase()).then(UserErased())
    ada.given(UserRegistered(), UserErased()).when(UserErase()).then_refused(NotFound)


def test_a_technical_account_does_not_change() -> None:
    ada.given().when(UserPasswordReset()).then_refused(NotFound)


@pytest.mark.parametrize("password", ["seven77", "x" * 1001, "é" * 501, "eight\0chars", "eight\ud800chars"])
def test_a_password_has_a_length_and_can_be_stored(password: str) -> None:
    with pytest.raises(ValidationError):
        asks(password=password)


@pytest.mark.parametrize("email", ["ada", "ada@example", "ada@palimpsest.invalid", "a\0@example.org", "\ud800@x.org"])
def test_an_email_is_one(email: str) -> None:
    with pytest.raises(ValidationError):
        asks(email)


def test_a_password_is_not_shown() -> None:
    assert "correct horse" not in repr(asks()) + str(asks()) + asks().model_dump_json()


def test_a_change_changes_something() -> None:
    with pytest.raises(ValidationError):
        UserUpdate()
