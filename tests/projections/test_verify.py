"""Whatever is otherwise than the log says is found and named, and nothing else."""

import json
import threading
from array import array
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from events._event import Envelope, Fact
from events._integrity import Difference
from events._recorder import LogApplicationRecorder
from events._store import LOST_RACES, Append, EventStore, NoSuchLog
from events.code_events import CodeCreated, CodeDeleted, CodeRenamed
from events.folder_events import FolderCreated
from events.membership_events import MemberAdded
from events.project_events import ProjectCreated, ProjectDeleted
from events.source_document_events import SourceDocumentTextExtracted, SourceDocumentUploaded
from events.span_annotation_events import SpanAnnotationCreated, SpanAnnotationDeleted
from projections import INLINE
from projections._quote import quoter
from projections._repair import NotRetold, retell_each, retell_tables
from projections._sink import RelationalSink
from projections._verify import Counts, Verification, snapshot
from repos.blob_offsets import encode_offsets
from repos.blob_repo import BlobRepo
from repos.postgres_repo import Postgres
from tests.events.test_recorder import stored

ADA = 10_000
TEXT = "The rain 🌧 has not stopped since Käthe left."


def like(table: str, key: str, **values: Any) -> str:
    """SQL that inserts a row like the one with this key, but for some values."""
    changed = f"jsonb_populate_record(t, '{json.dumps(values)}')"
    return f"INSERT INTO inline.{table} SELECT ({changed}).* FROM inline.{table} t WHERE {key}"


@dataclass(frozen=True)
class House:
    """Two projects with a code, a document and two spans each; the ids of project n begin with 10 n."""

    postgres: Postgres
    store: EventStore
    folder: Path

    @property
    def blobs(self) -> BlobRepo:
        """Another one each time: it remembers nothing of files that are gone."""
        return BlobRepo(self.folder)

    def record(self, project_id: int, *facts: Fact) -> None:
        with self.postgres.connection() as connection:
            versions = self.store.versions(connection, project_id, [fact.stream_id for fact in facts])
            self.store.append(connection, Append(project_id, facts, Envelope(ADA, "test"), versions))

    def by_hand(self, statement: str) -> None:
        """Somebody with psql, whom no constraint stops."""
        with self.postgres.transaction() as connection:
            connection.execute("SET LOCAL session_replication_role = replica")
            connection.execute(statement)

    def verify(self, project_id: int | None = None, **how: Any) -> tuple[list[Difference], Counts]:
        with snapshot(self.postgres.url) as connection:
            verification = Verification(connection, INLINE, self.blobs, **how)
            return list(verification.differences(project_id)), verification.counts

    def found(self, project_id: int | None = None, *, deep: bool = False) -> list[str]:
        return [str(difference) for difference in self.verify(project_id, deep=deep)[0]]


@pytest.fixture
def house(postgres: Postgres, tmp_path: Path) -> House:
    house = House(postgres, EventStore(postgres, RelationalSink(INLINE, quoter(BlobRepo(tmp_path)))), tmp_path)
    for project_id in (1, 2):
        with postgres.connection() as connection:
            house.store.begin(connection, project_id)
        house.record(project_id, *furniture(house.blobs, project_id))
    return house


def code(name: str) -> CodeCreated:
    return CodeCreated(
        name=name, name_key=name, color="#59a14f", description="", parent_id=None, enabled=True, is_system=False
    )


def furniture(blobs: BlobRepo, project_id: int) -> Iterator[Fact]:
    n = 10 * project_id
    text = blobs.write(project_id, TEXT.encode())
    offsets = blobs.write(project_id, encode_offsets(array("I", [0, 3])))
    yield Fact(f"project-{project_id}", ProjectCreated(title="Letters", description=""))
    yield Fact(f"member-{ADA}", MemberAdded(role="owner"))
    yield Fact(f"code-{n}", code("joy"))
    yield Fact(f"folder-{n}", FolderCreated(name="a", name_key="a", folder_type="sdoc_folder", parent_id=None))
    uploaded = SourceDocumentUploaded(
        filename="a.txt",
        name_key="a.txt",
        name="a",
        doctype="text",
        folder_id=n,
        source_sha256=text.sha256,
        source_length=text.length,
        media_type="text/plain",
    )
    extracted = SourceDocumentTextExtracted(
        text_version=1,
        text_sha256=text.sha256,
        text_length=len(TEXT),
        html_sha256=text.sha256,
        sentences_sha256=offsets.sha256,
        sentence_count=1,
        tokens_sha256=offsets.sha256,
        token_count=1,
        producer="test",
    )
    yield Fact(f"sdoc-{n}", uploaded)
    yield Fact(f"sdoc-{n}", extracted)
    for i in (1, 2):
        span = SpanAnnotationCreated(
            uuid=UUID(int=n + i),
            sdoc_id=n,
            code_id=n,
            user_id=ADA,
            begin=4,
            end=10,
            begin_token=1,
            end_token=3,
            text_version=1,
            text_sha256=text.sha256,
            codebook_version_id=None,
        )
        yield Fact(f"span_annotation-{n + i}", span)


