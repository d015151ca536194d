"""The log as lines of JSON."""

import json

from events._event import Envelope, Fact
from events._store import Append, EventStore
from events.code_events import CodeDescribed
from queries.log_service import json_lines
from repos.postgres_repo import Postgres

MB = 1_000_000


def test_large_facts_come_a_few_at_a_time(postgres: Postgres) -> None:
    store = EventStore(postgres)
    was = 'a "quoted" 🜁'
    facts = [Fact("code-1", CodeDescribed(description="x" * size * MB, was=was)) for size in (1, 3, 3, 3, 9, 3, 1)]
    with postgres.transaction() as connection:
        for project_id in (1, 2):
            store.begin(connection, project_id)
        store.append(connection, Append(1, facts, Envelope(10_000, 'request "1" \\')))
        store.append(connection, Append(2, facts[:1], Envelope(10_000, "other")))

    chunks = list(json_lines(postgres, 1, 1, 6))
    assert [chunk.count(b"\n") for chunk in chunks] == [3, 1, 1]
    events = [json.loads(line) for chunk in chunks for line in chunk.splitlines()]
    assert [event["revision"] for event in events] == [2, 3, 4, 5, 6]
    assert [len(event["data"]["description"]) // MB for event in events] == [3, 3, 3, 9, 3]
    assert events[0]["data"]["was"] == was
    assert events[0]["correlation_id"] == 'request "1" \\'
    assert list(json_lines(postgres, 1, 7, 7)) == []
