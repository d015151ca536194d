"""Tags and the documents that carry them over HTTP."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from fastapi import FastAPI

from tests.api.conftest import Person, ok
from tests.documents import uploaded


@pytest.fixture
def project(ada: Person) -> int:
    return ada.project()


@pytest.fixture
def sdocs(app: FastAPI, project: int) -> list[int]:
    return [uploaded(app.state.services, project, f"{n}.txt", f"Letter {n}.") for n in range(3)]


def join(owner: Person, project: int, person: Person, role: str) -> Person:
    ok(owner.http.patch(f"/user/{project}/user", json={"email": person.email, "role": role}))
    return person


def tag(person: Person, project: int, name: str, **more: object) -> int:
    return int(ok(person.http.post("/tag", json={"project_id": project, "name": name, **more}))["id"])


def test_a_tag_lives_and_dies(ada: Person, stranger: Person, project: int) -> None:
    other = tag(ada, project, "diary")
    made = ada.http.post("/tag", json={"project_id": project, "name": "letter", "parent_id": other})
    assert (made.status_code, made.headers["etag"]) == (201, '"1"')
    letter, path = made.json(), made.headers["location"]
    assert (letter["description"], letter["parent_id"], letter["memo_ids"]) == ("", other, [])
    assert [one["id"] for one in ok(ada.http.get(f"/tag/project/{project}"))] == [other, letter["id"]]
    assert ok(ada.http.put("/tag", json={"project_id": project, "name": "postcard"}))["name"] == "postcard"

    assert ada.http.post("/tag", json={"project_id": project, "name": "LETTER"}).status_code == 409
    assert ada.http.post("/tag", json={"project_id": project, "name": "x", "parent_id": 10**6}).status_code == 422
    assert ada.http.patch(f"/tag/{other}", json={"parent_id": letter["id"]}).status_code == 409
    assert stranger.http.get(path).status_code == 404
    assert stranger.http.delete(path).json() == ada.http.delete("/tag/999999").json()

    renamed = ada.http.patch(path, json={"name": "Field post"}, headers={"If-Match": '"1"'})
    assert (ok(renamed)["name"], renamed.headers["etag"]) == ("Field post", '"2"')
    assert ada.http.patch(path, json={"name": "x"}, headers={"If-Match": '"1"'}).status_code == 412
    assert ada.http.patch(path, json={}).status_code == 422
    assert ok(ada.http.delete(f"/tag/{other}"))["name"] == "diary"
    assert ada.http.get(path).status_code == 404


def test_what_cannot_be_linked_is_named_once_and_has_a_place_only_in_a_list(
    ada: Person, project: int, sdocs: list[int]
) -> None:
    letter = tag(ada, project, "letter")
    links = {"source_document_ids": [999_999, *sdocs], "tag_ids": [letter, 888_888]}
    for method, path, body in (
        ("PATCH", "link", links),
        ("DELETE", "unlink", links),
        ("PATCH", "update", {"sdoc_ids": [999_999, *sdocs], "unlink_tag_ids": [letter], "link_tag_ids": [888_888]}),
    ):
        refused = ada.http.request(method, f"/tag/bulk/{path}", json=body)
        assert refused.status_code == 404
        assert [(one["loc"], "index" in one) for one in refused.json()["errors"]] == [(["body"], False)] * 2
        told = {one["msg"] for one in refused.json()["errors"]}
        assert told == {"There is no document 999999 in the project.", "There is no tag 888888 in the project."}
    counted = ada.http.post(f"/tag/count_tags/{ada.id}", json={"sdoc_ids": [999_999, *sdocs], "class_ids": [letter]})
    assert ok(counted) == {str(letter): 0}
    sets = [{"source_document_id": 999_999, "tag_ids": []}, {"source_document_id": sdocs[0], "tag_ids": [888_888]}]
    refused = ada.http.patch("/tag/bulk/set", json=sets)
    assert [one["index"] for one in refused.json()["errors"]] == [0, 1]


def test_tags_are_put_on_documents_and_taken_off(ada: Person, project: int, sdocs: list[int]) -> None:
    letter, diary, other = (tag(ada, project, name) for name in ("letter", "diary", "other"))
    both = {"source_document_ids": sdocs, "tag_ids": [letter, diary]}
    assert ok(ada.http.patch("/tag/bulk/link", json=both)) == 6
    assert ok(ada.http.patch("/tag/bulk/link", json=both)) == 0
    off = {"source_document_ids": sdocs[:1], "tag_ids": [diary, other]}
    assert ok(ada.http.request("DELETE", "/tag/bulk/unlink", json=off)) == 1
    assert ok(ada.http.request("DELETE", "/tag/bulk/unlink", json=off)) == 0
    assert ok(ada.http.get(f"/tag/sdoc/{sdocs[0]}")) == [letter]
    assert ok(ada.http.get(f"/tag/{letter}/sdocs")) == sdocs

    exactly = [{"source_document_id": sdocs[0], "tag_ids": [other]}, {"source_document_id": sdocs[1], "tag_ids": []}]
    assert ok(ada.http.patch("/tag/bulk/set", json=exactly)) == 4
    assert ok(ada.http.patch("/tag/bulk/set", json=exactly)) == 0
    change = {"sdoc_ids": sdocs[1:], "unlink_tag_ids": [diary], "link_tag_ids": [other]}
    assert ok(ada.http.patch("/tag/bulk/update", json=change)) == 3
    assert [ok(ada.http.get(f"/tag/sdoc/{sdoc}")) for sdoc in sdocs] == [[other], [other], [letter, other]]
    counts = ok(ada.http.post(f"/tag/sdoc_counts/{project}", json=sdocs[1:]))
    assert counts == {str(letter): 1, str(diary): 0, str(other): 2}
    mine = {"sdoc_ids": sdocs, "class_ids": [letter, other]}
    assert ok(ada.http.post(f"/tag/count_tags/{ada.id}", json=mine)) == {str(letter): 1, str(other): 3}
    assert ok(ada.http.post("/tag/count_tags/1", json=mine)) == {str(letter): 0, str(other): 0}

    assert ok(ada.http.delete(f"/tag/{other}"))["name"] == "other"
    assert ok(ada.http.get(f"/tag/sdoc/{sdocs[2]}")) == [letter]


def test_a_repeated_change_is_counted_again_and_not_done_again(ada: Person, project: int, sdocs: list[int]) -> None:
    body = {"source_document_ids": sdocs, "tag_ids": [tag(ada, project, "letter")]}
    key = {"Idempotency-Key": "k-1"}
    assert [ok(ada.http.patch("/tag/bulk/link", json=body, headers=key)) for _ in range(2)] == [3, 3]
    assert ok(ada.http.patch("/tag/bulk/link", json=body)) == 0


def test_all_documents_and_tags_are_of_one_project(
    ada: Person, stranger: Person, project: int, sdocs: list[int]
) -> None:
    letter = tag(ada, project, "letter")
    foreign = tag(ada, ada.project(), "foreign")
    refused = ada.http.patch("/tag/bulk/link", json={"source_document_ids": sdocs, "tag_ids": [letter, foreign]})
    assert refused.status_code == 404
    assert [error["msg"] for error in refused.json()["errors"]] == [f"There is no tag {foreign} in the project."]
    assert ok(ada.http.get(f"/tag/{letter}/sdocs")) == []
    twice = [{"source_document_id": sdocs[0], "tag_ids": tags} for tags in ([letter], [])]
    assert ada.http.patch("/tag/bulk/set", json=twice).status_code == 422
    body = {"source_document_ids": sdocs, "tag_ids": [letter]}
    assert stranger.http.patch("/tag/bulk/link", json=body).status_code == 404
    assert ok(stranger.http.patch("/tag/bulk/link", json={"source_document_ids": [], "tag_ids": [letter]})) == 0
    assert stranger.http.get(f"/tag/sdoc/{sdocs[0]}").status_code == 404


def test_annotators_link_tags_but_do_not_make_them(
    ada: Person, person: Callable[..., Person], project: int, sdocs: list[int]
) -> None:
    letter = tag(ada, project, "letter")
    bob = join(ada, project, person("Bob", "Hobbes"), "annotator")
    eve = join(ada, project, person("Eve", "Reader"), "reader")
    body = {"source_document_ids": sdocs, "tag_ids": [letter]}
    assert eve.http.patch("/tag/bulk/link", json=body).status_code == 403
    assert ok(bob.http.patch("/tag/bulk/link", json=body)) == 3
    assert ok(eve.http.get(f"/tag/{letter}/sdocs")) == sdocs
    assert bob.http.post("/tag", json={"project_id": project, "name": "x"}).status_code == 403
    assert bob.http.delete(f"/tag/{letter}").status_code == 403


def test_of_many_who_link_the_same_one_does(ada: Person, project: int, sdocs: list[int]) -> None:
    body = {"source_document_ids": sdocs[:1], "tag_ids": [tag(ada, project, "letter")]}
    with ThreadPoolExecutor(16) as writers:
        counts = list(writers.map(lambda _: ok(ada.http.patch("/tag/bulk/link", json=body)), range(16)))
    assert sorted(counts) == [0] * 15 + [1]


def test_two_who_move_tags_below_one_another_make_no_cycle(ada: Person, project: int) -> None:
    letter, diary = tag(ada, project, "letter"), tag(ada, project, "diary")
    moves = [(letter, diary), (diary, letter)] * 4
    with ThreadPoolExecutor(8) as writers:
        moved = writers.map(lambda move: ada.http.patch(f"/tag/{move[0]}", json={"parent_id": move[1]}), moves)
        assert {answer.status_code for answer in moved} == {200, 409}
    parents = [one["parent_id"] for one in ok(ada.http.get(f"/tag/project/{project}"))]
    assert parents in ([diary, None], [None, letter])


def test_a_hundred_thousand_pairs_are_one_request(ada: Person, project: int, sdocs: list[int]) -> None:
    """The same pairs again and again: linked once, however often they are named."""
    tags = [tag(ada, project, f"t{n}") for n in range(3)]
    repeated = {"source_document_ids": sdocs * 11_000, "tag_ids": tags}
    assert ok(ada.http.patch("/tag/bulk/link", json=repeated)) == 9
    too_many = {"source_document_ids": sdocs * 12_000, "tag_ids": tags}
    assert ada.http.patch("/tag/bulk/link", json=too_many).status_code == 422