def test_where_nothing_was_touched_nothing_is_found(house: House) -> None:
    differences, counts = house.verify(deep=True)
    assert differences == []
    assert counts == Counts(projects=3, events=16, rows=14, blobs=4)
    assert house.verify(2)[1] == Counts(projects=1, events=8, rows=7, blobs=2)


@pytest.mark.parametrize(
    ("statement", "sentence"),
    [
        (
            "UPDATE inline.code SET name = 'grief' WHERE id = 10",
            "Project 1: name of code 10 is grief, and the log says joy.",
        ),
        (
            "UPDATE inline.code SET parent_id = 10 WHERE id = 10",
            "Project 1: parent_id of code 10 is 10, and the log says nothing.",
        ),
        (
            "UPDATE inline.span_annotation SET text = 'rain' WHERE id = 12",
            "Project 1: text of span_annotation 12 is rain, and the log says rain 🌧.",
        ),
        (
            "UPDATE inline.span_annotation SET coded_revision = 1 WHERE id = 11",
            "Project 1: coded_revision of span_annotation 11 is 1, and the log says 7.",
        ),
        (
            f"UPDATE inline.membership SET role = 'reader' WHERE project_id = 1 AND user_id = {ADA}",
            f"Project 1: role of membership 1-{ADA} is reader, and the log says owner.",
        ),
        ("DELETE FROM inline.span_annotation WHERE id = 11", "Project 1: span_annotation 11 is missing."),
        (
            like("folder", "id = 10", id=99, name_key="b"),
            "Project 1: folder 99 is there, and the log does not say so.",
        ),
        (
            like("code", "id = 10", id=99, project_id=77),
            "Project 77: code 99 is there, and the log does not say so.",
        ),
    ],
)
def test_a_row_changed_by_hand_is_found(house: House, statement: str, sentence: str) -> None:
    house.by_hand(statement)
    assert house.found() == [sentence]


def test_each_difference_of_a_row_is_named(house: House) -> None:
    house.by_hand("UPDATE inline.code SET name = 'grief', color = '#000000' WHERE id = 10")
    differences, counts = house.verify()
    assert [(one.place, one.key, one.column, one.log, one.found) for one in differences] == [
        ("code", "10", "name", "joy", "grief"),
        ("code", "10", "color", "#59a14f", "#000000"),
    ]
    assert counts.differences == 2


def test_a_row_moved_to_another_project_is_missed_there_and_found_here(house: House) -> None:
    house.by_hand("UPDATE inline.code SET project_id = 2, name_key = 'x' WHERE id = 10")
    assert house.found(1) == ["Project 1: code 10 is missing."]
    assert house.found(2) == ["Project 2: code 10 is there, and the log does not say so."]


def test_another_project_is_none_of_its_business(house: House) -> None:
    house.by_hand("UPDATE inline.code SET name = 'grief' WHERE id = 10")
    assert house.found(2) == []
    assert len(house.found(1)) == 1
    with pytest.raises(NoSuchLog):
        house.found(77)


