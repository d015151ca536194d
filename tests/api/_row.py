"""A row of the authorisation matrix: a route, a valid request, and what each person is answered."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.api import _world
from tests.api._world import Kind, Things

PEOPLE = ("anonymous", "revoked", "stranger", "reader", "annotator", "editor", "owner")
Files = dict[str, tuple[str, bytes]]


@dataclass(frozen=True)
class Sent:
    """What a request consists of beside its method and route; `path` are the parameters in the path."""

    path: dict[str, Any] = field(default_factory=dict)
    params: Any = None
    json: Any = None
    form: dict[str, str] | None = None
    files: Files | None = None


@dataclass(frozen=True)
class Row:
    """`answers` are those for PEOPLE; an operator is answered as a stranger unless it is said otherwise. `of` tells the
    rows of a route apart; nobody can send `once` twice.

    Functions in `sent`, at whatever depth, are given the things that the request is about.
    """

    methods: str
    route: str
    answers: str
    sent: Sent
    of: str
    once: bool
    operator: int | None

    def __str__(self) -> str:
        return f"{self.methods} {self.route} {self.of}".strip()

    @property
    def routes(self) -> list[tuple[str, str]]:
        return [(method, self.route) for method in self.methods.split("|")]

    @property
    def expected(self) -> dict[str, int]:
        expected = dict(zip(PEOPLE, map(int, self.answers.split()), strict=True))
        return {**expected, "operator": self.operator or expected["stranger"]}

    def about(self, things: Things) -> Sent:
        sent = self.sent
        path, params, json, form = (_filled(one, things) for one in (sent.path, sent.params, sent.json, sent.form))
        return Sent(path, params, json, form, sent.files)


def row(
    answers: str,
    asked: str,
    json: Any = None,
    *,
    params: Any = None,
    form: dict[str, Any] | None = None,
    files: Files | None = None,
    of: str = "",
    once: bool = False,
    operator: int | None = None,
    **path: Any,
) -> Row:
    """`asked` are methods and route, as in "POST|PUT /code"; `path` are its parameters by name."""
    methods, _, route = asked.partition(" ")
    return Row(methods, route, answers, Sent(path, params, json, form, files), of, once, operator)


def the(kind: Kind) -> Callable[[Things], int]:
    """The one that is there for all rows."""
    return lambda things: things.the(kind)


def new(kind: Kind) -> Callable[[Things], int]:
    """One that the owner of the project has just made."""
    return lambda things: things.new(kind)


def mine(kind: Kind) -> Callable[[Things], int]:
    """One that who sends the request has just made."""
    return lambda things: things.new(kind, mine=True)


def name(_: Things) -> str:
    return _world.name()


def _filled(template: Any, things: Things) -> Any:
    if callable(template):
        return template(things)
    if isinstance(template, dict):
        return {key: _filled(one, things) for key, one in template.items()}
    if isinstance(template, list):
        return [_filled(one, things) for one in template]
    return template
