"""Uploads over HTTP: what goes in, what is refused, and how far its processing is."""

import io
import zipfile
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx2
import psycopg
import pytest
from fastapi import FastAPI
from PIL import ExifTags, Image

from queries.docprocessing_dto import SourceDocumentStatusSimple
from systems.upload_kind_system import UPLOADABLE
from tests.api._people import account
from tests.api.conftest import Person, ok
from tests.documents import picture, process


def send(person: Person, project_id: int, files: Mapping[str, str | bytes], **more: Any) -> httpx2.Response:
    form = [("uploaded_files", (name, data, "application/octet-stream")) for name, data in files.items()]
    return person.http.post(f"/docprocessing/project/{project_id}/upload", files=form, **more)


def archive(files: Mapping[str, str | bytes]) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in files.items():
            packed.writestr(name, content)
    return data.getvalue()


def damaged() -> bytes:
    """A PNG with a wrong bit among its pixels."""
    data = bytearray(picture())
    data[data.index(b"IDAT") + 9] ^= 1
    return bytes(data)


def test_a_document_is_uploaded_processed_and_read(app: FastAPI, ada: Person) -> None:
    project = ada.project()
    answered = send(ada, project, {"letter.txt": "Dear Ada.\nIt rains 🌧️."})
    assert answered.status_code == 201
    assert answered.headers["x-project-revision"]
    result = answered.json()
    assert result["refused"] == []
    assert [one["filename"] for one in result["accepted"]] == ["letter.txt"]
    sdoc_id = result["accepted"][0]["sdoc_id"]

    assert ok(ada.http.get(f"/project/{project}/resolve_filename/LETTER.txt")) == sdoc_id
    waiting = ok(ada.http.get(f"/docprocessing/project/{project}/status/0/simple"))
    assert [(one["id"], one["status"], one["processed_jobs"]) for one in waiting] == [(sdoc_id, "waiting", 0)]
    assert waiting[0].keys() == SourceDocumentStatusSimple.model_fields.keys()
    assert ada.http.get(f"/sdoc/data/{sdoc_id}").status_code == 409
    assert ok(ada.http.get(f"/sdoc/data/{sdoc_id}?only_if_finished=false"))["tokens"] == []

    process(app.state.services, project, [sdoc_id])
    data = ok(ada.http.get(f"/sdoc/data/{sdoc_id}"))
    assert data["sentences"] == ["Dear Ada.", "It rains 🌧️."]
    assert data["tokens"][:3] == ["Dear", "Ada", "."]
    for kind in ("token", "sentence"):
        quoted = [data["text"][begin:end] for begin, end in data[f"{kind}_character_offsets"]]
        assert quoted == data[f"{kind}s"]

    listed = ok(ada.http.get(f"/docprocessing/project/{project}/status/done/simple?limit=1"))
    assert [(one["id"], one["processed_status"], one["error"]) for one in listed] == [(sdoc_id, 1, None)]
    assert listed[0]["processed_jobs"] == listed[0]["total_jobs"]
    assert ok(ada.http.get(f"/project/{project}/sdoc/status/1")) == 1
    assert ok(ada.http.get(f"/project{project}/sdoc/status/0")) == 0


def test_what_cannot_be_put_on_the_to_do_list_is_not_uploaded(app: FastAPI, ada: Person) -> None:
    project = ada.project()
    with app.state.services.postgres.connection() as connection:
        connection.execute("DROP FUNCTION jobs.procrastinate_defer_jobs_v1")
    with pytest.raises(psycopg.errors.UndefinedFunction):
        send(ada, project, {"letter.txt": "Dear Ada."})
    assert ok(ada.http.get(f"/sdoc/project/{project}")) == []


