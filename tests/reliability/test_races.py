"""Of sixteen who want what one can have one gets it, nobody gets a 500, and no race leaves what the rules forbid."""

from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import product
from random import Random
from threading import Barrier
from typing import Any

import httpx2
import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from systems.token_system import Claims
from tests.api._people import Person, ok
from tests.api.annotated import TEXT, Place, join
from tests.api.annotated import place as furnished
from tests.documents import pictured, uploaded
from tests.reliability._checks import faults
from tests.reliability._storm import Storm

RACERS = 16
Ask = Callable[[], httpx2.Response]


def at_once(asks: Sequence[Ask]) -> list[httpx2.Response]:
    """The answers to requests that are sent at the same moment."""
    ready = Barrier(len(asks))

    def together(ask: Ask) -> httpx2.Response:
        ready.wait()
        return ask()

    with ThreadPoolExecutor(len(asks)) as pool:
        return list(pool.map(together, asks))


def statuses(answers: Sequence[httpx2.Response]) -> Counter[int]:
    return Counter(answer.status_code for answer in answers)


def sending(ada: Person, method: str, path: str, bodies: Sequence[Any], **headers: str) -> list[Ask]:
    """A request for each body."""
    return [partial(ada.http.request, method, path, json=body, headers=headers) for body in bodies]


def made(ada: Person, path: str, **body: Any) -> int:
    return int(ok(ada.http.post(path, json=body))["id"])


def sound(app: FastAPI, project: int) -> bool:
    services = app.state.services
    found = faults(services.postgres.url, services.blobs, project)
    assert found == []
    return True


def test_of_writers_who_read_the_same_version_one_wins(app: FastAPI, ada: Person) -> None:
    project = ada.project()
    code = made(ada, "/code", project_id=project, name="joy")
    bodies = [{"description": f"meaning {number}"} for number in range(RACERS)]
    answers = at_once(sending(ada, "PATCH", f"/code/{code}", bodies, **{"If-Match": '"1"'}))
    assert statuses(answers) == {200: 1, 412: RACERS - 1}
    (winner,) = (answer for answer in answers if answer.is_success)
    read = ada.http.get(f"/code/{code}")
    assert read.json() == winner.json()
    assert read.headers["ETag"] == '"2"'
    assert sound(app, project)


def test_writers_without_a_condition_take_turns(app: FastAPI, ada: Person) -> None:
    project = ada.project()
    code = made(ada, "/code", project_id=project, name="joy")
    bodies = [{"description": f"meaning {number}"} for number in range(RACERS)]
    answered = statuses(at_once(sending(ada, "PATCH", f"/code/{code}", bodies)))
    assert answered.keys() <= {200, 409}
    assert answered[200] > 0
    assert ada.http.get(f"/code/{code}").headers["ETag"] == f'"{1 + answered[200]}"'
    assert sound(app, project)


@pytest.mark.parametrize("path", ["/code", "/tag", "/folder/", "/projmeta"])
def test_a_name_is_given_once(app: FastAPI, ada: Person, path: str) -> None:
    project = ada.project()
    names = [("JOY", "joy", "Joy", "jOy")[number % 4] for number in range(RACERS)]
    more = {"key": "", "metatype": "STRING", "doctype": "text", "description": ""} if path == "/projmeta" else {}
    bodies = [{"project_id": project, **more, "key" if more else "name": name} for name in names]
    assert statuses(at_once(sending(ada, "POST", path, bodies))) == {201: 1, 409: RACERS - 1}
    assert sound(app, project)


def test_a_name_is_taken_once_by_those_who_have_another(app: FastAPI, ada: Person) -> None:
    project = ada.project()
    codes = [made(ada, "/code", project_id=project, name=f"c{number}") for number in range(RACERS)]
    asks = [ask for code in codes for ask in sending(ada, "PATCH", f"/code/{code}", [{"name": "joy"}])]
    assert statuses(at_once(asks)) == {200: 1, 409: RACERS - 1}
    assert sound(app, project)


