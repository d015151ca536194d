"""How the facts of a type are told: a line for each in the table of its area."""

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass
from string import Formatter

from events._event import Event
from queries._part import UNSHARED, Words, parts
from queries._told import Saying, Told


class Template:
    """Words about a fact in which fields stand for names: `"renamed {was:the code} to {name}"`."""

    def __init__(self, template: str) -> None:
        self._parts = tuple(parts(template))
        self._verb = next((place for place, part in enumerate(self._parts) if not isinstance(part, Words)), 0)
        fields = (field for _, field, _, _ in Formatter().parse(template))
        self._shared = tuple(field for field in fields if field and field not in UNSHARED)

    def key(self, told: Told) -> Hashable:
        """What facts must have in common to be told together."""
        return tuple([told.get(field) for field in self._shared])

    def mentions(self, told: Told) -> Iterator[str]:
        """The streams of the things whose names it says."""
        return filter(None, [part.mention(told) for part in self._parts])

    def say(self, told: Told, saying: Saying, *, verbless: bool = False) -> str:
        """In words; `verbless` begins with the first number or name and leaves out the verb before it."""
        return "".join([part.say(told, saying) for part in self._parts[self._verb if verbless else 0 :]])

    def value(self, told: Told, saying: Saying) -> str | None:
        """The same, but None where there is nothing to be said."""
        if self._shared and all(told.get(field) is None for field in self._shared):
            return None
        return self.say(told, saying)


@dataclass(frozen=True)
class Telling:
    """How the facts of one type are told.

    `one`: a single fact; `own`: a single fact about the person who did it. `many`: several, the most
    telling way first; facts with the same values in its fields are told together. `was` and `now`: before
    and after. `calls`: the name that the thing has from then on.

    `taken`: one and several, among what a removal takes along; `below`: the things below a removed one.
    A type that `leads` is told first, one that is told `before` others leads them if there is one of each,
    and those that it `silences` are not told beside it.
    """

    one: Template
    many: tuple[Template, ...]
    own: Template
    was: Template | None
    now: Template | None
    calls: Template | None
    taken: tuple[Template, ...]
    below: Template | None
    leads: bool
    before: type[Event] | None
    silences: tuple[type[Event], ...]


Tellings = Mapping[type[Event], Telling]


def tell(
    one: str,
    *many: str,
    own: str | None = None,
    was: str | None = None,
    now: str | None = None,
    calls: str | None = None,
    taken: tuple[str, ...] = (),
    below: str | None = None,
    leads: bool = False,
    before: type[Event] | None = None,
    silences: tuple[type[Event], ...] = (),
) -> Telling:
    """A `Telling` in words."""
    return Telling(
        one=Template(one),
        many=tuple(map(Template, many)),
        own=Template(own or one),
        was=Template(was) if was else None,
        now=Template(now) if now else None,
        calls=Template(calls) if calls else None,
        taken=tuple(map(Template, taken)),
        below=Template(below) if below else None,
        leads=leads,
        before=before,
        silences=silences,
    )
