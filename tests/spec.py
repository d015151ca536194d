"""Given these events, when this command, then those events."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from commands._decider import Asked, Decider
from commands._refusal import Refused
from events._event import Event, Fact

ADA = 10_000
BOB = 10_001


@dataclass(frozen=True)
class Spec:
    """`lookup` is a fake of ours that answers what the rules ask of other entities.

    `forgetful`: facts do not hold what a command says, so that it can be said again.
    """

    decider: Decider[Any, Any, Any, Any]
    lookup: Any = None
    asked: Asked = field(default_factory=lambda: Asked((1,), ADA))
    history: tuple[Event, ...] = ()
    command: Any = None
    forgetful: bool = False

    def given(self, *history: Event) -> "Spec":
        return replace(self, history=history)

    def knowing(self, lookup: Any) -> "Spec":
        return replace(self, lookup=lookup)

    def by(self, actor_id: int, *, may_edit: bool = False) -> "Spec":
        return replace(self, asked=Asked(self.asked.ids, actor_id, may_edit))

    def when(self, command: Any) -> "Spec":
        return replace(self, command=command)

    def outcome(self) -> Sequence[Event | Fact]:
        state = self.decider.state(self.history)
        return list(self.decider.decide(self.command, state, self.asked, self.lookup))

    def then(self, *expected: Event | Fact) -> None:
        """Exactly these; and deciding the same again says nothing more of the entity, or refuses."""
        assert list(self.outcome()) == list(expected)
        own = [said for said in expected if not isinstance(said, Fact)]
        if own and not self.command.creates and not self.forgetful:
            again = replace(self, history=(*self.history, *own))
            with suppress(Refused):
                assert [said for said in again.outcome() if not isinstance(said, Fact)] == []

    def then_nothing(self) -> None:
        assert list(self.outcome()) == []

    def then_refused(self, reason: type[Refused]) -> None:
        with pytest.raises(reason):
            self.outcome()