def test_many_codes_at_once_and_single_ones_do_not_share_a_name(app: FastAPI, ada: Person) -> None:
    project = ada.project()
    some = [{"project_id": project, "name": f"c{number}"} for number in range(RACERS // 2)]
    asks = [*sending(ada, "POST", "/code", some), *sending(ada, "POST", "/code/bulk/create", [some] * (RACERS // 2))]
    assert statuses(at_once(asks)).keys() <= {201, 409}
    names = [code["name"] for code in ok(ada.http.get(f"/code/project/{project}")) if not code["is_system"]]
    assert Counter(names) == Counter({one["name"]: 1 for one in some} if len(names) == len(some) else set(names))
    assert sound(app, project)


@pytest.mark.parametrize(("path", "method"), [("/code", "PATCH"), ("/tag", "PATCH"), ("/folder", "PUT")])
def test_a_ring_is_never_closed(app: FastAPI, ada: Person, path: str, method: str) -> None:
    project = ada.project()
    start = "/folder/" if path == "/folder" else path
    for round in range(3):
        ring = [made(ada, start, project_id=project, name=f"{round}-{number}") for number in range(RACERS)]
        asks = [
            ask
            for place, one in enumerate(ring)
            for ask in sending(ada, method, f"{path}/{one}", [{"parent_id": ring[place - 1]}])
        ]
        answered = statuses(at_once(asks))
        assert answered.keys() == {200, 409}
    assert sound(app, project)


def test_of_two_codes_that_are_merged_into_each_other_one_stays(app: FastAPI, ada: Person) -> None:
    for _ in range(3):
        at = furnished(app, ada)
        for _ in range(3):
            ok(ada.http.post("/span", json=at.span("sea")))
        paths = [f"/code/{at.calm}/merge_into/{at.unrest}", f"/code/{at.unrest}/merge_into/{at.calm}"] * 4
        answers = at_once([ask for path in paths for ask in sending(ada, "POST", path, [None])])
        assert statuses(answers) == {200: 1, 404: len(paths) - 1}
        assert {span["code_id"] for span in ok(ada.http.get(f"/span/sdoc/{at.sdoc}"))} < {at.calm, at.unrest}
        assert sound(app, at.project)


def test_folders_of_one_name_are_moved_to_one_place_once(app: FastAPI, ada: Person) -> None:
    project = ada.project()
    parents = [made(ada, "/folder/", project_id=project, name=f"f{number}") for number in range(RACERS)]
    inner = [made(ada, "/folder/", project_id=project, name="drafts", parent_id=parent) for parent in parents]
    asks = [ask for one in inner for ask in sending(ada, "PUT", f"/folder/{one}", [{"parent_id": None}])]
    assert statuses(at_once(asks)) == {200: 1, 409: RACERS - 1}
    assert sound(app, project)


@pytest.mark.parametrize("rename", [False, True])
def test_a_filename_is_given_once(app: FastAPI, ada: Person, rename: bool) -> None:
    project = ada.project()
    path = f"/docprocessing/project/{project}/upload"

    def upload() -> httpx2.Response:
        file = ("notes.txt", b"The sea was calm.")
        return ada.http.post(path, params={"rename": rename}, files=[("uploaded_files", file)])

    answers = at_once([upload] * RACERS)
    if rename:
        assert statuses(answers) == {201: RACERS}
        assert len({answer.json()["accepted"][0]["filename"] for answer in answers}) == RACERS
    else:
        assert statuses(answers) == {201: 1, 409: RACERS - 1}
    assert sound(app, project)


def test_somebody_writes_one_memo_on_a_thing(app: FastAPI, ada: Person) -> None:
    at = furnished(app, ada)
    path = f"/memo?attached_object_id={at.calm}&attached_object_type=code"
    bodies = [{"title": f"memo {number}", "content": "", "content_json": ""} for number in range(RACERS)]
    assert statuses(at_once(sending(ada, "POST", path, bodies))) == {201: 1, 409: RACERS - 1}
    assert sound(app, at.project)


def selves(app: FastAPI, ada: Person) -> list[TestClient]:
    """Ada many times over: a process takes her requests for those of many people, the log for hers alone."""
    token, _ = app.state.services.tokens.issue(Claims(ada.id, 0))
    schemes = ["".join(letters) for letters in product("bB", "eE", "aA", "rR", ["er"])]
    return [TestClient(app, headers={"Authorization": f"{scheme} {token}"}) for scheme in schemes]


REPEATED: dict[str, Callable[[Place], tuple[str, str, Any]]] = {
    "a new project": lambda _: ("POST", "/project", {"title": "Diaries", "description": ""}),
    "a new code": lambda at: ("POST", "/code", {"project_id": at.project, "name": "joy"}),
    "new spans": lambda at: ("POST", "/span/bulk/create", [at.span("sea"), at.span("wind")]),
    "a change": lambda at: ("PATCH", f"/code/{at.calm}", {"name": "peace"}),
    "a removal": lambda at: ("DELETE", f"/code/{at.calm}", None),
    "a merge": lambda at: ("POST", f"/code/{at.calm}/merge_into/{at.unrest}", None),
}


@pytest.mark.parametrize("alone", [True, False], ids=["in one process", "in many processes"])
@pytest.mark.parametrize("what", REPEATED)
def test_a_request_that_is_sent_often_at_once_is_done_once(app: FastAPI, ada: Person, what: str, alone: bool) -> None:
    at = furnished(app, ada)
    method, path, body = REPEATED[what](at)
    clients = [ada.http] * RACERS if alone else selves(app, ada)
    key = {"Idempotency-Key": "k-1"}
    asks = [partial(http.request, method, path, json=body, headers=key) for http in clients]
    before = commands(app)
    answers = at_once(asks)
    assert commands(app) == before + 1
    done = [answer for answer in answers if answer.is_success]
    assert done
    assert all(answer.json() == done[0].json() for answer in done)
    assert {answer.json()["type"] for answer in answers if not answer.is_success} <= {
        "urn:palimpsest:problem:in-flight",
        "urn:palimpsest:problem:overtaken",
    }
    assert asks[0]().json() == done[0].json()
    assert commands(app) == before + 1
    assert sound(app, at.project)


def commands(app: FastAPI) -> int:
    with app.state.services.postgres.connection() as connection:
        row = connection.execute("SELECT count(DISTINCT command_id) FROM log.events").fetchone()
    return int(row[0]) if row else 0


GOING: dict[str, tuple[Callable[[Place], str], Callable[[Place, int, int], tuple[str, str, Any]]]] = {
    "tag": (
        lambda at: "/tag",
        lambda at, tag, n: ("PATCH", "/tag/bulk/link", {"source_document_ids": [at.sdoc], "tag_ids": [tag]}),
    ),
    "code with children": (
        lambda at: "/code",
        lambda at, code, n: ("POST", "/code", {"project_id": at.project, "name": f"c{n}", "parent_id": code}),
    ),
    "code with memos": (
        lambda at: "/code",
        lambda at, code, n: (
            "POST",
            f"/memo?attached_object_id={code}&attached_object_type=code",
            {"title": "Why?", "content": "", "content_json": ""},
        ),
    ),
    "folder": (
        lambda at: "/folder/",
        lambda at, folder, n: (
            "POST",
            "/folder/",
            {"project_id": at.project, "name": f"f{n}", "parent_id": folder},
        ),
    ),
    "folder with documents": (
        lambda at: "/folder/",
        lambda at, folder, n: ("POST", f"/docprocessing/project/{at.project}/upload?folder_id={folder}", None),
    ),
}


@pytest.mark.parametrize("what", GOING)
def test_nothing_hangs_on_what_is_gone(app: FastAPI, ada: Person, person: Callable[..., Person], what: str) -> None:
    at = furnished(app, ada)
    people = [ada, *(join(ada, at.project, person(f"Ben{n}"), "editor") for n in range(3))]
    where, using = GOING[what]
    for round in range(3):
        gone = made(ada, where(at), project_id=at.project, name=f"going {round}")

        def use(number: int, gone: int = gone, round: int = round) -> httpx2.Response:
            method, path, body = using(at, gone, 100 * round + number)
            file = (f"{round}-{number}.txt", b"The sea was calm.")
            more = {"files": [("uploaded_files", file)]} if body is None else {"json": body}
            return people[number % len(people)].http.request(method, path, **more)

        def go(gone: int = gone) -> httpx2.Response:
            return ada.http.delete(f"{where(at).rstrip('/')}/{gone}")

        *answers, going = at_once([*(partial(use, number) for number in range(RACERS - 1)), go])
        assert going.status_code == 200
        assert statuses(answers).keys() <= {200, 201, 404, 409, 422}
    assert sound(app, at.project)


def test_nothing_is_written_to_a_project_that_has_ended(app: FastAPI, ada: Person) -> None:
    for _ in range(3):
        at = furnished(app, ada)
        bodies: list[tuple[str, str, Any]] = [
            ("POST", "/span", at.span("sea")),
            ("POST", "/span/bulk/create", [at.span("sea")] * 1_100),
            ("POST", "/code", {"project_id": at.project, "name": "joy"}),
            ("PATCH", f"/code/{at.calm}", {"name": "peace"}),
            ("DELETE", f"/code/{at.unrest}", None),
            ("POST", "/tag", {"project_id": at.project, "name": "crew"}),
            ("PATCH", f"/project/{at.project}", {"title": "Diaries"}),
            ("DELETE", f"/project/{at.project}", None),
        ]
        asks = [ask for method, path, body in bodies * 2 for ask in sending(ada, method, path, [body])]
        answers = at_once(asks)
        assert statuses(answers).keys() <= {200, 201, 404, 409, 422}
        assert ada.http.get(f"/project/{at.project}").status_code == 404
        with app.state.services.postgres.connection() as connection:
            head = connection.execute(
                "SELECT ended, (SELECT type FROM log.events e WHERE e.project_id = h.project_id AND "
                "e.revision = h.revision) FROM log.project_heads h WHERE project_id = $1",
                (at.project,),
            ).fetchone()
        assert head == (True, "project.deleted")
        assert sound(app, at.project)


@pytest.mark.parametrize("seed", range(3))
def test_a_storm_leaves_a_sound_project(app: FastAPI, ada: Person, person: Callable[..., Person], seed: int) -> None:
    project = ada.project()
    people = [ada, *(join(ada, project, person(f"Ben{number}"), "owner") for number in range(3))]
    storm = Storm(project, [one.id for one in people])
    for number in range(6):
        storm.things["sdoc"].append(uploaded(app.state.services, project, f"{number}.txt", TEXT))
        storm.things["code"].append(made(ada, "/code", project_id=project, name=f"code {number}"))
    storm.things["sdoc"] += [pictured(app.state.services, project, f"{number}.png") for number in range(2)]

    def rage(number: int) -> Counter[int]:
        dice = Random(100 * seed + number)
        answered: Counter[int] = Counter()
        for _ in range(25):
            deed = storm.deed(dice)
            http = people[number % len(people)].http
            answer = http.request(deed.method, deed.path, json=deed.json, files=deed.files)
            answered[answer.status_code] += 1
            if answer.is_success:
                storm.done(deed, answer.json())
        return answered

    with ThreadPoolExecutor(RACERS) as pool:
        answered = sum(pool.map(rage, range(RACERS)), Counter())
    assert answered.keys() <= {200, 201, 403, 404, 409, 422}
    assert answered[200] + answered[201] > 4 * RACERS
    assert sound(app, project)
