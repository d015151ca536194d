"""Similar passages are the same wherever the vectors lie, and whatever goes wrong there is named and mended."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from events._integrity import Difference
from projections import _rebuild
from projections import _registry as registry
from projections._model import Backend
from projections._verify import Counts
from repos._unavailable import Unavailable
from repos.weaviate_repo import Weaviate
from services.weaviate import WEAVIATE
from tests._servers import Servers
from tests.api._people import account, ok
from tests.api.test_simsearch import Library
from tests.api.test_table_search import EVERYTHING, all_of, compared
from tests.cli._server import wait_for
from tests.projections.vectors import PostgresHand, WeaviateHand, lose_half_the_index
from tests.read_models import catch_up

MODELS = ("sentence_vector", "document_vector")
Starts = Callable[..., FastAPI]


def settings(found: Mapping[str, str]) -> list[str]:
    """The environment that a server is found by, as settings of one application."""
    return [f"{name.removeprefix('PALIMPSEST__').lower().replace('__', '.')}={found[name]}" for name in found]


@pytest.fixture
def library(start: Starts, servers: Servers, weaviate: Weaviate) -> Library:
    """Letters, still in PostgreSQL, of an application that knows where Weaviate is."""
    return opened(start(*settings(servers.settings(WEAVIATE)), f"weaviate.prefix={weaviate.prefix}"))


def opened(app: FastAPI) -> Library:
    return Library(app, account(app))


def move(library: Library, backend: Backend, *, back: bool = False) -> None:
    """Have both read models serve from there, in new versions or in those that served there before."""
    read_models = library.app.state.services.read_models
    for model in MODELS:
        begin = _rebuild.resume if back else _rebuild.request
        begin(read_models.postgres, read_models, model, backend)
    catch_up(read_models)
    read_models.let_serve(lambda: False)
    assert {version(library, model).backend for model in MODELS} == {backend}


def version(library: Library, model: str) -> registry.Version:
    with library.app.state.services.postgres.connection() as connection:
        return registry.serving(connection, model)


def differences(library: Library, *, repair: bool = False) -> list[Difference]:
    """What `verify` says."""
    return list(differences_behind(library, repair=repair))


def differences_behind(library: Library, *, repair: bool) -> Iterator[Difference]:
    read_models = library.app.state.services.read_models
    found: Iterator[Difference] = read_models.differences_behind(Counts(), library.place.project, repair=repair)
    return found


def told(library: Library, found: list[Difference]) -> set[tuple[str, str, str]]:
    """Read model, kind, and the letter that it is about."""
    names = {str(sdoc_id): name for name, sdoc_id in library.letters.items()}
    return {(one.place.rpartition("_")[0], one.kind, names.get(one.key, one.key)) for one in found}


def test_both_backends_answer_alike(library: Library) -> None:
    monday, friday = library.letters["monday"], library.letters["friday"]
    named = all_of(compared("SD_SOURCE_DOCUMENT_NAME", "STRING_CONTAINS", "day"))
    nothing = all_of(compared("SD_SOURCE_DOCUMENT_NAME", "STRING_EQUALS", "none"))
    questions: list[tuple[Any, Any, dict[str, Any]]] = [
        ("the dog slept by the sea", EVERYTHING, {}),
        ("the dog slept by the sea", named, {"top_k": 3}),
        ("the dog slept by the sea", nothing, {}),
        (["a law", "rain"], EVERYTHING, {"threshold": 0.2}),
        (monday, EVERYTHING, {}),
        ({"sdoc_id": friday, "sentence_id": 1}, named, {}),
    ]

    def all_answers() -> list[list[dict[str, Any]]]:
        return [
            ok(library.ask(what, query, filter, **params))
            for what in ("sentences", "documents")
            for query, filter, params in questions
        ]

    in_postgres = all_answers()
    move(library, Backend.WEAVIATE)
    for there, here in zip(in_postgres, all_answers(), strict=True):
        assert [_without_score(hit) for hit in here] == [_without_score(hit) for hit in there]
        assert [hit["score"] for hit in here] == pytest.approx([hit["score"] for hit in there], abs=1e-3)
    assert [len(hits) == 0 for hits in in_postgres] == 2 * [False, False, True, False, False, False]
    move(library, Backend.POSTGRES)
    assert all_answers() == in_postgres


def _without_score(hit: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in hit.items() if name != "score"}


def test_they_go_on_following_in_weaviate(library: Library) -> None:
    move(library, Backend.WEAVIATE)
    sunday, tuesday = library.add("sunday", "A whale sang."), library.letters["tuesday"]
    ok(library.ada.http.delete(f"/sdoc/{tuesday}"))
    assert tuesday not in {sdoc for sdoc, _ in library.sentences("the dog slept")}
    library.catch_up()
    assert library.sentences("a whale sang", top_k=1) == [(sunday, 0)]
    assert differences(library) == []


def test_where_they_were_before_they_are_told_what_has_happened_since(library: Library) -> None:
    first = version(library, "sentence_vector").place
    move(library, Backend.WEAVIATE)
    second = version(library, "sentence_vector").place
    sunday = library.add("sunday", "A whale sang.")
    ok(library.ada.http.delete(f"/sdoc/{library.letters['tuesday']}"))
    move(library, Backend.POSTGRES, back=True)
    assert version(library, "sentence_vector").place == first
    assert library.sentences("a whale sang", top_k=1) == [(sunday, 0)]
    assert differences(library) == []
    ok(library.ada.http.delete(f"/sdoc/{sunday}"))
    moby = library.add("moby", "A white whale sang loud.")
    move(library, Backend.WEAVIATE, back=True)
    assert version(library, "sentence_vector").place == second
    assert library.sentences("a whale sang", top_k=1) == [(moby, 0)]
    assert differences(library) == []


@pytest.mark.parametrize("backend", [Backend.POSTGRES, Backend.WEAVIATE])
@pytest.mark.parametrize("model", MODELS)
def test_what_was_changed_by_hand_is_named_and_mended(
    library: Library, weaviate: Weaviate, backend: Backend, model: str
) -> None:
    move(library, backend)
    postgres, project = library.app.state.services.postgres, library.place.project
    hand = PostgresHand(postgres, project) if backend is Backend.POSTGRES else WeaviateHand(weaviate, project)
    place, vector = version(library, model).place, [1.0] * 256
    before = library.documents("the dog slept"), library.sentences("the dog slept")
    hand.turn(place, library.letters["monday"], 0, vector)
    hand.take(place, library.letters["tuesday"], 0)
    hand.take_all(place, library.letters["friday"])
    hand.put(place, 77_777, 0, vector)
    named = {
        (model, "entry_wrong", "monday"),
        (model, "entry_wrong", "tuesday"),
        (model, "entry_missing", "friday"),
        (model, "entry_unexpected", "77777"),
    }
    assert told(library, differences(library)) == named
    assert told(library, differences(library, repair=True)) == named
    assert differences(library) == []
    assert (library.documents("the dog slept"), library.sentences("the dog slept")) == before


@pytest.mark.parametrize("backend", [Backend.POSTGRES, Backend.WEAVIATE])
def test_a_place_that_somebody_removed_is_named_and_made_again(
    library: Library, weaviate: Weaviate, backend: Backend
) -> None:
    move(library, backend)
    before = library.documents("the dog slept"), library.sentences("the dog slept")
    for name in (version(library, model).place.name for model in MODELS):
        if backend is Backend.WEAVIATE:
            with weaviate.connection() as client:
                client.collections.delete(f"{weaviate.prefix}_{name}")
        else:
            with library.app.state.services.postgres.connection() as connection:
                connection.execute(f"DROP SCHEMA {name} CASCADE")
    assert library.ask("documents", "the dog slept").status_code == 503
    for repair in (False, True):
        found = {(model, kind) for model, kind, _ in told(library, differences(library, repair=repair))}
        assert found == {(model, "entry_missing") for model in MODELS}
    assert differences(library) == []
    assert (library.documents("the dog slept"), library.sentences("the dog slept")) == before
    sunday = library.add("sunday", "A whale sang.")
    library.catch_up()
    assert library.sentences("a whale sang", top_k=1) == [(sunday, 0)]


def test_a_vector_that_its_index_lost_is_named_and_mended(start: Starts, own_servers: Servers) -> None:
    server = own_servers.started(WEAVIATE)
    library = opened(start(*settings(server.settings)))
    for number in range(50):
        library.add(f"letter{number}", f"This is letter {number}.")
    library.catch_up()
    move(library, Backend.WEAVIATE)
    server.kill()
    for model in MODELS:
        lose_half_the_index(server.folder, version(library, model).place)
    server.start()
    wait_for(lambda: library.ask("documents", "letter 7").status_code == 200)
    found = differences(library, repair=True)
    assert {(one.place.rpartition("_")[0], one.kind) for one in found} == {(model, "entry_unfound") for model in MODELS}
    assert differences(library) == []
    assert len(library.documents("letter 7", top_k=100)) == 54


def test_without_weaviate_only_what_is_in_it_is_not_answered(start: Starts, own_servers: Servers) -> None:
    server = own_servers.started(WEAVIATE)
    told = settings(server.settings)
    library = opened(start(*told))
    move(library, Backend.WEAVIATE)
    server.stop()
    for app in (library.app, start(*told), start()):
        http = TestClient(app, headers=dict(library.ada.http.headers))
        project = library.place.project
        unavailable = http.post(
            "/simsearch/sentences", params={"proj_id": project}, json={"query": "dog", "filter": EVERYTHING}
        )
        assert (unavailable.status_code, unavailable.headers["Retry-After"]) == (503, "1")
        assert ok(http.get("/health/ready"))["status"] == "ready"
        texts = http.post(
            "/search/sdoc",
            params={"project_id": project, "search_query": "dog"},
            json={"filter": EVERYTHING, "sorts": []},
        )
        assert ok(texts)["hits"]
    library.add("sunday", "A whale sang.")
    with pytest.raises(Unavailable):
        library.catch_up()
    with library.app.state.services.postgres.connection() as connection:
        connection.execute(f"UPDATE {version(library, 'word_frequency').place.name}.document SET revision = 1")
    found: list[Difference] = []
    with pytest.raises(Unavailable, match=r"document_vector_2 cannot .*Weaviate: .*; sentence_vector_2 cannot be comp"):
        found.extend(differences_behind(library, repair=True))
    assert {(one.place, one.kind) for one in found} == {("word_frequency_1", "entry_stale")}
    server.start()
    wait_for(lambda: library.ask("documents", "dog").status_code == 200)
    library.catch_up()
    assert library.sentences("a whale sang", top_k=1, threshold=0.9)
    assert differences(library) == []
