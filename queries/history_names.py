"""What things were called at a revision, and what people are called now."""

from bisect import bisect_right
from collections.abc import Iterable
from typing import Any

from projections._coalesce import Quoter
from projections._write import Quote
from queries._facts import read_facts
from queries._told import Saying, Told
from queries._words import shorten
from queries.history_sentences import TELLINGS
from repos.blob_repo import BlobError
from repos.postgres_repo import Connection

FIRST_PERSON_ID = 10_000
HOUSE = "Palimpsest"
NOBODY = "a former member"
PASSAGE = 60

_NAMING = [kind.model_fields["type"].default for kind, telling in TELLINGS.items() if telling.calls]


class NamesOfThen:
    """Names, looked up for many things at once and then asked one by one."""

    def __init__(self, connection: Connection, project_id: int, quote: Quoter) -> None:
        self._connection = connection
        self._project_id = project_id
        self._quote = quote
        self._facts: dict[str, list[Told]] = {}
        self._people: dict[int, str] = {}
        self._said: dict[tuple[str, int], str | None] = {}

    def look_up(self, mentions: Iterable[tuple[str, int]], people: Iterable[int]) -> None:
        """The names of the things of these streams up to the last of these revisions; people are streams too."""
        people = set(people)
        until = 0
        for stream_id, revision in mentions:
            until = max(until, revision)
            if stream_id.startswith("user-"):
                people.add(int(stream_id[5:]))
            else:
                self._facts[stream_id] = []
        self._look_up_things(until)
        self._look_up_people(people)

    def of(self, stream_id: str, revision: int) -> str | None:
        if stream_id.startswith("user-"):
            return self.person(int(stream_id[5:]))
        facts = self._facts.get(stream_id, [])
        place = bisect_right(facts, revision, key=lambda told: told.revision)
        if not place:
            return None
        if (stream_id, place) not in self._said:
            told = facts[place - 1]
            calls = TELLINGS[type(told.event)].calls
            self._said[stream_id, place] = calls.value(told, Saying(self, limit=None)) if calls else None
        return self._said[stream_id, place]

    def person(self, user_id: int) -> str:
        return HOUSE if user_id < FIRST_PERSON_ID else self._people.get(user_id, NOBODY)

    def passage(self, event: Any) -> str | None:
        """The beginning of what the annotation marks, in quotation marks."""
        passage = Quote(event.text_sha256, event.begin, min(event.end, event.begin + 4 * PASSAGE))
        try:
            return f"“{shorten(self._quote(self._project_id, passage), PASSAGE)}”"
        except BlobError:
            return None

    def _look_up_things(self, until: int) -> None:
        facts = read_facts(
            self._connection,
            "project_id = $1 AND stream_id = ANY($2::text[]) AND type = ANY($3::text[]) AND revision <= $4",
            (self._project_id, list(self._facts), _NAMING, until),
        )
        for told in facts:
            self._facts[told.stream_id].append(told)

    def _look_up_people(self, user_ids: set[int]) -> None:
        rows = self._connection.execute(
            "SELECT id, first_name, last_name FROM account.user WHERE id = ANY($1::bigint[])", (list(user_ids),)
        )
        self._people = {id: f"{first_name} {last_name}".strip() for id, first_name, last_name in rows}