def test_what_cannot_be_taken_in_is_refused_by_name(ada: Person) -> None:
    project = ada.project()
    files: dict[str, str | bytes] = {
        "good.txt": "Good.",
        "empty.txt": b"",
        "blank.txt": " \n\t ",
        "binary.txt": b"\x00\x01\x02\x03" * 100,
        "paper.pdf": b"%PDF-1.7",
        "broken.zip": b"PK\x03\x04 no archive",
        "bare.zip": archive({}),
        "GOOD.TXT": "The same name.",
        "../../etc/passwd.txt": "root",
        "table.csv": "name,number\nx,1\n",
    }
    result = ok(send(ada, project, files))
    assert [one["filename"] for one in result["accepted"]] == ["good.txt", "passwd.txt"]
    reasons = {one["filename"]: one["reason"] for one in result["refused"]}
    assert set(reasons) == {
        "empty.txt", "blank.txt", "binary.txt", "paper.pdf", "broken.zip", "bare.zip", "GOOD.TXT", "table.csv"
    }  # fmt: skip
    assert reasons["empty.txt"] == "The file is empty."
    assert reasons["bare.zip"] == "The archive has no files."
    assert "already" in reasons["GOOD.TXT"]
    assert "text or content" in reasons["table.csv"]


def test_nothing_taken_in_is_an_error_that_names_every_file(ada: Person) -> None:
    project = ada.project()
    ok(send(ada, project, {"a.txt": "A."}))
    again = send(ada, project, {"a.txt": "A."})
    assert again.status_code == 409
    assert "a.txt" in again.json()["errors"][0]["msg"]
    mixed = send(ada, project, {"a.txt": "A.", "b.txt": b""})
    assert mixed.status_code == 422
    assert [one["msg"].split(":")[0] for one in mixed.json()["errors"]] == ["b.txt", "a.txt"]
    assert [(one["loc"], "index" in one) for one in mixed.json()["errors"]] == [(["body", "uploaded_files"], False)] * 2
    assert ok(ada.http.get(f"/sdoc/project/{project}"))[0]["version"] == 1


def test_taken_names_are_changed_if_wanted(ada: Person) -> None:
    project = ada.project()
    ok(send(ada, project, {"a.txt": "A."}))
    path = f"/docprocessing/project/{project}/upload"
    same = [("uploaded_files", (name, b"Again.")) for name in ("a.txt", "A.txt", "a.txt")]
    renamed = ok(ada.http.post(f"{path}?rename=true", files=same))
    assert [one["filename"] for one in renamed["accepted"]] == ["a (2).txt", "A (3).txt", "a (4).txt"]
    settings = {"settings": '{"rename": true}'}
    assert ok(ada.http.post(path, files=same[:1], data=settings))["accepted"][0]["filename"] == "a (5).txt"
    assert ada.http.post(path, files=same[:1], data={"settings": "[]"}).status_code == 422


def test_the_rows_of_a_table_are_documents_with_metadata(app: FastAPI, ada: Person) -> None:
    project = ada.project()
    table = 'name,text,Year,place\nfirst,"It rains,\nagain.",1916,Paris\nsecond,Sun.,,Rome\nthird,,1917,Bonn\n'
    ok(ada.http.post("/projmeta", json={"project_id": project, "key": "year", "metatype": "NUMBER", "doctype": "text"}))
    result = ok(send(ada, project, {"letters.csv": table}))
    ids = {one["filename"]: one["sdoc_id"] for one in result["accepted"]}
    assert set(ids) == {"first", "second"}
    assert [one["filename"] for one in result["refused"]] == ["third"]
    folders = ok(ada.http.get(f"/folder/project/{project}/folder/sdoc_folder"))
    assert [folder["name"] for folder in folders] == ["letters.csv"]
    assert ok(ada.http.get(f"/sdoc/{ids['first']}/same_folder")) == sorted(ids.values())

    process(app.state.services, project, list(ids.values()))
    assert ok(ada.http.get(f"/sdoc/data/{ids['first']}"))["text"] == "It rains,\nagain."
    assert ok(ada.http.get(f"/sdocmeta/sdoc/{ids['first']}/metadata/year"))["int_value"] == 1916
    assert ok(ada.http.get(f"/sdocmeta/sdoc/{ids['first']}/metadata/place"))["str_value"] == "Paris"
    assert ok(ada.http.get(f"/sdocmeta/sdoc/{ids['second']}/metadata/year"))["int_value"] is None

    wrong = send(ada, project, {"more.csv": "text,year\nSnow.,long ago\n"})
    assert wrong.status_code == 422
    assert "year" in wrong.json()["detail"]


