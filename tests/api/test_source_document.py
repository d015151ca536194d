"""Source documents over HTTP: reading, renaming, moving, deleting, and the files they were made of."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from time import process_time
from urllib.parse import parse_qs, urlsplit

import pytest
from fastapi import FastAPI

from api.processing_service import Processing
from systems.document_extraction_system import Extracted, Source, extract
from tests.api.conftest import Person, ok
from tests.api.test_docprocessing import send
from tests.documents import process, uploaded


def test_a_document_lives_and_dies(app: FastAPI, ada: Person, stranger: Person) -> None:
    project = ada.project()
    letter, other = (uploaded(app.state.services, project, name, "Rain.") for name in ("letter.txt", "other.txt"))
    path = f"/sdoc/{letter}"
    read = ok(ada.http.get(path))
    assert (read["filename"], read["name"], read["doctype"], read["status"]) == (
        "letter.txt",
        "letter.txt",
        "text",
        "done",
    )
    assert not {"name_key", "text_sha256", "source_sha256"} & read.keys()
    assert stranger.http.get(path).status_code == 404
    assert stranger.http.get(f"/sdoc/data/{letter}").status_code == 404

    renamed = ada.http.patch(path, json={"name": "To Bob"}, headers={"If-Match": f'"{read["version"]}"'})
    assert ok(renamed)["name"] == "To Bob"
    assert ok(renamed)["filename"] == "letter.txt"
    stale = ada.http.patch(path, json={"name": "x"}, headers={"If-Match": f'"{read["version"]}"'})
    assert stale.status_code == 412
    assert ada.http.patch(path, json={"text_extraction": 1}).status_code == 422
    assert ada.http.patch(path, json={"folder_id": 999_999}).status_code == 422
    folder = ok(ada.http.post("/folder/", json={"project_id": project, "name": "Letters"}))["id"]
    assert ok(ada.http.patch(path, json={"folder_id": folder}))["folder_id"] == folder
    assert ok(ada.http.get(f"{path}/same_folder")) == [letter]
    assert ok(ada.http.get(f"{path}/annotators")) == []
    code = ok(ada.http.post("/code", json={"project_id": project, "name": "joy"}))["id"]
    ok(ada.http.post("/span", json={"sdoc_id": letter, "code_id": code, "begin": 0, "end": 4}))
    assert ok(ada.http.get(f"{path}/annotators")) == [ada.id]

    assert ok(ada.http.delete(path))["name"] == "To Bob"
    assert ada.http.get(path).status_code == 404
    assert ok(ada.http.get(f"/folder/{folder}"))["name"] == "Letters"
    assert ok(ada.http.get(f"/sdoc/{other}"))["name"] == "other.txt"
    assert [one["id"] for one in ok(ada.http.get(f"/sdoc/project/{project}"))] == [other]
    assert ada.http.get(f"/project/{project}/resolve_filename/letter.txt").status_code == 404
    assert uploaded(app.state.services, project, "letter.txt", "Sun.") not in (letter, other)


def test_the_folder_made_for_a_file_goes_with_its_last_document(ada: Person) -> None:
    project = ada.project()
    sent = ok(send(ada, project, {"rows.csv": "name,text\na,A.\nb,B.\n"}))["accepted"]
    first, second = (one["sdoc_id"] for one in sent)
    folder = ok(ada.http.get(f"/sdoc/{first}"))["folder_id"]
    ok(ada.http.delete(f"/sdoc/{first}"))
    assert ok(ada.http.get(f"/folder/{folder}"))["folder_type"] == "sdoc_folder"
    ok(ada.http.delete(f"/sdoc/{second}"))
    assert ada.http.get(f"/folder/{folder}").status_code == 404


@pytest.mark.parametrize(
    ("filename", "source", "kind", "shown"),
    [
        ("Brief für Käthe.txt", "Grüße".encode("cp1252"), "text/plain", "inline"),
        ("page.html", b"<script>alert(1)</script><p>Hi</p>", "text/html", "attachment"),
    ],
)
def test_the_uploaded_file_is_served_by_a_signed_address(
    app: FastAPI, ada: Person, filename: str, source: bytes, kind: str, shown: str
) -> None:
    project = ada.project()
    (sent,) = ok(send(ada, project, {filename: source}))["accepted"]
    assert sent["filename"] == filename
    process(app.state.services, project, [sent["sdoc_id"]])
    path = ok(ada.http.get(f"/sdoc/{sent['sdoc_id']}/url"))
    assert path.startswith("/sdoc/")
    anybody = {"Authorization": ""}
    served = ada.http.get(path, headers=anybody)
    assert (served.status_code, served.content) == (200, source)
    assert served.headers["content-type"] == kind
    assert served.headers["x-content-type-options"] == "nosniff"
    assert served.headers["content-security-policy"].startswith("sandbox")
    assert served.headers["content-disposition"].startswith(shown)
    data = ok(ada.http.get(f"/sdoc/data/{sent['sdoc_id']}"))
    assert "script" not in data["html"]
    assert ada.http.get(data["repo_url"], headers=anybody).status_code == 200
    full = ok(ada.http.get(f"/sdoc/{sent['sdoc_id']}/url?relative=false"))
    assert full == f"http://testserver{path}"

    query = parse_qs(urlsplit(path).query)
    expires, signature = query["expires"][0], query["signature"][0]
    past, late = app.state.services.content_signatures.sign(f"sdoc {sent['sdoc_id']}", -3600)
    for forged in (
        f"?expires={int(expires) + 60}&signature={signature}",
        f"?expires={past}&signature={late}",
        f"?expires={expires}&signature={signature[:-1]}é",
    ):
        assert ada.http.get(f"/sdoc/{sent['sdoc_id']}/content{forged}", headers=anybody).status_code == 403
    other = uploaded(app.state.services, project, "other.txt", "Other.")
    assert ada.http.get(path.replace(f"/sdoc/{sent['sdoc_id']}/", f"/sdoc/{other}/")).status_code == 403
    ok(ada.http.delete(f"/project/{project}"))
    assert ada.http.get(path, headers=anybody).status_code == 404


@pytest.mark.parametrize(
    ("asked", "status", "read"),
    [
        ("bytes=0-3", 206, b"Dear"),
        ("bytes=-4", 206, b"rain"),
        ("bytes=99-", 416, b""),
        ("bytes=3-1", 416, b""),
        ("bytes=x", 416, b""),
        ("lines=1-2", 416, b""),
    ],
)
def test_a_part_of_a_file_is_read_or_there_is_none(ada: Person, asked: str, status: int, read: bytes) -> None:
    sent = ok(send(ada, ada.project(), {"a.txt": "Dear Ada, rain"}))["accepted"][0]
    answer = ada.http.get(ok(ada.http.get(f"/sdoc/{sent['sdoc_id']}/url")), headers={"Range": asked})
    assert answer.status_code == status
    if read:
        assert answer.content == read
    else:
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["errors"][0]["loc"] == ["header", "Range"]


def test_a_document_of_five_megabytes_is_read_quickly(app: FastAPI, ada: Person) -> None:
    project = ada.project()
    line = "In the evening the sea was calm, and nobody on the ship 🚢 spoke of the storm. "
    text = "".join(f"{n} {line}\n" for n in range(5_000_000 // len(line.encode())))
    sdoc_id = uploaded(app.state.services, project, "long.txt", text)
    ada.http.get(f"/sdoc/data/{sdoc_id}")
    begun = process_time()
    data = ok(ada.http.get(f"/sdoc/data/{sdoc_id}", headers={"Accept-Encoding": "identity"}))
    assert process_time() - begun < 20
    assert data["text"] == text
    assert len(data["tokens"]) == ok(ada.http.get(f"/sdoc/{sdoc_id}"))["token_count"] > 1_000_000
    begin, end = data["token_character_offsets"][-1]
    assert text[begin:end] == data["tokens"][-1] == "."


def test_only_who_may_edit_changes_documents(app: FastAPI, ada: Person, person: Callable[..., Person]) -> None:
    project = ada.project()
    sdoc_id = uploaded(app.state.services, project, "a.txt", "Words.")
    for role in ("reader", "annotator"):
        bob = person("Bob", role)
        body = {"email": bob.email, "role": role}
        assert ada.http.patch(f"/user/{project}/user", json=body).status_code in (200, 201), role
        assert ok(bob.http.get(f"/sdoc/{sdoc_id}"))["id"] == sdoc_id
        assert bob.http.patch(f"/sdoc/{sdoc_id}", json={"name": "x"}).status_code == 403
        assert bob.http.delete(f"/sdoc/{sdoc_id}").status_code == 403
        assert bob.http.post("/folder/", json={"project_id": project, "name": "x"}).status_code == 403
        assert send(bob, project, {"b.txt": "B."}).status_code == 403
        assert bob.http.post(f"/docprocessing/project/{project}/retry?doctype=text", json=[]).status_code == 403


def test_annotations_follow_their_words_into_a_new_text(app: FastAPI, ada: Person) -> None:
    project, services = ada.project(), app.state.services
    text = "The sea was calm. Nobody spoke of it."
    sdoc_id = uploaded(services, project, "sea.txt", text)
    code = ok(ada.http.post("/code", json={"project_id": project, "name": "calm"}))["id"]

    def span(words: str) -> str:
        begin = text.index(words)
        body = {"sdoc_id": sdoc_id, "code_id": code, "begin": begin, "end": begin + len(words)}
        return f"/span/{ok(ada.http.post('/span', json=body))['id']}"

    kept, lost = span("sea was calm"), span("Nobody")

    def other(folder: Path, project_id: int, sources: Sequence[Source]) -> list[Extracted]:
        changed = services.blobs.write(project_id, b"They say that the sea was calm. Who spoke of it?")
        return extract(folder, project_id, [replace(source, sha256=changed.sha256) for source in sources])

    Processing(services.store, services.blobs, other).work(project, [sdoc_id], again=True)
    assert ok(ada.http.get(f"/sdoc/{sdoc_id}"))["text_version"] == 2
    after, orphan = ok(ada.http.get(kept)), ok(ada.http.get(lost))
    assert (after["text"], after["begin"], after["text_version"], after["is_orphaned"]) == (
        "sea was calm",
        18,
        2,
        False,
    )
    assert (orphan["text"], orphan["begin"], orphan["text_version"], orphan["is_orphaned"]) == ("Nobody", 18, 1, True)
    data = ok(ada.http.get(f"/sdoc/data/{sdoc_id}"))
    assert data["tokens"][after["begin_token"] : after["end_token"]] == ["sea", "was", "calm"]

    process(services, project, [sdoc_id], again=True)
    assert ok(ada.http.get(f"/sdoc/{sdoc_id}"))["text_version"] == 3
    assert [ok(ada.http.get(path))["begin"] for path in (kept, lost)] == [4, 18]
    assert not ok(ada.http.get(lost))["is_orphaned"]
