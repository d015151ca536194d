"""Many annotate while what they annotate goes away: no race leaves what the rules forbid."""

from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Event, Semaphore

import pytest
from fastapi import FastAPI

from projections import INLINE
from projections._verify import Verification, snapshot
from tests.api.annotated import Place
from tests.api.annotated import place as furnished
from tests.api.conftest import Person, ok

WRITERS = 16
BEFORE, AFTER = 4, 3
FORBIDDEN = """
    SELECT s.stream_id, s.revision, e.type, e.revision FROM log.events_as_json s JOIN log.events e
      ON e.project_id = s.project_id AND e.revision < s.revision
     AND (e.type IN ('code.disabled', 'code.deleted', 'code.merged') AND e.stream_id = 'code-' || (s.data->>'code_id')
       OR e.type = 'sdoc.deleted' AND e.stream_id = 'sdoc-' || (s.data->>'sdoc_id'))
    WHERE s.type IN ('span_annotation.created', 'span_annotation.recoded', 'span_annotation.moved')
"""
LEFT = "SELECT count(*) FROM inline.span_annotation WHERE code_id = $1 OR sdoc_id = $2"

Going = Callable[[Person, Place], None]


def disabled(ada: Person, place: Place) -> None:
    ok(ada.http.patch(f"/code/{place.calm}", json={"enabled": False}))


def deleted(ada: Person, place: Place) -> None:
    ok(ada.http.delete(f"/code/{place.calm}"))


def merged(ada: Person, place: Place) -> None:
    ok(ada.http.post(f"/code/{place.calm}/merge_into/{place.unrest}"))


def document_deleted(ada: Person, place: Place) -> None:
    ok(ada.http.delete(f"/sdoc/{place.sdoc}"))


def writing(ada: Person, place: Place, number: int, begun: Semaphore, gone: Event) -> Iterator[int]:
    """Statuses of requests until some time after it is gone: single spans, two at once, and changes of one's own."""
    mine: int | None = None
    rest = AFTER
    while rest:
        rest -= gone.is_set()
        begun.release()
        match number % 4:
            case 0 | 1:
                response = ada.http.post("/span", json=place.span("sea"))
            case 2:
                response = ada.http.post("/span/bulk/create", json=[place.span("sea"), place.span("wind")])
            case _ if mine is None:
                response = ada.http.post("/span", json=place.span("sea", code_id=place.unrest))
                mine = response.json().get("id")
            case _:
                body = {"code_id": place.calm, "end": 8}
                response = ada.http.patch(f"/span/{mine}", json=body)
                mine = None
        yield response.status_code


@pytest.mark.parametrize("go", [disabled, deleted, merged, document_deleted])
def test_nobody_annotates_what_is_gone(app: FastAPI, ada: Person, go: Going) -> None:
    place = furnished(app, ada)
    begun, gone = Semaphore(0), Event()
    with ThreadPoolExecutor(WRITERS) as pool:
        writers = [
            pool.submit(lambda n: Counter(writing(ada, place, n, begun, gone)), number) for number in range(WRITERS)
        ]
        try:
            for _ in range(WRITERS * BEFORE):
                assert begun.acquire(timeout=60)
            go(ada, place)
        finally:
            gone.set()
        statuses = sum((writer.result() for writer in writers), Counter[int]())
    assert set(statuses) <= {200, 201, 404, 409, 422}
    assert statuses[201] > 0
    assert sum(statuses[status] for status in (404, 409, 422)) > 0

    services = app.state.services
    with services.postgres.connection() as connection:
        assert connection.execute(FORBIDDEN).fetchall() == []
        code_id = None if go is disabled else place.calm
        left = connection.execute(LEFT, (code_id, place.sdoc if go is document_deleted else None)).fetchone()
    assert left == (0,)
    with snapshot(services.postgres.url) as connection:
        assert list(Verification(connection, INLINE, services.blobs).differences(place.project)) == []