def test_a_row_whose_metadata_do_not_fit_is_refused_by_name_and_the_others_go_in(ada: Person) -> None:
    project = ada.project()
    for key, read_only in (("ward", False), ("checksum", True)):
        definition = {"key": key, "metatype": "NUMBER", "doctype": "text", "read_only": read_only}
        ok(ada.http.post("/projmeta", json={"project_id": project, **definition}))
    files: dict[str, str | bytes] = {
        "people.csv": "name,text,Ward\nada,I am glad.,3\nbob,I am not.,three\n",
        "sums.csv": "name,text,checksum\ncy,So so.,17\ndot,Who asks?,\n",
        "letter.txt": "Dear Ada.",
    }
    once = {"Idempotency-Key": "k"}
    result = ok(send(ada, project, files, headers=once))
    accepted = {one["filename"]: one["sdoc_id"] for one in result["accepted"]}
    assert set(accepted) == {"ada", "dot", "letter.txt"}
    reasons = {one["filename"]: one["reason"] for one in result["refused"]}
    assert set(reasons) == {"bob", "cy"}
    assert "Ward" in reasons["bob"]
    assert "NUMBER" in reasons["bob"]
    assert "the server alone" in reasons["cy"]
    assert ok(ada.http.get(f"/sdocmeta/sdoc/{accepted['ada']}/metadata/ward"))["int_value"] == 3
    assert ok(ada.http.get(f"/sdocmeta/sdoc/{accepted['dot']}/metadata/checksum"))["int_value"] is None
    assert ok(send(ada, project, files, headers=once)) == result

    again = send(ada, project, files)
    assert again.status_code == 422
    told = {one["msg"].split(":")[0]: one["type"] for one in again.json()["errors"]}
    assert {name for name, kind in told.items() if kind == "filename-taken"} == set(accepted)
    assert {name for name, kind in told.items() if kind == "invalid"} == set(reasons)


def test_an_archive_is_opened_and_its_tricks_are_not(ada: Person) -> None:
    project = ada.project()
    packed = archive(
        {"a/one.txt": "One.", "two.md": "# Two", "../evil.txt": "x", "inner.zip": "PK", "bomb.txt": "a" * 9_000_000}
    )
    result = ok(send(ada, project, {"all.zip": packed}))
    assert [one["filename"] for one in result["accepted"]] == ["one.txt", "two.md"]
    assert {one["filename"] for one in result["refused"]} == {"../evil.txt", "inner.zip", "bomb.txt"}
    folders = ok(ada.http.get(f"/folder/project/{project}/folder/sdoc_folder"))
    assert [folder["name"] for folder in folders] == ["one.txt", "two.md"]


def test_files_go_into_a_folder(ada: Person) -> None:
    project = ada.project()
    folder = ok(ada.http.post("/folder/", json={"project_id": project, "name": "Letters"}))["id"]
    path = f"/docprocessing/project/{project}"
    assert ok(ada.http.put(f"{path}?folder_id={folder}", files={"uploaded_files": ("a.txt", b"A.")})) == 1
    inside = ok(ada.http.get(f"/folder/project/{project}/folder/sdoc_folder"))[0]
    assert inside["parent_id"] == folder
    elsewhere = ada.http.put(f"{path}?folder_id=999", files={"uploaded_files": ("b.txt", b"B.")})
    assert elsewhere.status_code == 422
    nested = ada.http.put(f"{path}?folder_id={inside['id']}", files={"uploaded_files": ("b.txt", b"B.")})
    assert nested.status_code == 422


