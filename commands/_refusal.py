"""Why a command is not done, said so that the client can do better."""

from collections.abc import Callable, Sequence
from typing import TypeVar

X = TypeVar("X", bound=type[Exception])

STATUS: dict[type[Exception], int] = {}


def exception_handler(status: int) -> Callable[[X], X]:
    """Say once, where an exception is defined, with which status it is answered; subclasses inherit it."""

    def register(exception: X) -> X:
        STATUS[exception] = status
        return exception

    return register


def sentence(exception: type[Exception]) -> str:
    """An exception's message is its docstring."""
    return " ".join((exception.__doc__ or exception.__name__).split())


@exception_handler(409)
class Refused(Exception):
    """The rules of the domain say no."""

    def __init__(self, detail: str | None = None, *, loc: tuple[str | int, ...] | None = None) -> None:
        self.detail = detail or sentence(type(self))
        self.loc = loc
        super().__init__(self.detail)


@exception_handler(404)
class NotFound(Refused):
    """There is no such thing, or it is not yours to see."""


@exception_handler(422)
class Invalid(Refused):
    """The request contradicts what it is about."""


@exception_handler(403)
class Forbidden(Refused):
    """Your role in the project does not allow this."""


@exception_handler(412)
class VersionMismatch(Refused):
    """It has changed since you read it: read it again and decide anew."""


@exception_handler(409)
class Overtaken(Refused):
    """Too many others changed the same thing at the same moment: try again."""


class InFlight(Refused):
    """A request with this Idempotency-Key is still being worked on: ask again in a moment."""


class RefusedItems(Refused):
    """Some items of the request were refused, so none was done."""

    def __init__(self, items: Sequence[tuple[int | None, Refused]]) -> None:
        # With the place of each in the body, if that is a list of them.
        super().__init__()
        self.items = items

    def unplaced(self) -> "RefusedItems":
        """The same of items that stand nowhere in the body as such: each reason once."""
        return RefusedItems([(None, refused) for refused in {one.detail: one for _, one in self.items}.values()])
