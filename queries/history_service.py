"""The log of a project as sentences: one entry for each command, with its changes before and after."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from events._event import stream_ids
from events.source_document_metadata_events import value_id
from projections._coalesce import Quoter
from queries._facts import read_facts
from queries._sentence import Sentence, sentence
from queries._told import Saying, Told
from queries._words import sentence_case
from queries.history_filter import HistoryFilter
from queries.history_names import NamesOfThen
from queries.history_sentences import TELLINGS
from repos.postgres_repo import Connection

Record = dict[str, Any]

WHOLE = 100
"""The facts of a command with more than these are not counted: its sentence is made of the first and the last."""
SHOWN = 20
LAST = 10
SHOWN_TEXT = 200


@dataclass(frozen=True, slots=True)
class Command:
    """What all events of one command share, and where in the log they stand."""

    first: int
    count: int
    actor_id: int
    command_id: UUID
    recorded_at: datetime

    @property
    def last(self) -> int:
        return self.first + self.count - 1

    @property
    def telling(self) -> Iterator[int]:
        """The revisions that its sentence is made of; what a removal is about stands at the end."""
        if self.count <= WHOLE:
            yield from range(self.first, self.last + 1)
        else:
            yield from range(self.first, self.first + SHOWN)
            yield from range(self.last - LAST + 1, self.last + 1)


class History:
    """Questions to the log of one project."""

    def __init__(self, connection: Connection, project_id: int, quote: Quoter) -> None:
        self._connection = connection
        self._project_id = project_id
        self._quote = quote

    def page(self, asked: HistoryFilter, *, skip: int, limit: int) -> list[Record]:
        """The entries that were asked for, with the first of their changes."""
        statement, arguments = asked.statement(self._project_id, skip, limit)
        commands = [Command(*row) for row in self._connection.execute(statement, arguments)]
        facts = self._facts(revision for command in commands for revision in command.telling)
        told = [[facts[revision] for revision in command.telling] for command in commands]
        changes = [facts[:SHOWN] for facts in told]
        return self._entries(commands, told, changes, SHOWN_TEXT)

    def entry(self, revision: int, *, skip: int, limit: int) -> Record | None:
        """The entry that this revision belongs to, with the changes after `skip`; None if nothing happened there."""
        row = self._connection.execute(
            "SELECT revision - command_index + 1, command_count, actor_id, command_id, recorded_at "
            "FROM log.events WHERE project_id = $1 AND revision = $2",
            (self._project_id, revision),
        ).fetchone()
        if row is None:
            return None
        command = Command(*row)
        shown = range(min(command.first + skip, command.last + 1), min(command.first + skip + limit, command.last + 1))
        facts = self._facts({*command.telling, *shown}, whole=True)
        told = [facts[revision] for revision in command.telling]
        return self._entries([command], [told], [[facts[revision] for revision in shown]], None)[0]

    def _facts(self, revisions: Iterable[int], *, whole: bool = False) -> dict[int, Told]:
        facts = read_facts(
            self._connection,
            "project_id = $1 AND revision = ANY($2::bigint[])",
            (self._project_id, list(revisions)),
            whole=whole,
        )
        return {told.revision: told for told in facts}

    def _entries(
        self, commands: Sequence[Command], told: Sequence[list[Told]], changes: Sequence[list[Told]], limit: int | None
    ) -> list[Record]:
        sentences = [
            sentence(facts, command.actor_id, whole=len(facts) == command.count)
            for command, facts in zip(commands, told, strict=True)
        ]
        names = NamesOfThen(self._connection, self._project_id, self._quote)
        names.look_up(_mentions(sentences, changes), [command.actor_id for command in commands])
        return [
            _entry(command, one, shown, names, limit)
            for command, one, shown in zip(commands, sentences, changes, strict=True)
        ]


def _mentions(sentences: Iterable[Sentence], changes: Iterable[list[Told]]) -> Iterator[tuple[str, int]]:
    for one in sentences:
        yield from one.mentions()
    for shown in changes:
        for told in shown:
            telling = TELLINGS[type(told.event)]
            for template in filter(None, (telling.was, telling.now)):
                yield from ((stream_id, told.revision) for stream_id in template.mentions(told))


def _entry(command: Command, said: Sentence, changes: list[Told], names: NamesOfThen, limit: int | None) -> Record:
    actor = names.person(command.actor_id)
    uncounted = "" if said.whole else f" ({command.count:,} changes)"
    return {
        "revision": command.last,
        "count": command.count,
        "command_id": command.command_id,
        "actor_id": command.actor_id,
        "actor": actor,
        "recorded_at": command.recorded_at,
        "sentence": f"{sentence_case(actor)} {said.say(names)}{uncounted}",
        "changes": [_change(told, Saying(names, limit=limit)) for told in changes],
    }


def _change(told: Told, saying: Saying) -> Record:
    telling = TELLINGS[type(told.event)]
    entity, ids = told.stream_id.partition("-")[0], stream_ids(told.stream_id)
    return {
        "revision": told.revision,
        "type": told.event.type,
        "entity": entity,
        "id": value_id(*ids) if entity == "sdocmeta" else ids[-1],
        "was": telling.was.value(told, saying) if telling.was else None,
        "now": telling.now.value(told, saying) if telling.now else None,
    }