def test_a_repeated_upload_is_answered_again_and_not_done_again(ada: Person) -> None:
    project = ada.project()
    files: dict[str, str | bytes] = {"a.txt": "A.", "b.txt": b"", "c.txt": "C."}
    key = {"Idempotency-Key": "k"}
    first = send(ada, project, files, headers=key)
    assert ok(send(ada, project, files, headers=key)) == ok(first)
    sdoc_id = first.json()["accepted"][1]["sdoc_id"]
    ok(ada.http.delete(f"/sdoc/{sdoc_id}"))
    assert send(ada, project, files, headers=key).json() == first.json()
    assert send(ada, project, {**files, "c.txt": "D."}, headers=key).status_code == 422
    assert len(ok(ada.http.get(f"/sdoc/project/{project}"))) == 1


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("application/json", b"{}"),
        ("multipart/form-data", b"x"),
        ("multipart/form-data; boundary=x", b"no form"),
        (
            "multipart/form-data; boundary=x",
            b"--x\r\nContent-Disposition: form-data; name=a; filename=a.txt\r\n\r\ncut",
        ),
        ("multipart/form-data; boundary=x", b"--x--\r\n"),
        (
            "multipart/form-data; boundary=x",
            b"".join(b"--x\r\nContent-Disposition: form-data; name=%d\r\n\r\n1\r\n" % n for n in range(200))
            + b"--x\r\nContent-Disposition: form-data; name=f; filename=a.txt\r\n\r\nA.\r\n--x--\r\n",
        ),
    ],
)
def test_what_is_no_form_is_refused(ada: Person, kind: str, body: bytes) -> None:
    path = f"/docprocessing/project/{ada.project()}/upload"
    assert ada.http.post(path, content=body, headers={"Content-Type": kind}).status_code == 422


def test_who_may_not_upload_is_told_so_before_the_body_is_read(ada: Person, stranger: Person) -> None:
    project = ada.project()
    assert send(stranger, project, {"a.txt": "A."}).status_code == 404
    path = f"/docprocessing/project/{project}/upload"
    assert ada.http.post(path, files={"f": ("a.txt", b"A.")}, headers={"Authorization": ""}).status_code == 401

    def endless() -> Any:
        yield b"--x\r\n"
        raise AssertionError("the body was read")

    unread = stranger.http.post(path, content=endless(), headers={"Content-Type": "multipart/form-data; boundary=x"})
    assert unread.status_code == 404


def test_a_form_that_is_too_large_is_refused(start: Callable[..., FastAPI]) -> None:
    small = start("api.upload_limit_mb=1")
    ada = account(small)
    project = ada.project()
    assert send(ada, project, {"a.txt": b"x" * 1_100_000}).status_code == 413

    def stream() -> Any:
        yield b'--x\r\nContent-Disposition: form-data; name="f"; filename="a.txt"\r\n\r\n'
        for _ in range(20):
            yield b"x" * 100_000

    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    path = f"/docprocessing/project/{project}/upload"
    assert ada.http.post(path, content=stream(), headers=headers).status_code == 413


def test_a_file_that_is_too_large_is_refused_by_name_and_the_others_go_in(start: Callable[..., FastAPI]) -> None:
    ada = account(start("documents.document_limit_mb=1"))
    project = ada.project()
    large = {"a.txt": b"x " * 600_000, "b.csv": b"text\n" + b"x " * 3_000_000}
    for name in large:
        refused = send(ada, project, {name: large[name]})
        assert refused.status_code == 413
        assert name in refused.json()["detail"]
    mixed = send(ada, project, large | {"c.txt": "Dear Ada."})
    assert mixed.status_code == 201
    assert [one["filename"] for one in mixed.json()["refused"]] == ["a.txt", "b.csv"]


