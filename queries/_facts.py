"""Facts read from a log to be told, without the weight of the long texts in some of them."""

from collections.abc import Iterator, Sequence
from typing import Any

from events import REGISTRY
from events._event import Event
from queries._told import Told
from repos.postgres_repo import Connection

LONG = 1_000
_AT_ONCE = 20


def read_facts(
    connection: Connection, condition: str, arguments: Sequence[Any], *, whole: bool = False
) -> Iterator[Told]:
    """The facts that the condition selects, in order, few in memory at a time.

    Unless they are asked for `whole`, long texts in them are cut off after `LONG` characters.
    """
    statement = f"SELECT revision, stream_id, type, data FROM log.events WHERE {condition} ORDER BY revision"
    with connection.cursor() as cursor:
        for revision, stream_id, kind, data in cursor.stream(statement, arguments, binary=True, size=_AT_ONCE):
            event = REGISTRY[kind].model_validate_json(data)
            yield Told(revision, stream_id, event if whole or len(data) <= LONG else _cut(event))


def _cut(event: Event) -> Event:
    texts = {name: value[:LONG] for name, value in event if isinstance(value, str) and len(value) > LONG}
    return event.model_copy(update=texts) if texts else event
