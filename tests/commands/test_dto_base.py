"""Texts, names and numbers as bodies of requests may have them."""

from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from commands.dto_base import Id, Name, name_key

_NAME: TypeAdapter[str] = TypeAdapter(Name)
_ID: TypeAdapter[int] = TypeAdapter(Id)

FAMILY = "\N{WOMAN}\N{ZERO WIDTH JOINER}\N{GIRL}"


@pytest.mark.parametrize("name", ["", " ", "\xa0", "\u200b", "\ufeff", "\u202e", "\u2060 \u200d", "\u3000"])
def test_a_name_that_nobody_can_see_is_none(name: str) -> None:
    with pytest.raises(ValidationError, match="visible"):
        _NAME.validate_python(name)


@pytest.mark.parametrize("blank", [" ", "\t", "\n", "\xa0", "\u200b", "\ufeff"])
def test_blanks_around_a_name_do_not_belong_to_it(blank: str) -> None:
    assert _NAME.validate_python(f"{blank}joy{blank}") == "joy"


@pytest.mark.parametrize("name", [FAMILY, "a\u200bb", "-", "🚢"])
def test_what_is_invisible_inside_a_name_stays(name: str) -> None:
    assert _NAME.validate_python(name) == name


@pytest.mark.parametrize("name", ["a\tb", "a\nb", "\x1b[31m", "a\x7f"])
def test_a_name_has_no_control_characters(name: str) -> None:
    with pytest.raises(ValidationError, match="control"):
        _NAME.validate_python(name)


def test_a_name_has_at_most_500_characters_of_any_kind() -> None:
    assert _NAME.validate_python("🚢" * 500) == "🚢" * 500
    with pytest.raises(ValidationError, match="at most 500 characters"):
        _NAME.validate_python("a" * 501)


@pytest.mark.parametrize(
    ("one", "other"),
    [("joy", "JOY"), ("caf\xe9", "cafe\u0301"), ("STRASSE", "straße"), ("Σ", "ς"), ("ﬁ", "FI"), ("İ", "i\u0307")],
)
def test_names_are_the_same_whatever_their_case_and_composition(one: str, other: str) -> None:
    assert name_key(one) == name_key(other)


@pytest.mark.parametrize("id", [True, "1", 1.0, 0, -1, 2**53, None])
def test_an_id_is_a_whole_number_that_every_client_can_hold(id: Any) -> None:
    with pytest.raises(ValidationError):
        _ID.validate_python(id)
    assert _ID.validate_python(2**53 - 1) == 2**53 - 1