def test_failed_documents_are_tried_again_and_steps_done_again(app: FastAPI, ada: Person, stranger: Person) -> None:
    project = ada.project()
    sent = ok(send(ada, project, {"ok.txt": "Fine.", "x.txt": "X.", "bad.html": "<script>x</script>"}))["accepted"]
    fine, other, bad = (one["sdoc_id"] for one in sent)
    process(app.state.services, project, [fine, other, bad])
    failed = ok(ada.http.get(f"/docprocessing/project/{project}/status/-100/simple"))
    assert [(one["id"], one["status"], one["failed_step"]) for one in failed] == [(bad, "failed", "text_extraction")]
    assert failed[0]["error"] == "The file has no text."
    unread = ada.http.get(f"/sdoc/data/{bad}")
    assert (unread.status_code, "no text" in unread.json()["detail"]) == (409, True)

    path = f"/docprocessing/project/{project}"
    key = {"Idempotency-Key": "k"}
    said = ok(ada.http.post(f"{path}/retry?doctype=text", json=[fine, bad], headers=key))
    assert said == "1 document will be processed again."
    assert ok(ada.http.post(f"{path}/retry?doctype=text", json=[fine, bad], headers=key)) == said
    assert ok(ada.http.post(f"{path}/retry?doctype=text", json=[bad])).startswith("0 documents")
    assert [one["id"] for one in ok(ada.http.get(f"{path}/status/waiting/simple"))] == [bad]
    assert ada.http.post(f"{path}/retry?doctype=text", json=[fine, 999_999]).status_code == 404
    assert stranger.http.post(f"{path}/retry?doctype=text", json=[fine]).status_code == 404

    body = {"sdoc_ids": [fine], "settings": {"language": "en"}}
    assert ok(ada.http.post(f"{path}/recompute?processing_step=text_extraction", json=body)) == 1
    unknown = ada.http.post(f"{path}/recompute?processing_step=magic", json=body)
    assert unknown.status_code == 422
    assert "text_extraction" in unknown.json()["detail"]
    process(app.state.services, project, [fine], again=True)
    assert ok(ada.http.get(f"/sdoc/{fine}"))["version"] == 2


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("..\\..\\evil.txt", "evil.txt"),
        ("C:\\Users\\ada\\a.txt", "a.txt"),
        ("a\u202etxt.exe.txt", "atxt.exe.txt"),
        ("caf\u0065\u0301 😀 100%25.txt", "café 😀 100%25.txt"),
        ("'; DROP TABLE code; --.txt", "'; DROP TABLE code; --.txt"),
        ("x" * 3_000 + ".txt", "x" * 496 + ".txt"),
    ],
)
def test_names_of_files_are_made_fit_to_be_shown(ada: Person, sent: str, shown: str) -> None:
    head = f'--x\r\nContent-Disposition: form-data; name="f"; filename="{sent}"\r\n\r\nWords.\r\n--x--\r\n'
    path = f"/docprocessing/project/{ada.project()}/upload"
    form = {"Content-Type": "multipart/form-data; boundary=x"}
    accepted = ok(ada.http.post(path, content=head.encode(), headers=form))["accepted"]
    assert [one["filename"] for one in accepted] == [shown]


@pytest.mark.parametrize("codec", ["utf-8-sig", "utf-16", "cp1252", "mac_roman"])
def test_any_common_encoding_is_read(app: FastAPI, ada: Person, codec: str) -> None:
    project = ada.project()
    text = "Grüße aus Köln! Wir hörten, daß die Straßen voll wären. Später gingen wir über die Brücke.\r\n" * 3
    sdoc_id = ok(send(ada, project, {"a.txt": text.encode(codec)}))["accepted"][0]["sdoc_id"]
    process(app.state.services, project, [sdoc_id])
    assert ok(ada.http.get(f"/sdoc/data/{sdoc_id}"))["text"] == text.replace("\r\n", "\n")


def test_of_uploads_that_race_for_a_name_one_wins(ada: Person) -> None:
    project = ada.project()
    with ThreadPoolExecutor(8) as threads:
        sent = list(threads.map(lambda n: send(ada, project, {"a.txt": f"Number {n}."}).status_code, range(8)))
    assert sorted(sent) == [201] + [409] * 7
    with ThreadPoolExecutor(8) as threads:
        path = f"/docprocessing/project/{project}?rename=true"
        files = {"uploaded_files": ("a.txt", b"A.")}
        sent = list(threads.map(lambda _: ada.http.put(path, files=files).status_code, range(8)))
    assert set(sent) <= {200, 409}
    names = [one["filename"] for one in ok(ada.http.get(f"/sdoc/project/{project}"))]
    assert len(names) == len(set(names)) == 1 + sent.count(200)