@pytest.mark.parametrize(
    ("statement", "sentences"),
    [
        (
            "DELETE FROM log.events WHERE project_id = 1 AND revision = 8",
            [
                "Project 1: the events of a command do not stand together at revision 7.",
                "Project 1: revision of the head is 8, and the log says 7.",
                "Project 1: span_annotation 12 is there, and the log does not say so.",
            ],
        ),
        (
            "DELETE FROM log.events WHERE project_id = 1 AND revision = 2",
            [
                "Project 1: revision 2 is missing.",
                "Project 1: members_revision of the head is 8, and the log says 0.",
                f"Project 1: membership 1-{ADA} is there, and the log does not say so.",
            ],
        ),
        (
            "DELETE FROM log.events WHERE project_id = 1 AND revision IN (4, 5, 6)",
            [
                "Project 1: revision 4 to 6 is missing.",
                "Project 1: folders_revision of the head is 8, and the log says 0.",
                "Project 1: documents_revision of the head is 8, and the log says 0.",
                "Project 1: folder 10 is there, and the log does not say so.",
                "Project 1: source_document 10 is there, and the log does not say so.",
            ],
        ),
        (
            "UPDATE log.events SET stream_version = 5 WHERE project_id = 1 AND revision = 6",
            [
                "Project 1: before revision 6, version 2 of sdoc-10 is missing.",
                "Project 1: version of source_document 10 is 2, and the log says 5.",
            ],
        ),
        (
            "UPDATE log.events SET stream_id = 'code-99', stream_version = 1 WHERE project_id = 1 AND revision = 3",
            ["Project 1: code 10 is there, and the log does not say so.", "Project 1: code 99 is missing."],
        ),
        (
            "UPDATE log.events SET stream_version = 5 - stream_version WHERE project_id = 1 AND stream_id = 'sdoc-10';"
            "UPDATE log.events SET stream_version = stream_version - 2 WHERE project_id = 1 AND stream_id = 'sdoc-10'",
            [
                "Project 1: version 2 of sdoc-10 comes before the version that it follows.",
                "Project 1: version of source_document 10 is 2, and the log says 1.",
            ],
        ),
        (
            "UPDATE log.project_heads SET revision = 9, codebook_revision = 4, ended = true WHERE project_id = 1",
            [
                "Project 1: revision of the head is 9, and the log says 8.",
                "Project 1: ended of the head is True, and the log says False.",
                "Project 1: codebook_revision of the head is 4, and the log says 8.",
            ],
        ),
        (
            "DELETE FROM log.events WHERE project_id = 1 AND revision = 8;"
            "UPDATE log.project_heads SET revision = 7 WHERE project_id = 1",
            [
                "Project 1: the events of a command do not stand together at revision 7.",
                "Project 1: span_annotation 12 is there, and the log does not say so.",
            ],
        ),
        (
            "UPDATE log.project_heads SET revision = 7 WHERE project_id = 1",
            ["Project 1: revision of the head is 7, and the log says 8."],
        ),
        (
            "UPDATE log.events SET command_id = gen_random_uuid() WHERE project_id = 1 AND revision = 3",
            [
                "Project 1: the events of a command do not stand together at revision 3.",
                "Project 1: the events of a command do not stand together at revision 4.",
            ],
        ),
    ],
)
def test_a_log_that_was_tampered_with_is_found(house: House, statement: str, sentences: list[str]) -> None:
    for one in statement.split(";"):
        house.by_hand(one)
    assert sorted(house.found()) == sorted(sentences)


def test_time_that_goes_back_is_found(house: House) -> None:
    house.by_hand("UPDATE log.events SET recorded_at = '1999-12-31 23:59:59+00' WHERE project_id = 1 AND revision = 8")
    first, *rows = house.found()
    assert first.startswith(
        "Project 1: revision 8 was recorded at 1999-12-31 23:59:59+00:00, before the one it follows"
    )
    assert [row.split(" is ")[0] for row in rows] == [
        "Project 1: created of span_annotation 12",
        "Project 1: updated of span_annotation 12",
    ]


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ("type = 'code.painted'", "KeyError: 'code.painted'"),
        ("data = '{'", "ValidationError"),
        ("data = '{}'", "ValidationError"),
        ("data = '\\xff'", "ValidationError"),
        ("stream_id = 'code'", "IndexError"),
    ],
)
def test_an_event_that_cannot_be_read_or_retold_is_found_and_the_others_are_retold(
    house: House, change: str, why: str
) -> None:
    house.by_hand(f"UPDATE log.events SET {change} WHERE project_id = 1 AND revision = 3")
    found = house.found()
    assert [one for one in found if one.startswith(f"Project 1: revision 3 cannot be read: {why}")]
    assert "Project 1: code 10 is there, and the log does not say so." in found
    assert not [one for one in found if "span_annotation" in one or "Project 2" in one]


