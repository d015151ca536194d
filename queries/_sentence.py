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
    """A part of a sentence; `counted`: its verb was said by the phrase before."""

    template: Template
    told: Told
    n: int | None = 1
    counted: bool = False

    def say(self, names: Names, *, again: bool) -> str:
        return self.template.say(self.told, Saying(names, self.n, again), counted=self.counted)


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
    by_type: dict[type[Event], list[Told]] = {}
    for told in facts:
        by_type.setdefault(type(told.event), []).append(told)
    return _Composer(by_type, actor_id, whole).sentence(facts)


class _Composer:
    def __init__(self, by_type: dict[type[Event], list[Told]], actor_id: int, whole: bool) -> None:
        self._facts = {kind: list({told.stream_id: told for told in facts}.values()) for kind, facts in by_type.items()}
        self._actor_id = actor_id
        self._whole = whole

    def sentence(self, facts: Sequence[Told]) -> Sentence:
        kinds = self._in_order(type(facts[-1].event))
        first = TELLINGS[kinds[0]]
        kinds = [kind for kind in kinds if not issubclass(kind, first.silences) or kind is kinds[0]]
        sentence = Sentence(self._whole, of_one=len({told.stream_id for told in facts}) == 1)
        for kind in kinds:
            telling, told = TELLINGS[kind], self._facts[kind]
            if kind is kinds[0] and first.below and first.taken:
                sentence.phrases.append(Phrase(self._one(telling, told[-1]), told[-1]))
                if told[:-1]:
                    sentence.taken.append(self._phrase(first.below, told[:-1]))
            elif first.taken and telling.taken and kind is not kinds[0]:
                sentence.taken.append(self._phrase(telling.taken[0 if len(told) == 1 else -1], told))
            elif len(sentence.phrases) < PHRASES:
                sentence.phrases += self._phrases(telling, told)
            else:
                sentence.more = True
        return sentence

    def _in_order(self, last: type[Event]) -> list[type[Event]]:
        """The types of the facts, the main one first: what was removed at last, or what leads, or what came first."""
        kinds = list(self._facts)
        main = next((kind for kind in kinds if TELLINGS[kind].leads), last if TELLINGS[last].taken else kinds[0])
        for kind in kinds:
            if TELLINGS[kind].before is main and len(self._facts[kind]) == len(self._facts[main]) == 1:
                main = kind
        return [main, *(kind for kind in kinds if kind is not main)]

    def _phrases(self, telling: Telling, told: list[Told]) -> list[Phrase]:
        """All facts of a type, told together as far as they are alike."""
        if len(told) == 1 or not telling.many:
            return [Phrase(self._one(telling, told[-1]), told[-1])]
        for template in telling.many[:-1]:
            if groups := _alike(template, told):
                return [self._phrase(template, group, counted=place > 0) for place, group in enumerate(groups)]
        return [self._phrase(telling.many[-1], told)]

    def _phrase(self, template: Template, told: list[Told], *, counted: bool = False) -> Phrase:
        return Phrase(template, told[0], len(told) if self._whole else None, counted)

    def _one(self, telling: Telling, told: Told) -> Template:
        return telling.own if told.stream_id.endswith(f"-{self._actor_id}") else telling.one


def _alike(template: Template, told: Sequence[Told]) -> list[list[Told]]:
    """The facts that the template tells together, the most first; nothing if there are too many groups."""
    groups: dict[Hashable, list[Told]] = {}
    for one in told:
        groups.setdefault(template.key(one), []).append(one)
        if len(groups) > ALIKE:
            return []
    return sorted(groups.values(), key=len, reverse=True)
