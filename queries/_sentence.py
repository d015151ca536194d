"""One sentence about all that a command did: its main fact first, then what came with it."""

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass, field

from events._event import Event
from queries._telling import Telling, Template
from queries._told import Names, Saying, Told
from queries._words import joined
from queries.history_sentences import TELLINGS

ALIKE = 2
"""Into how many groups facts of a type are told apart at the most."""

PHRASES = 4
"""How many things a sentence tells before it leaves off."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """A part of a sentence; `verbless`: its verb was said by the phrase before."""

    template: Template
    told: Told
    n: int | None = 1
    verbless: bool = False

    def say(self, names: Names, *, again: bool) -> str:
        return self.template.say(self.told, Saying(names, self.n, again), verbless=self.verbless)


@dataclass(slots=True)
class Sentence:
    """What is said, before anybody has looked up what things are called.

    `taken` is what a removal took along; `more`: other things happened too. `whole`: all facts of the
    command were looked at; `of_one`: they are about one thing.
    """

    whole: bool
    of_one: bool

    phrases: list[Phrase] = field(default_factory=list)
    taken: list[Phrase] = field(default_factory=list)
    more: bool = False

    def mentions(self) -> Iterator[tuple[str, int]]:
        """Streams, and the revisions at which the names of their things are wanted."""
        for phrase in (*self.phrases, *self.taken):
            yield from ((stream_id, phrase.told.revision) for stream_id in phrase.template.mentions(phrase.told))

    def say(self, names: Names) -> str:
        said = [phrase.say(names, again=self.of_one and place > 0) for place, phrase in enumerate(self.phrases)]
        if self.taken:
            along = joined([phrase.say(names, again=False) for phrase in self.taken])
            said[0] += f" and with {'it' if self.phrases[0].n == 1 else 'them'} {along}"
        return joined([*said, "made other changes"] if self.more else said)


def sentence(facts: Sequence[Told], actor_id: int, *, whole: bool) -> Sentence:
    """What to say of these facts of one command; if they are not its `whole`, nothing is counted."""
    return _Composer(facts, actor_id, whole).sentence()


class _Composer:
    def __init__(self, facts: Sequence[Told], actor_id: int, whole: bool) -> None:
        things: dict[type[Event], dict[str, Told]] = {}
        for told in facts:
            things.setdefault(type(told.event), {})[told.stream_id] = told
        self._facts = {kind: list(last.values()) for kind, last in things.items()}
        self._last = type(facts[-1].event)
        self._of_one = len({told.stream_id for told in facts}) == 1
        self._actor_id = actor_id
        self._whole = whole

    def sentence(self) -> Sentence:
        main, *others = self._in_order()
        telling, facts = TELLINGS[main], self._facts[main]
        sentence = Sentence(self._whole, self._of_one)
        if telling.below:
            *below, removed = facts
            sentence.phrases.append(self._one(telling, removed))
            sentence.taken += [self._some(telling.below, below)] if below else []
        else:
            sentence.phrases += self._all(telling, facts)
        for kind in others:
            other, facts = TELLINGS[kind], self._facts[kind]
            if issubclass(kind, telling.silences):
                continue
            if telling.taken and other.taken:
                sentence.taken.append(self._some(other.taken[0 if len(facts) == 1 else -1], facts))
            elif len(sentence.phrases) < PHRASES:
                sentence.phrases += self._all(other, facts)
            else:
                sentence.more = True
        return sentence

    def _in_order(self) -> list[type[Event]]:
        """The types of the facts, the main one first: what leads, or what was removed at last, or what came first."""
        kinds = list(self._facts)
        main = self._last if TELLINGS[self._last].taken else kinds[0]
        main = next((kind for kind in kinds if TELLINGS[kind].leads), main)
        main = next((kind for kind in kinds if self._is_before(kind, main)), main)
        return [main, *(kind for kind in kinds if kind is not main)]

    def _is_before(self, kind: type[Event], other: type[Event]) -> bool:
        return TELLINGS[kind].before is other and len(self._facts[kind]) == len(self._facts[other]) == 1

    def _all(self, telling: Telling, facts: list[Told]) -> list[Phrase]:
        """All facts of a type, told together as far as they are alike."""
        if len(facts) == 1 or not telling.many:
            return [self._one(telling, facts[-1])]
        ways = [(template, groups) for template in telling.many[:-1] if (groups := _alike(template, facts))]
        if ways:
            template, groups = min(ways, key=lambda way: len(way[1]) == len(facts))
            return [self._some(template, group, verbless=place > 0) for place, group in enumerate(groups)]
        return [self._some(telling.many[-1], facts)]

    def _one(self, telling: Telling, told: Told) -> Phrase:
        own = told.stream_id.endswith(f"-{self._actor_id}")
        return Phrase(telling.own if own else telling.one, told)

    def _some(self, template: Template, facts: list[Told], *, verbless: bool = False) -> Phrase:
        return Phrase(template, facts[0], len(facts) if self._whole else None, verbless)


def _alike(template: Template, told: Sequence[Told]) -> list[list[Told]]:
    """The facts that the template tells together, the most first; nothing if there are too many groups."""
    groups: dict[Hashable, list[Told]] = {}
    for one in told:
        groups.setdefault(template.key(one), []).append(one)
        if len(groups) > ALIKE:
            return []
    return sorted(groups.values(), key=len, reverse=True)