def test_an_event_that_says_what_was_said_before_is_found(house: House) -> None:
    again = "stream_id = 'span_annotation-11', stream_version = 2"
    house.by_hand(f"UPDATE log.events SET {again} WHERE project_id = 1 AND revision = 8")
    found = house.found()
    assert "Project 1: span_annotation 12 is there, and the log does not say so." in found


def test_a_missing_blob_is_named_once_and_its_passages_are_believed(house: House) -> None:
    sha256 = house.blobs.write(1, TEXT.encode()).sha256
    house.blobs.path(1, sha256).unlink()
    assert house.found() == [f"Project 1: the blob {sha256} that revision 5 names is missing."]
    house.by_hand('UPDATE inline.span_annotation SET "end" = 9 WHERE id = 11')
    assert "Project 1: end of span_annotation 11 is 9, and the log says 10." in house.found()


def test_what_is_no_name_of_a_blob_is_an_event_that_cannot_be_read(house: House) -> None:
    data = """convert_to(replace(convert_from(data, 'UTF8'), 'sha256":"', 'sha256":"../'), 'UTF8')"""
    house.by_hand(f"UPDATE log.events SET data = {data} WHERE project_id = 1 AND revision = 5")
    assert any(one.startswith("Project 1: revision 5 cannot be read: BlobNameInvalid: ") for one in house.found())


def test_the_blobs_of_a_project_that_is_deleted_meanwhile_are_not_missing(house: House) -> None:
    with snapshot(house.postgres.url) as connection:
        connection.execute("SELECT 1 FROM log.project_heads")
        house.record(1, Fact("project-1", ProjectDeleted(title="Letters")))
        for project_id in (1, 2):
            house.blobs.remove_project(project_id)
        found = list(Verification(connection, INLINE, house.blobs).differences())
    assert {(one.project_id, one.kind) for one in found} == {(2, "blob_missing")}


def test_a_blob_of_another_length_is_found(house: House) -> None:
    blob = house.blobs.write(1, TEXT.encode())
    with house.blobs.path(1, blob.sha256).open("ab") as file:
        file.write(b"!")
    assert house.found() == [
        f"Project 1: the blob {blob.sha256} has {blob.length + 1} bytes, and the log says {blob.length}."
    ]


def test_a_blob_of_another_content_is_found_by_looking_into_it(house: House) -> None:
    sha256 = house.blobs.write(1, TEXT.encode()).sha256
    path = house.blobs.path(1, sha256)
    path.write_bytes(path.read_bytes().replace(b"left", b"wept"))
    assert house.found() == []
    (found,) = house.found(deep=True)
    assert found.startswith(f"Project 1: the blob {sha256} has the content of ")


def test_of_a_deleted_project_nothing_is_expected(house: House) -> None:
    house.record(1, Fact("project-1", ProjectDeleted(title="Letters")))
    house.blobs.remove_project(1)
    differences, counts = house.verify(deep=True)
    assert differences == []
    assert counts.waiting == 5
    house.by_hand("DELETE FROM inline.span_annotation WHERE project_id = 1")
    assert house.verify()[1].waiting == 3
    assert house.verify(2)[1].waiting == 0


def test_a_membership_that_outlives_its_project_is_found(house: House) -> None:
    house.record(1, Fact("project-1", ProjectDeleted(title="Letters")))
    house.by_hand(like("membership", "project_id = 2", project_id=1))
    assert house.found() == [f"Project 1: membership 1-{ADA} is there, and the log does not say so."]


def test_the_log_of_another_application_is_checked_for_its_order_alone(house: House) -> None:
    recorder = LogApplicationRecorder(house.postgres, -1)
    recorder.insert_events([stored("interview-1", version) for version in range(3)])
    assert house.found() == []
    house.by_hand("DELETE FROM log.events WHERE project_id = -1 AND revision = 2")
    assert house.found() == [
        "Project -1: revision 2 is missing.",
        "Project -1: before revision 3, version 1 of interview-1 is missing.",
    ]