def test_how_far_each_step_is_can_be_sorted_and_paged(app: FastAPI, ada: Person) -> None:
    project = ada.project()
    files = {"b.txt": "Two.", "a.txt": "One.", "bad.html": "<p></p>", "c.txt": "Three."}
    ids = {one["filename"]: one["sdoc_id"] for one in ok(send(ada, project, files))["accepted"]}
    process(app.state.services, project, [ids["a.txt"], ids["b.txt"], ids["bad.html"]])
    steps = ok(ada.http.get("/docprocessing/searchColumns/text"))
    assert "text_extraction" in steps
    assert ok(ada.http.get("/docprocessing/searchColumns/audio")) == []

    def found(*sorts: tuple[str, str], **params: Any) -> httpx2.Response:
        body = [{"column": column, "direction": direction} for column, direction in sorts]
        asked = {"doctype": "text", **params}
        return ada.http.post(f"/docprocessing/project/{project}/search", params=asked, json=body)

    rows = {row["name"]: row for row in ok(found())["data"]}
    assert set(rows) == set(files)
    assert rows["a.txt"]["status"] == dict.fromkeys(steps, 1)
    assert rows["c.txt"]["status"] == dict.fromkeys(steps, 0)
    failed = rows["bad.html"]
    assert failed["status"] == {
        "extract_html": 1,
        "text_extraction": -100,
        "text_spacy": 0,
        "text_html_mapping": 0,
    }
    assert set(failed["failed_job_status_msgs"]) == set(failed["failed_job_uuids"]) == {"text_extraction"}
    assert rows["a.txt"]["failed_job_uuids"] == {}
    ordered = ok(found(("text_extraction", "asc"), ("name", "desc")))
    assert [row["name"] for row in ordered["data"]] == ["bad.html", "c.txt", "b.txt", "a.txt"]
    page = found(("name", "asc"), page=1, page_size=3)
    assert ([row["name"] for row in ok(page)["data"]], page.json()["total_results"]) == (["c.txt"], 4)
    assert "link" in found(page_size=3).headers
    assert ok(found(doctype="image"))["data"] == []
    refused = found(("name", "asc"), ("nothing", "asc"))
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["loc"] == ["body", 1, "column"]
    assert "text_extraction" in refused.json()["detail"]


def test_images_are_uploaded_processed_and_seen(app: FastAPI, ada: Person) -> None:
    project = ada.project()
    turned = Image.Exif()
    turned[ExifTags.Base.Orientation] = 6
    files: dict[str, str | bytes] = {
        "whale.png": picture(40, 30),
        "Upright.JPG": picture(40, 30, "JPEG", exif=turned),
        "sea.gif": picture(5, 6, "GIF"),
        "letter.txt": "Dear Ada.",
        "all.zip": archive({"a/ship.webp": picture(7, 8, "WEBP"), "b.jpeg": picture(9, 1, "JPEG"), "c.md": "# C"}),
    }
    accepted = ok(send(ada, project, files))["accepted"]
    ids = {one["filename"]: one["sdoc_id"] for one in accepted}
    assert list(ids) == ["whale.png", "Upright.JPG", "sea.gif", "letter.txt", "ship.webp", "b.jpeg", "c.md"]
    waiting = ok(ada.http.get(f"/sdoc/{ids['whale.png']}"))
    assert (waiting["doctype"], waiting["status"], waiting["image_width"]) == ("image", "uploaded", None)

    process(app.state.services, project, list(ids.values()))
    read = {name: ok(ada.http.get(f"/sdoc/{id}")) for name, id in ids.items()}
    assert {one["status"] for one in read.values()} == {"done"}
    assert {
        name: (one["media_type"], one["image_width"], one["image_height"])
        for name, one in read.items()
        if one["doctype"] == "image"
    } == {
        "whale.png": ("image/png", 40, 30),
        "Upright.JPG": ("image/jpeg", 30, 40),
        "sea.gif": ("image/gif", 5, 6),
        "ship.webp": ("image/webp", 7, 8),
        "b.jpeg": ("image/jpeg", 9, 1),
    }
    for name in ("letter.txt", "c.md"):
        assert (read[name]["doctype"], read[name]["image_width"], read[name]["image_height"]) == ("text", None, None)


