"""Read models behind the log, as an operator sees and moves them."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial

import httpx2
import pytest
from fastapi import FastAPI

from projections._dead_letter import park
from projections._follow import Follower
from projections._model import Backend
from projections._registry import add, note_rate, rest, serving, versions
from projections._rewrite import Rewrite, done, take
from projections._verify import Counts
from repos._unavailable import Unavailable
from tests.api._people import Person, account, ok
from tests.api.test_table_search import EVERYTHING
from tests.cli._server import wait_for
from tests.projections.test_vector_backends import forbid_extensions
from tests.read_models import catch_up, follow


@pytest.fixture
def operator(app: FastAPI, person: Callable[..., Person]) -> Person:
    app.state.services.read_models.ensure()
    return first_operator(app, person)


def first_operator(app: FastAPI, person: Callable[..., Person]) -> Person:
    """Of an installation in which no worker has run yet."""
    grace = person("Grace", "Hopper")
    with app.state.services.postgres.connection() as connection:
        connection.execute('UPDATE account."user" SET is_operator = true WHERE id = $1', (grace.id,))
    return grace


def hits(who: Person, project: int) -> int:
    found = ok(
        who.http.post(
            "/search/memo",
            params={"project_id": project, "search_query": "harbour"},
            json={"filter": EVERYTHING, "sorts": []},
        )
    )
    return int(found["total_results"])


def states(operator: Person, name: str) -> list[str]:
    return [one["state"] for one in ok(operator.http.get(f"/projections/{name}/rebuild"))]


def test_whoever_is_no_operator_is_told_so(person: Callable[..., Person]) -> None:
    refused = person("Ada", "Lovelace").http.get("/projections")
    assert refused.status_code == 403
    assert refused.json()["detail"] == "Only an operator of this installation may do this."


def test_a_rebuild_that_is_asked_for_twice_with_one_key_is_begun_once(operator: Person) -> None:
    key = {"Idempotency-Key": "again"}
    first = operator.http.post("/projections/memo_text/rebuild", headers=key)
    second = operator.http.post("/projections/memo_text/rebuild", headers=key)
    assert (first.status_code, second.status_code) == (202, 202)
    assert states(operator, "memo_text") == ["serving", "building"]
    assert operator.http.post("/projections/memo_text/rebuild").status_code == 409


@pytest.mark.parametrize(("model", "before"), [("document_text", []), ("sentence_vector", []), ("inline", ["serving"])])
def test_a_read_model_of_which_no_version_serves_yet_is_made(
    app: FastAPI, person: Callable[..., Person], model: str, before: list[str]
) -> None:
    operator, read_models = first_operator(app, person), app.state.services.read_models
    project = operator.project()
    assert operator.http.post(f"/projections/{model}/rebuild").status_code == 202
    assert states(operator, model) == [*before, "building"]
    with app.state.services.postgres.connection() as connection:
        (version,) = [one for one in versions(connection, model) if one.state == "building"]
    follower = Follower(app.state.services.postgres, read_models.model(model), read_models.target(version))
    while follower.step().projects:
        pass
    read_models.let_serve(lambda: False)
    assert states(operator, model) == [*("kept" for _ in before), "serving"]
    assert operator.http.get(f"/project/{project}").status_code == 200


def test_vectors_are_not_made_in_a_database_that_cannot_hold_them(app: FastAPI, person: Callable[..., Person]) -> None:
    forbid_extensions(app.state.services.postgres)
    asked = first_operator(app, person).http.post("/projections/sentence_vector/rebuild")
    assert (asked.status_code, "pgvector" in asked.json()["detail"]) == (409, True)


def test_a_rebuild_that_is_given_up_twice_with_one_key_was_there_once(operator: Person) -> None:
    key = {"Idempotency-Key": "no"}
    ok(operator.http.post("/projections/memo_text/rebuild"))
    assert [operator.http.delete("/projections/memo_text/rebuild", headers=key).status_code for _ in range(2)] == [
        204
    ] * 2
    assert states(operator, "memo_text") == ["serving"]
    assert operator.http.delete("/projections/memo_text/rebuild").status_code == 409


def test_a_rebuild_says_what_is_left_and_for_how_long(app: FastAPI, operator: Person) -> None:
    attached: dict[str, str | int] = {"attached_object_id": operator.project(), "attached_object_type": "project"}
    ok(operator.http.post("/memo", params=attached, json={"title": "By the harbour", "content": "Gulls."}))

    def told() -> tuple[int, float, float | None]:
        one = ok(operator.http.get("/projections/memo_text/rebuild"))[-1]
        return one["events_waiting"], one["rate"], one["seconds_left"]

    ok(operator.http.post("/projections/memo_text/rebuild"))
    left, rate, seconds = told()
    assert (left > 0, rate, seconds) == (True, 0, None)
    with app.state.services.postgres.connection() as connection:
        note_rate(connection, versions(connection, "memo_text")[-1].place, 0.5)
    assert told() == (left, 0.5, 2.0 * left)


def test_what_differs_is_not_compared_all_the_time(app: FastAPI, operator: Person) -> None:
    services = app.state.services
    attached: dict[str, str | int] = {"attached_object_id": operator.project(), "attached_object_type": "project"}
    ok(operator.http.post("/memo", params=attached, json={"title": "By the harbour", "content": "Gulls."}))
    ok(operator.http.post("/projections/memo_text/rebuild"))
    catch_up(services.read_models)
    with services.postgres.connection() as connection:
        place = versions(connection, "memo_text")[-1].place

        def newer(by: int) -> None:
            connection.execute(f"UPDATE {place.name}.entry SET revision = revision + $1", (by,))

        newer(1)
        services.read_models.let_serve(lambda: False)
        assert versions(connection, "memo_text")[-1].trouble == "differing"
        rest(connection, place, 3_600)
        again = [one["compared_again"] for one in ok(operator.http.get("/projections/memo_text/rebuild"))]
        assert again[0] is None
        assert datetime.fromisoformat(again[1]) > datetime.now(UTC) + timedelta(minutes=59)
        newer(-1)
        services.read_models.let_serve(lambda: False)
        assert states(operator, "memo_text") == ["serving", "building"]
        rest(connection, place, 0)
        services.read_models.let_serve(lambda: False)
        assert states(operator, "memo_text") == ["kept", "serving"]


def test_a_version_that_served_before_is_removed_once(app: FastAPI, operator: Person) -> None:
    read_models, key = app.state.services.read_models, {"Idempotency-Key": "old"}
    assert operator.http.post("/projections/memo_text/retire").status_code == 409
    ok(operator.http.post("/projections/memo_text/rebuild"))
    catch_up(read_models)
    read_models.let_serve(lambda: False)
    assert states(operator, "memo_text") == ["kept", "serving"]
    for _ in range(2):
        left = ok(operator.http.post("/projections/memo_text/retire", headers=key))
        assert [(one["version"], one["state"]) for one in left] == [(2, "serving")]
    assert operator.http.post("/projections/nothing/retire").status_code == 404


def test_a_version_that_served_before_serves_again(app: FastAPI, operator: Person) -> None:
    read_models, key = app.state.services.read_models, {"Idempotency-Key": "back"}
    attached: dict[str, str | int] = {"attached_object_id": operator.project(), "attached_object_type": "project"}

    def back(name: str = "memo_text", **query: str | int) -> httpx2.Response:
        return operator.http.post(f"/projections/{name}/rebuild", params={"back": True, **query}, headers=key)

    assert back().json()["detail"] == "No earlier version of this read model is kept."
    ok(operator.http.post("/projections/memo_text/rebuild"))
    catch_up(read_models)
    read_models.let_serve(lambda: False)
    ok(operator.http.post("/memo", params=attached, json={"title": "By the harbour", "content": "Gulls."}))
    assert back(to="elasticsearch").status_code == 422
    for _ in range(2):
        asked = back()
        assert (asked.status_code, [one["state"] for one in asked.json()]) == (202, ["building", "serving"])
    del key["Idempotency-Key"]
    again = back()
    assert (again.status_code, "is being built already" in again.json()["detail"]) == (409, True)
    assert operator.http.delete("/projections/memo_text/rebuild").status_code == 204
    assert states(operator, "memo_text") == ["kept", "serving"]
    ok(back())
    catch_up(read_models)
    read_models.let_serve(lambda: False)
    assert states(operator, "memo_text") == ["serving", "kept"]
    assert hits(operator, int(attached["attached_object_id"])) == 1
    assert (back("inline").status_code, back(project_id=1).status_code, back("nothing").status_code) == (422, 422, 404)


def test_a_version_that_is_kept_where_the_settings_do_not_say_is_not_gone_back_to(
    app: FastAPI, operator: Person
) -> None:
    with app.state.services.postgres.connection() as connection:
        add(connection, "memo_text", Backend.ELASTICSEARCH, "kept")
    refused = operator.http.post("/projections/memo_text/rebuild", params={"back": True})
    assert (refused.status_code, "do not say how to reach" in refused.json()["detail"]) == (409, True)
    assert states(operator, "memo_text") == ["serving", "kept"]


def test_a_key_stands_for_one_request(operator: Person) -> None:
    key = {"Idempotency-Key": "k"}
    ok(operator.http.post("/projections/memo_text/rebuild", headers=key))
    ok(operator.http.post("/projections/document_text/rebuild", headers=key))
    assert states(operator, "document_text") == ["serving", "building"]


def test_a_refused_rebuild_names_what_is_allowed(operator: Person) -> None:
    refused = operator.http.post("/projections/memo_text/rebuild", params={"to": "paper"})
    assert refused.status_code == 422
    assert "elasticsearch" in refused.text
    assert operator.http.post("/projections/memo_text/rebuild", params={"to": "weaviate"}).status_code == 422
    assert operator.http.post("/projections/nothing/rebuild").status_code == 404


@pytest.mark.parametrize("model", ["inline", "memo_text"])
def test_one_project_is_written_anew_by_a_worker(app: FastAPI, operator: Person, model: str) -> None:
    project, read_models = operator.project(), app.state.services.read_models
    memo = {"title": "By the harbour", "content": "Gulls."}
    attached: dict[str, str | int] = {"attached_object_id": project, "attached_object_type": "project"}
    ok(operator.http.post("/memo", params=attached, json=memo))
    catch_up(read_models)
    with app.state.services.postgres.connection() as connection:
        place = serving(connection, "memo_text").place.name
        connection.execute(f"DELETE FROM {place}.passage")
        connection.execute("UPDATE inline.memo SET title = 'By the sea'")

    def named() -> list[list[int]]:
        return [one["rewriting"] for one in ok(operator.http.get(f"/projections/{model}/rebuild"))]

    for _ in range(2):
        asked = operator.http.post(
            f"/projections/{model}/rebuild", params={"project_id": project}, headers={"Idempotency-Key": "one"}
        )
        assert (asked.status_code, named()) == (202, [[project]])
    read_models.write_what_is_asked_for(lambda: True)
    assert named() == [[project]]
    read_models.write_what_is_asked_for(lambda: False)
    assert named() == [[]]
    with app.state.services.postgres.connection() as connection:
        titles = connection.execute("SELECT title FROM inline.memo").fetchall()
    mended = (hits(operator, project), titles)
    assert mended == ((0, [("By the harbour",)]) if model == "inline" else (1, [("By the sea",)]))
    read_models.retell_tables(project)


def test_of_one_project_only_what_is_there_is_written_anew(app: FastAPI, operator: Person) -> None:
    read_models = app.state.services.read_models

    def asked(**params: str | int) -> int:
        return operator.http.post("/projections/memo_text/rebuild", params=params).status_code

    assert (asked(project_id=77_777), asked(project_id="all")) == (404, 422)
    project = operator.project()
    assert asked(project_id=project, to="postgres") == 422
    assert asked(project_id=project) == 202
    ok(operator.http.delete(f"/project/{project}"))
    read_models.write_what_is_asked_for(lambda: False)
    assert [one["rewriting"] for one in ok(operator.http.get("/projections/memo_text/rebuild"))] == [[]]


@pytest.mark.parametrize("model", ["inline", "memo_text"])
def test_a_project_that_never_was_is_not_compared(operator: Person, model: str) -> None:
    path = f"/projections/{model}/verify"
    assert operator.http.get(path, params={"project_id": 77_777}).status_code == 404
    assert ok(operator.http.get(path, params={"project_id": operator.project()})) == []


def test_who_asks_for_a_project_that_is_being_written_does_not_wait(app: FastAPI, operator: Person) -> None:
    project, postgres = operator.project(), app.state.services.postgres
    path = f"/projections/memo_text/rebuild?project_id={project}"
    ok(operator.http.post(path))
    with postgres.transaction() as connection:
        assert take(connection, Rewrite("memo_text", project))
        ok(operator.http.post(path))
        with postgres.transaction() as other:
            assert not take(other, Rewrite("memo_text", project))
        done(connection, Rewrite("memo_text", project))
    assert ok(operator.http.get("/projections/memo_text/rebuild"))[0]["rewriting"] == []


@pytest.mark.parametrize("error", [ValueError("bang"), Unavailable("away")])
def test_a_project_that_cannot_be_written_keeps_no_other_from_it(
    app: FastAPI, operator: Person, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    read_models, projects = app.state.services.read_models, [operator.project(), operator.project(title="Diaries")]
    for project in projects:
        ok(operator.http.post("/projections/memo_text/rebuild", params={"project_id": project}))
    real = read_models.write_anew

    def write_anew(name: str, project_id: int) -> None:
        if project_id == projects[0]:
            raise error
        real(name, project_id)

    monkeypatch.setattr(read_models, "write_anew", write_anew)
    passing = isinstance(error, Unavailable)
    for _ in range(2):
        read_models.write_what_is_asked_for(lambda: False)
        told = ok(operator.http.get("/projections/memo_text/rebuild"))[0]
        assert told["rewriting"] == (projects[:1] if passing else [])
        said = f"It follows the log, but cannot write project {projects[0]} anew yet: away"
        assert told["error"] == (said if passing else None)
        assert operator.http.get("/health/ready").status_code == 200
    monkeypatch.setattr(read_models, "write_anew", real)
    read_models.write_what_is_asked_for(lambda: False)
    told = ok(operator.http.get("/projections/memo_text/rebuild"))[0]
    assert (told["rewriting"], told["error"]) == ([], None)


def test_a_rebuild_whose_backend_is_away_keeps_no_other_waiting(start: Callable[..., FastAPI]) -> None:
    app = start("elasticsearch.url=http://127.0.0.1:9")
    services = app.state.services
    services.read_models.ensure()
    operator = first_operator(app, partial(account, app))
    operator.project()
    with services.postgres.connection() as connection:
        add(connection, "document_text", Backend.ELASTICSEARCH, "building")
    ok(operator.http.post("/projections/memo_text/rebuild"))
    services.read_models.let_serve(lambda: False)
    assert states(operator, "memo_text") == ["kept", "serving"]
    waits = ok(operator.http.get("/projections/document_text/rebuild"))[1]
    assert (waits["state"], "cannot serve yet: Elasticsearch" in waits["error"]) == ("building", True)


def lost_memo(app: FastAPI, operator: Person) -> tuple[int, Callable[[str], None]]:
    """A project with two memos, of which the second is passed over, because the checkpoint is beyond the end of its
    log; and what writes another.
    """
    project, services = operator.project(), app.state.services

    def write(title: str) -> None:
        code = ok(operator.http.post("/code", json={"project_id": project, "name": title}))
        attached = {"attached_object_id": code["id"], "attached_object_type": "code"}
        ok(operator.http.post("/memo", params=attached, json={"title": title, "content": "By the harbour."}))
        catch_up(services.read_models)

    write("Gulls")
    with services.postgres.connection() as connection:
        connection.execute("UPDATE behind.checkpoint SET revision = revision + 1000 WHERE model = 'memo_text'")
    write("Rain")
    assert hits(operator, project) == 1
    return project, write


def test_a_checkpoint_beyond_the_end_of_its_log_is_told_and_set_right(app: FastAPI, operator: Person) -> None:
    (project, write), read_models = lost_memo(app, operator), app.state.services.read_models

    def told(*, repair: bool = False) -> list[str]:
        return [one.kind for one in read_models.differences_behind(Counts(), repair=repair)]

    (beyond, _) = ok(operator.http.get("/projections/memo_text/verify"))
    assert beyond["project_id"] == project
    assert "says that it has come to revision 10" in beyond["detail"]
    expected = ["checkpoint_ahead", "entry_missing"]
    assert (told(), told(repair=True), told()) == (expected, expected, [])
    assert hits(operator, project) == 2
    write("Sun")
    assert hits(operator, project) == 3


def test_it_is_set_right_too_where_its_project_is_written_anew(app: FastAPI, operator: Person) -> None:
    (project, write), read_models = lost_memo(app, operator), app.state.services.read_models
    read_models.write_anew("memo_text", project)
    assert hits(operator, project) == 2
    write("Sun")
    assert hits(operator, project) == 3


def test_a_version_with_such_a_checkpoint_does_not_take_the_place_of_another(app: FastAPI, operator: Person) -> None:
    (project, _), services = lost_memo(app, operator), app.state.services
    ok(operator.http.post("/projections/memo_text/rebuild"))
    catch_up(services.read_models)
    with services.postgres.connection() as connection:
        connection.execute("UPDATE behind.checkpoint SET revision = revision + 1000 WHERE version = 2")
    services.read_models.let_serve(lambda: False)
    (_, building) = ok(operator.http.get("/projections/memo_text/rebuild"))
    assert (building["state"], "and the log ends at" in building["error"]) == ("building", True)
    with services.postgres.connection() as connection:
        connection.execute("UPDATE behind.checkpoint SET revision = revision - 1000 WHERE version = 2")
    kept = ["kept", "serving"]
    wait_for(lambda: services.read_models.let_serve(lambda: False) or states(operator, "memo_text") == kept)
    assert hits(operator, project) == 2


def test_a_parked_stream_is_seen_retried_and_searched_again(app: FastAPI, operator: Person) -> None:
    project, services = operator.project(), app.state.services
    memo = ok(
        operator.http.post(
            f"/memo?attached_object_type=project&attached_object_id={project}",
            json={"title": "Rain", "content": "It rained on the harbour."},
        )
    )
    stream = f"memo-{memo['id']}"
    with services.postgres.connection() as connection:
        place = serving(connection, "memo_text").place
        park(connection, place, project, stream, 2, "bang")
    follow(services.read_models)
    (dead,) = ok(operator.http.get("/projections/memo_text/dead"))
    assert (dead["stream_id"], dead["error"], dead["project_id"]) == (stream, "bang", project)
    assert ok(operator.http.get("/projections/memo_text/dead", params={"stream": "memo-0"})) == []
    assert hits(operator, project) == 0
    assert ok(operator.http.post("/projections/memo_text/dead/retry")) == [{"stream_id": stream, "error": None}]
    assert ok(operator.http.get("/projections/memo_text/dead")) == []
    assert hits(operator, project) == 1


def test_a_stream_that_cannot_be_read_any_more_is_a_difference(app: FastAPI, operator: Person) -> None:
    project, services = operator.project(), app.state.services
    attached: dict[str, str | int] = {"attached_object_id": project, "attached_object_type": "project"}
    memo = ok(operator.http.post("/memo", params=attached, json={"title": "Rain", "content": "On the harbour."}))
    catch_up(services.read_models)
    stream, change = f"memo-{memo['id']}", "UPDATE log.events SET data = $2 WHERE stream_id = $1"
    with services.postgres.connection() as connection:
        ((data,),) = connection.execute("SELECT data FROM log.events WHERE stream_id = $1", (stream,)).fetchall()
        connection.execute(change, (stream, b"{"))
        (found,) = ok(operator.http.get("/projections/memo_text/verify"))
        connection.execute(change, (stream, data))
    assert (found["kind"], found["key"]) == ("stream_unreadable", stream)
    assert ok(operator.http.get("/projections/memo_text/verify")) == []


def test_a_parked_stream_that_is_dropped_is_retold_from_then_on(app: FastAPI, operator: Person) -> None:
    project, services = operator.project(), app.state.services
    with services.postgres.connection() as connection:
        park(connection, serving(connection, "memo_text").place, project, "memo-7", 2, "bang")
    (dropped,) = ok(operator.http.delete("/projections/memo_text/dead", params={"project_id": project}))
    assert dropped["stream_id"] == "memo-7"
    assert ok(operator.http.delete("/projections/memo_text/dead")) == []
    catch_up(services.read_models)