def test_nothing_is_found_while_others_write(house: House) -> None:
    stop, begun = threading.Event(), threading.Event()

    def write(i: int) -> int:
        n, project_id = 0, 1 + i % 2
        while not stop.is_set():
            n += 1
            id = 1_000_000 * (i + 1) + n
            stream, name = f"code-{id}", f"code {i} {n}"
            span = next(fact for fact in furniture(house.blobs, project_id) if "span" in fact.stream_id).event
            with suppress(*LOST_RACES):
                house.record(project_id, Fact(stream, code(name)), Fact(f"span_annotation-{id}", span))
                renamed = CodeRenamed(name=f"{name}!", name_key=f"{name}!", was=name)
                house.record(project_id, Fact(stream, renamed))
                begun.set()
                if n % 2:
                    house.record(project_id, Fact(stream, CodeDeleted(name=f"{name}!")), *gone(id))
        return n

    with ThreadPoolExecutor(8) as threads:
        writers = [threads.submit(write, i) for i in range(8)]
        try:
            assert begun.wait(60)
            looks = [house.verify() for _ in range(8)]
        finally:
            stop.set()
    assert all(writer.result() for writer in writers)
    assert [differences for differences, _ in looks] == [[]] * 8
    assert looks[-1][1].events > looks[0][1].events > 16
    assert house.found() == []


def gone(id: int) -> Iterator[Fact]:
    deleted = SpanAnnotationDeleted(sdoc_id=1, code_id=1, user_id=ADA, begin=4, end=10, text_version=1)
    yield Fact(f"span_annotation-{id}", deleted)


@pytest.mark.parametrize("batch", [1, 3, 7])
def test_batches_and_portions_change_nothing(house: House, batch: int) -> None:
    house.by_hand("UPDATE inline.code SET name = 'grief' WHERE id = 20")
    house.by_hand("DELETE FROM inline.span_annotation WHERE id = 11")
    whole, counts = house.verify()
    in_parts, again = house.verify(batch=batch, portion=batch)
    assert sorted(map(str, in_parts)) == sorted(map(str, whole))
    assert again == counts


def test_progress_comes_to_its_end(house: House) -> None:
    told: list[tuple[int, int]] = []

    def tell(done: int, total: int) -> None:
        told.append((done, total))

    with snapshot(house.postgres.url) as connection:
        assert list(Verification(connection, INLINE, house.blobs, progress=tell).differences()) == []
    assert told[-1] == (16, 16)


def test_tables_are_retold_where_they_differ(house: House) -> None:
    with house.postgres.connection() as connection:
        connection.execute("UPDATE inline.code SET name = 'other' WHERE project_id = 1")
        connection.execute("DELETE FROM inline.span_annotation WHERE project_id = 1")
    assert {one.project_id for one in house.verify()[0]} == {1}
    retell_tables(house.postgres, INLINE, quoter(house.blobs), 1)
    assert house.found() == []


def test_tables_are_retold_also_where_a_name_went_from_one_to_another(house: House) -> None:
    house.record(1, Fact("code-10", CodeRenamed(name="grief", name_key="grief", was="joy")))
    house.record(1, Fact("code-11", code("joy")))
    retell_tables(house.postgres, INLINE, quoter(house.blobs), 1, batch=5)
    assert house.found() == []


def test_tables_that_cannot_be_retold_stay_as_they_are_and_others_are_mended(house: House) -> None:
    house.by_hand("UPDATE log.events SET data = '{' WHERE project_id = 1 AND revision = 8")
    house.by_hand("UPDATE inline.code SET name = 'other'")
    with pytest.raises(NotRetold, match=r"stay as they are: Project 1: revision 8 cannot be read: ValidationError"):
        retell_tables(house.postgres, INLINE, quoter(house.blobs), 1)
    failed = retell_each(house.postgres, INLINE, quoter(house.blobs), {1, 2})
    assert list(failed) == [1]
    assert house.found(2) == []
    assert "Project 1: name of code 10 is other, and the log says joy." in house.found(1)
    with house.postgres.connection() as connection:
        assert connection.execute("SELECT count(*) FROM inline.span_annotation").fetchone() == (4,)


def test_tables_whose_text_is_lost_stay_as_they_are(house: House) -> None:
    sha256 = house.blobs.write(1, TEXT.encode()).sha256
    house.blobs.path(1, sha256).unlink()
    with pytest.raises(NotRetold, match="project 1, BlobMissing: "):
        retell_tables(house.postgres, INLINE, quoter(house.blobs), 1)
    assert house.found() == [f"Project 1: the blob {sha256} that revision 5 names is missing."]
