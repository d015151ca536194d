"""Access tokens are believed while they are valid, and no longer."""

from dataclasses import replace
from datetime import timedelta

import pytest

from systems.token_system import AccessTokens, Claims, InvalidToken

KEY = b"k" * 32
ada = Claims(10_000, 3)


def test_a_token_says_whose_it_is_as_often_as_it_is_asked() -> None:
    tokens = AccessTokens(KEY, timedelta(minutes=5))
    token, _ = tokens.issue(ada)
    assert [tokens.check(token), tokens.check(token)] == [ada, ada]


def test_a_token_that_was_believed_expires() -> None:
    tokens = AccessTokens(KEY, timedelta(minutes=5))
    token, expires = tokens.issue(ada)
    assert tokens.check(token) == ada
    with pytest.raises(InvalidToken):
        replace(tokens, clock=expires.timestamp).check(token)


@pytest.mark.parametrize("lifetime", [timedelta(seconds=-1), timedelta(0)])
def test_an_expired_token_is_never_believed(lifetime: timedelta) -> None:
    tokens = AccessTokens(KEY, lifetime)
    with pytest.raises(InvalidToken):
        tokens.check(tokens.issue(ada)[0])


def test_a_token_of_another_key_is_nobodys() -> None:
    token, _ = AccessTokens(KEY, timedelta(minutes=5)).issue(ada)
    AccessTokens(KEY, timedelta(minutes=5)).check(token)
    with pytest.raises(InvalidToken):
        AccessTokens(b"x" * 32, timedelta(minutes=5)).check(token)
    with pytest.raises(InvalidToken):
        AccessTokens(KEY, timedelta(minutes=5)).check(token[:-2])