def test_an_image_alone_is_listed_as_far_as_it_is(app: FastAPI, ada: Person) -> None:
    project = ada.project()
    (sent,) = ok(send(ada, project, {"whale.png": picture()}))["accepted"]

    def listed(status: str) -> list[tuple[int, str, int, int]]:
        found = ok(ada.http.get(f"/docprocessing/project/{project}/status/{status}/simple"))
        return [(one["id"], one["doctype"], one["processed_jobs"], one["total_jobs"]) for one in found]

    assert listed("waiting") == [(sent["sdoc_id"], "image", 0, 1)]
    process(app.state.services, project, [sent["sdoc_id"]])
    assert (listed("done"), listed("waiting")) == ([(sent["sdoc_id"], "image", 1, 1)], [])


def test_a_file_that_is_no_image_is_refused_by_name(ada: Person) -> None:
    project = ada.project()
    files: dict[str, str | bytes] = {
        "good.png": picture(),
        "text.png": "Dear Ada.",
        "other.png": picture(format="JPEG"),
        "image.txt": picture(),
        "empty.gif": b"",
        "drawing.svg": "<svg/>",
    }
    result = ok(send(ada, project, files))
    assert [one["filename"] for one in result["accepted"]] == ["good.png"]
    assert {one["filename"]: one["reason"] for one in result["refused"]} == {
        "text.png": "The file is not a PNG image.",
        "other.png": "The file is not a PNG image.",
        "image.txt": "The file is a PNG image, not text.",
        "empty.gif": "The file is empty.",
        "drawing.svg": f"Files of type .svg cannot be read; upload {UPLOADABLE}.",
    }


def test_a_damaged_image_fails_in_words_and_is_tried_again(app: FastAPI, ada: Person) -> None:
    project = ada.project()
    sent = ok(send(ada, project, {"bad.png": damaged(), "good.png": picture(), "bad.html": "<p></p>"}))["accepted"]
    bad, good, empty = (one["sdoc_id"] for one in sent)
    process(app.state.services, project, [bad, good, empty])
    read = ok(ada.http.get(f"/sdoc/{bad}"))
    assert (read["status"], read["failed_step"]) == ("failed", "image_metadata_extraction")
    assert (read["error"], read["image_width"], read["image_height"]) == ("The image is damaged.", None, None)
    unread = ada.http.get(f"/sdoc/data/{bad}")
    assert (unread.status_code, "The image is damaged." in unread.json()["detail"]) == (409, True)

    path = f"/docprocessing/project/{project}"
    failed = {one["id"]: one for one in ok(ada.http.get(f"{path}/status/failed/simple"))}
    assert set(failed) == {bad, empty}
    assert (failed[bad]["processed_jobs"], failed[bad]["total_jobs"]) == (0, 1)
    assert (failed[bad]["failed_step"], failed[bad]["processed_status"]) == ("image_metadata_extraction", -100)
    said = ok(ada.http.post(f"{path}/retry?doctype=image", json=[bad, good, empty]))
    assert said == "1 document will be processed again."
    assert [one["id"] for one in ok(ada.http.get(f"{path}/status/waiting/simple"))] == [bad]


def test_a_step_of_images_is_done_again_for_images_alone(app: FastAPI, ada: Person) -> None:
    project = ada.project()
    files: dict[str, str | bytes] = {"whale.png": picture(), "sea.png": picture(), "letter.txt": "Dear Ada."}
    sent = ok(send(ada, project, files))["accepted"]
    whale, sea, letter = (one["sdoc_id"] for one in sent)
    process(app.state.services, project, [whale, sea, letter])
    path = f"/docprocessing/project/{project}"

    def recompute(step: str, *ids: int) -> int:
        body = {"sdoc_ids": list(ids)}
        return int(ok(ada.http.post(f"{path}/recompute?processing_step={step}", json=body)))

    def waiting() -> list[int]:
        return [one["id"] for one in ok(ada.http.get(f"{path}/status/waiting/simple"))]

    assert recompute("image_metadata_extraction", whale, letter) == 1
    assert waiting() == [whale]
    assert recompute("text_extraction", whale, sea, letter) == 1
    assert waiting() == [whale, letter]
    process(app.state.services, project, [whale], again=True)
    assert ok(ada.http.get(f"/sdoc/{whale}"))["version"] == ok(ada.http.get(f"/sdoc/{sea}"))["version"] == 2


def test_a_step_that_is_none_is_told_which_there_are(ada: Person) -> None:
    path = f"/docprocessing/project/{ada.project()}/recompute?processing_step=magic"
    unknown = ada.http.post(path, json={"sdoc_ids": []})
    assert unknown.status_code == 422
    for step in ("extract_html", "image_metadata_extraction"):
        assert step in unknown.json()["detail"]


@pytest.mark.parametrize("processed", [True, False])
def test_a_deleted_document_is_told_as_it_was(app: FastAPI, ada: Person, processed: bool) -> None:
    project = ada.project()
    sent = ok(send(ada, project, {"whale.png": picture(), "letter.txt": "Dear Ada."}))["accepted"]
    ids = [one["sdoc_id"] for one in sent]
    if processed:
        process(app.state.services, project, ids)
    for id in ids:
        read = ok(ada.http.get(f"/sdoc/{id}"))
        assert ok(ada.http.delete(f"/sdoc/{id}")) == read


def test_an_image_has_a_file_and_no_words(app: FastAPI, ada: Person) -> None:
    project = ada.project()
    (sent,) = ok(send(ada, project, {"whale.png": picture()}))["accepted"]
    sdoc_id = sent["sdoc_id"]
    assert ada.http.get(f"/sdoc/data/{sdoc_id}").status_code == 409
    assert ada.http.get(f"/sdoc/{sdoc_id}?only_if_finished=true").status_code == 409
    process(app.state.services, project, [sdoc_id])
    assert ok(ada.http.get(f"/sdoc/{sdoc_id}?only_if_finished=true"))["id"] == sdoc_id
    data = ok(ada.http.get(f"/sdoc/data/{sdoc_id}"))
    assert (data["text"], data["html"], data["text_version"]) == ("", "", 0)
    assert data["tokens"] == data["sentences"] == data["token_character_offsets"] == []
    for path in (data["repo_url"], ok(ada.http.get(f"/sdoc/{sdoc_id}/url"))):
        served = ada.http.get(path, headers={"Authorization": ""})
        assert (served.status_code, served.content) == (200, picture())
        assert served.headers["content-type"] == "image/png"
        assert served.headers["x-content-type-options"] == "nosniff"
        assert served.headers["content-disposition"] == "inline; filename*=UTF-8''whale.png"


def test_how_far_images_are_can_be_sorted(app: FastAPI, ada: Person) -> None:
    project = ada.project()
    files: dict[str, str | bytes] = {
        "b.png": picture(),
        "a.png": picture(),
        "bad.png": damaged(),
        "c.png": picture(),
        "a.txt": "Dear Ada.",
    }
    ids = {one["filename"]: one["sdoc_id"] for one in ok(send(ada, project, files))["accepted"]}
    process(app.state.services, project, [ids[name] for name in ("a.png", "b.png", "bad.png", "a.txt")])
    (step,) = ok(ada.http.get("/docprocessing/searchColumns/image"))
    assert step == "image_metadata_extraction"

    def found(*sorts: tuple[str, str]) -> httpx2.Response:
        body = [{"column": column, "direction": direction} for column, direction in sorts]
        return ada.http.post(f"/docprocessing/project/{project}/search?doctype=image", json=body)

    rows = ok(found((step, "asc"), ("name", "desc")))["data"]
    assert [(row["name"], row["status"]) for row in rows] == [
        ("bad.png", {step: -100}),
        ("c.png", {step: 0}),
        ("b.png", {step: 1}),
        ("a.png", {step: 1}),
    ]
    assert rows[0]["failed_job_status_msgs"] == {step: "The image is damaged."}
    assert set(rows[0]["failed_job_uuids"]) == {step}
    refused = found(("text_extraction", "asc"))
    assert (refused.status_code, step in refused.json()["detail"]) == (422, True)
