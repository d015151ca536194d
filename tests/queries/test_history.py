"""The history of a project, as its log tells it."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import pytest

from events._event import Envelope, Event, Fact
from events._store import Append, EventStore
from events.bbox_annotation_events import (
    BBoxAnnotationCreated,
    BBoxAnnotationDeleted,
    BBoxAnnotationMoved,
    BBoxAnnotationRecoded,
)
from events.code_events import CodeCreated, CodeDeleted, CodeMoved, CodeRenamed
from events.memo_events import MemoCreated
from events.source_document_events import (
    SourceDocumentImageMeasured,
    SourceDocumentRenamed,
    SourceDocumentUploaded,
)
from events.source_document_metadata_events import SourceDocumentMetadataSet, value_id
from events.span_annotation_events import SpanAnnotationCreated, SpanAnnotationMoved, SpanAnnotationRecoded
from events.tag_events import TagCreated
from events.tag_link_events import TagLinked
from events.user_events import SYSTEM_USER_ID
from projections._crud import Record
from projections._write import Quote
from queries._facts import LONG, read_facts
from queries.history_filter import HistoryFilter
from queries.history_service import SHOWN, WHOLE, History
from repos.blob_repo import BlobMissing
from repos.embedded_postgres import EmbeddedPostgres
from repos.postgres_repo import Connection, Postgres
from tests.conftest import new_database
from tests.events.golden import golden, loaded

ADA, BOB, FORMER = 10_000, 10_001, 10_002
PROJECT, OTHER = 1, 2
EMMA = "Emma Woodhouse, handsome, clever, and rich, with a comfortable home\nand happy disposition"


def code(name: str) -> CodeCreated:
    event = loaded(golden(CodeCreated))
    assert isinstance(event, CodeCreated)
    return event.model_copy(update={"name": name, "name_key": name})


def document(name: str) -> SourceDocumentUploaded:
    event = loaded(golden(SourceDocumentUploaded))
    assert isinstance(event, SourceDocumentUploaded)
    return event.model_copy(update={"name": name, "filename": name, "name_key": name})


def span(code_id: int, sdoc_id: int, begin: int = 0, end: int = 14, text: str = "emma") -> SpanAnnotationCreated:
    event = loaded(golden(SpanAnnotationCreated))
    assert isinstance(event, SpanAnnotationCreated)
    place = {"begin": begin, "end": end, "text_sha256": text}
    return event.model_copy(update={"code_id": code_id, "sdoc_id": sdoc_id, **place})


def quote(project_id: int, passage: Quote) -> str:
    if passage.text_sha256 != "emma":
        raise BlobMissing(passage.text_sha256)
    return EMMA[passage.begin : passage.end]


@dataclass
class Project:
    """A log without read tables, and the questions to it."""

    store: EventStore
    id: int = PROJECT
    revision: int = 0

    def does(self, *facts: tuple[str, Event], by: int = ADA) -> int:
        """One command; its last revision."""
        said = [Fact(stream_id, event) for stream_id, event in facts]
        with self.store.postgres.connection() as connection:
            versions = self.store.versions(connection, self.id, [fact.stream_id for fact in said])
            self.revision = self.store.append(
                connection, Append(self.id, said, Envelope(by, "test"), versions)
            ).revision
        return self.revision

    def entries(self, *, limit: int = 50, skip: int = 0, high: int | None = None, **asked: object) -> list[Record]:
        asked = {"low": 1, "high": high or self.revision, **asked}
        with self.store.postgres.connection() as connection:
            wanted = HistoryFilter(**asked)  # type: ignore[arg-type]
            return History(connection, self.id, quote).page(wanted, skip=skip, limit=limit)

    def entry(self, revision: int, *, skip: int = 0, limit: int = 100) -> Record:
        with self.store.postgres.connection() as connection:
            found = History(connection, self.id, quote).entry(revision, skip=skip, limit=limit)
        assert found is not None
        return found

    def sentences(self, **asked: object) -> list[str]:
        return [entry["sentence"] for entry in self.entries(**asked)]  # type: ignore[arg-type]


def begun(postgres: Postgres) -> Project:
    store = EventStore(postgres)
    with postgres.transaction() as connection:
        for project_id in (PROJECT, OTHER):
            store.begin(connection, project_id)
        for user_id, first_name, last_name in ((ADA, "Ada", "Lovelace"), (BOB, "Bob", "Builder")):
            connection.execute(
                "INSERT INTO account.user (id, email, email_key, first_name, last_name) VALUES ($1, $2, $2, $2, $3)",
                (user_id, first_name, last_name),
            )
    Project(store, OTHER).does(("code-99", code("a code of another project")))
    return Project(store)


@pytest.fixture
def project(postgres: Postgres) -> Project:
    return begun(postgres)


def test_every_command_is_one_entry(project: Project) -> None:
    project.does(("code-1", code("joy")), ("code-2", code("delight")), ("sdoc-1", document("Emma.txt")))
    spans = [(f"span_annotation-{i}", span(1, 1)) for i in range(14)]
    project.does(*spans, by=BOB)
    recoded = SpanAnnotationRecoded(sdoc_id=1, code_id=2, was=1)
    revision = project.does(*((stream_id, recoded) for stream_id, _ in spans))

    newest, marked, first = project.entries()
    assert newest["sentence"] == "Ada Lovelace re-coded 14 spans from joy to delight"
    assert marked["sentence"] == "Bob Builder marked 14 passages as joy in Emma.txt"
    assert first["sentence"] == "Ada Lovelace uploaded Emma.txt and created 2 codes"
    assert (newest["revision"], newest["count"], newest["actor"]) == (revision, 14, "Ada Lovelace")
    assert newest["changes"][0] == {
        "revision": 18,
        "type": "span_annotation.recoded",
        "entity": "span_annotation",
        "id": 0,
        "was": "joy",
        "now": "delight",
    }
    assert [len(entry["changes"]) for entry in (newest, marked, first)] == [14, 14, 3]
    assert project.entries(newest_first=False) == [first, marked, newest]


def test_a_marked_passage_is_quoted(project: Project) -> None:
    project.does(("code-1", code("joy")), ("sdoc-1", document("Emma.txt")))
    project.does(("span_annotation-1", span(1, 1)))
    project.does(("span_annotation-1", SpanAnnotationRecoded(sdoc_id=1, code_id=9, was=1)))
    moved = loaded(golden(SpanAnnotationMoved)).model_copy(
        update={"sdoc_id": 1, "code_id": 1, "begin": 16, "end": 86, "text_sha256": "emma"}
    )
    project.does(("span_annotation-1", moved))
    project.does(("span_annotation-2", span(1, 1, text="a blob that is gone")))
    assert project.sentences(low=3, newest_first=False) == [
        "Ada Lovelace marked “Emma Woodhouse” as joy in Emma.txt",
        "Ada Lovelace re-coded “Emma Woodhouse” from joy to a code in Emma.txt",
        "Ada Lovelace moved the boundaries of a span to "
        "“handsome, clever, and rich, with a comfortable home and hap…” in Emma.txt",
        "Ada Lovelace marked a passage as joy in Emma.txt",
    ]


def test_a_box_is_called_after_its_place_of_then(project: Project) -> None:
    place = {"sdoc_id": 1, "code_id": 1, "x_min": 10, "x_max": 25, "y_min": 30, "y_max": 40}
    moved = {**place, "code_id": 2, "x_min": 0}
    was = {"was_x_min": 10, "was_x_max": 25, "was_y_min": 30, "was_y_max": 40}
    memo = {"title": "Who?", "attached_object_type": "bbox_annotation", "attached_object_id": 1}
    codes = [(f"code-{id}", code(name)) for id, name in ((1, "joy"), (2, "delight"))]
    project.does(("sdoc-1", document("Emma.png")), *codes)
    for stream_id, event in (
        ("sdoc-1", SourceDocumentImageMeasured(width=640, height=480, producer="v1")),
        ("bbox_annotation-1", loaded(golden(BBoxAnnotationCreated)).model_copy(update=place)),
        ("bbox_annotation-1", BBoxAnnotationRecoded(sdoc_id=1, code_id=2, was=1)),
        ("bbox_annotation-1", BBoxAnnotationMoved.model_validate({**moved, **was})),
        ("memo-1", loaded(golden(MemoCreated)).model_copy(update=memo)),
        ("bbox_annotation-1", BBoxAnnotationDeleted.model_validate({**moved, "user_id": ADA})),
    ):
        project.does((stream_id, event))
    assert project.sentences(low=4, newest_first=False) == [
        "Ada Lovelace measured Emma.png",
        "Ada Lovelace marked a box as joy in Emma.png",
        "Ada Lovelace re-coded the box at 10 to 25 by 30 to 40 from joy to delight in Emma.png",
        "Ada Lovelace moved the sides of a box in Emma.png",
        "Ada Lovelace wrote the memo Who? on the box at 0 to 25 by 30 to 40",
        "Ada Lovelace deleted the marking of the box at 0 to 25 by 30 to 40 as delight in Emma.png",
    ]
    changes = [entry["changes"][0] for entry in project.entries(low=4, newest_first=False)]
    assert [(one["was"], one["now"]) for one in changes if one["entity"] != "memo"] == [
        (None, "640 by 480 pixels"),
        (None, "joy"),
        ("joy", "delight"),
        ("10 to 25 by 30 to 40", "0 to 25 by 30 to 40"),
        ("delight", None),
    ]


def test_things_have_the_names_of_then(project: Project) -> None:
    project.does(("code-1", code("joy")), ("sdoc-1", document("emma.txt")))
    marked = project.does(("span_annotation-1", span(1, 1)))
    project.does(("code-1", CodeRenamed(name="delight", name_key="delight", was="joy")))
    project.does(("sdoc-1", SourceDocumentRenamed(name="Emma", was="emma.txt")))
    again = project.does(("span_annotation-2", span(1, 1)))
    project.does(("code-1", CodeDeleted(name="delight")))
    assert project.entry(marked)["sentence"] == "Ada Lovelace marked “Emma Woodhouse” as joy in emma.txt"
    assert project.entry(marked)["changes"][0]["now"] == "joy"
    assert project.entry(again)["sentence"] == "Ada Lovelace marked “Emma Woodhouse” as delight in Emma"
    assert project.entry(again)["changes"][0]["now"] == "delight"
    assert project.sentences(limit=1) == ["Ada Lovelace deleted the code delight"]


def test_people_have_their_present_name(project: Project) -> None:
    project.does(("code-1", code("joy")))
    project.does(("code-2", code("grief")), by=FORMER)
    project.does(("code-3", code("awe")), by=SYSTEM_USER_ID)
    with project.store.postgres.connection() as connection:
        connection.execute("UPDATE account.user SET last_name = 'King' WHERE id = $1", (ADA,))
    assert project.sentences(newest_first=False) == [
        "Ada King created the code joy",
        "A former member created the code grief",
        "Palimpsest created the code awe",
    ]
    assert project.entries()[1]["actor"] == "a former member"


def test_before_and_after(project: Project) -> None:
    project.does(("code-1", code("joy")), ("code-2", code("gladness")))
    project.does(
        ("code-1", CodeRenamed(name="delight", name_key="delight", was="joy")),
        ("code-1", CodeMoved(parent_id=2, was=None)),
    )
    project.does(("code-1", CodeDeleted(name="delight")))
    entries = project.entries(newest_first=False)
    changes = [[(one["type"], one["was"], one["now"]) for one in entry["changes"]] for entry in entries]
    assert changes == [
        [("code.created", None, "joy"), ("code.created", None, "gladness")],
        [("code.renamed", "joy", "delight"), ("code.moved", None, "gladness")],
        [("code.deleted", "delight", None)],
    ]


def test_before_and_after_are_whole_at_the_permanent_address(project: Project) -> None:
    text = "A long\nexplanation. " * 100
    described = loaded(golden(CodeCreated)).model_copy(update={"name": text})
    revision = project.does(("code-1", described))
    assert project.entry(revision)["changes"][0]["now"] == text
    assert len(project.entries()[0]["changes"][0]["now"]) == 200


def test_long_texts_are_cut_before_many_of_them_are_in_memory(project: Project) -> None:
    project.does(("code-1", code("joy" * LONG)), ("code-2", code("grief")))
    with project.store.postgres.connection() as connection:
        for whole, length in ((False, LONG), (True, 3 * LONG)):
            long, short = read_facts(connection, "project_id = $1", (PROJECT,), whole=whole)
            assert isinstance(long.event, CodeCreated)
            assert len(long.event.name) == len(long.event.name_key) == length
            assert isinstance(short.event, CodeCreated)
            assert short.event.name == "grief"


@pytest.fixture(scope="module")
def busy(server: EmbeddedPostgres, template: str) -> Iterator[Project]:
    """Ada and Bob work on codes, a document and its tags."""
    postgres = Postgres(new_database(server.url, "busy", template))
    project = begun(postgres)
    project.does(("code-1", code("joy")), ("code-2", code("grief")))
    project.does(("code-1", CodeRenamed(name="delight", name_key="delight", was="joy")), by=BOB)
    project.does(("sdoc-1", document("Emma.txt")), ("sdoc-11", document("Persuasion.txt")))
    tag = loaded(golden(TagCreated)).model_copy(update={"name": "novel", "parent_id": None})
    project.does(("tag-1", tag), ("tag-11", tag))
    project.does(("tag_link-1-1", TagLinked(sdoc_id=1, tag_id=1)), ("code-2", CodeDeleted(name="grief")), by=BOB)
    project.does(("tag_link-11-11", TagLinked(sdoc_id=11, tag_id=11)))
    author = SourceDocumentMetadataSet(sdoc_id=11, projmeta_id=3, metatype="STRING", value="Jane Austen", was=None)
    project.does(("sdocmeta-11-3", author))
    yield project
    postgres.close()


@pytest.mark.parametrize(
    ("asked", "revisions"),
    [
        ({"actor_id": BOB}, [9, 3]),
        ({"actor_id": FORMER}, []),
        ({"entity": "code-1"}, [3, 2]),
        ({"entity": "code-2"}, [9, 2]),
        ({"entity": "tag-1"}, [9, 7]),
        ({"entity": "tag-11"}, [10, 7]),
        ({"entity": "sdoc-1"}, [9, 5]),
        ({"entity": "sdoc-11"}, [11, 10, 5]),
        ({"entity": "projmeta-3"}, [11]),
        ({"entity": "sdocmeta-11-3"}, [11]),
        ({"entity": f"sdocmeta-{value_id(11, 3)}"}, [11]),
        ({"entity": "tag_link-1-1"}, [9]),
        ({"entity": "sdoc-2"}, []),
        ({"entity": "code-99"}, []),
        ({"kinds": ["code.renamed"]}, [3]),
        ({"kinds": ["code"]}, [9, 3, 2]),
        ({"kinds": ["tag", "tag_link"]}, [10, 9, 7]),
        ({"kinds": ["code"], "actor_id": BOB}, [9, 3]),
        ({"kinds": ["code.deleted"], "entity": "code-1"}, []),
        ({"entity": "code-2", "actor_id": BOB}, [9]),
        ({"low": 3, "high": 7}, [7, 5, 3]),
        ({"low": 8, "high": 8}, [9]),
        ({"entity": "sdoc-1", "low": 6}, [9]),
        ({"low": 5, "high": 4}, []),
        ({"skip": 2, "limit": 2}, [9, 7]),
    ],
)
def test_entries_can_be_filtered(busy: Project, asked: dict[str, object], revisions: Sequence[int]) -> None:
    assert [entry["revision"] for entry in busy.entries(**asked)] == revisions  # type: ignore[arg-type]
    if "skip" not in asked:
        oldest = busy.entries(newest_first=False, **asked)  # type: ignore[arg-type]
        assert [entry["revision"] for entry in oldest] == revisions[::-1]


def pages(project: Project, limit: int, *, meanwhile: Callable[[], object], newest_first: bool) -> Iterator[int]:
    """The entries by the cursor, while others write between the pages."""
    edge = None
    while True:
        low, high = (1, edge) if newest_first else (edge or 1, None)
        entries = project.entries(low=low, high=high, limit=limit, newest_first=newest_first)
        yield from (entry["revision"] for entry in entries)
        if len(entries) < limit:
            return
        last = entries[-1]
        edge = last["revision"] - last["count"] if newest_first else last["revision"] + 1
        meanwhile()


def test_pages_of_the_newest_stay_as_they_are_while_others_write(project: Project) -> None:
    revisions = [project.does(*((f"code-{i}-{j}", code("joy")) for j in range(1, 3))) for i in range(1, 8)]
    later = iter(range(100, 200))
    found = pages(project, 2, meanwhile=lambda: project.does((f"code-{next(later)}", code("late"))), newest_first=True)
    assert list(found) == revisions[::-1]


def test_pages_of_the_oldest_reach_what_others_write_meanwhile(project: Project) -> None:
    revisions = [project.does((f"code-{i}", code("joy"))) for i in range(1, 5)]
    late = iter(range(100, 102))

    def meanwhile() -> None:
        if (id := next(late, None)) is not None:
            revisions.append(project.does((f"code-{id}", code("late")), (f"code-1{id}", code("late"))))

    assert list(pages(project, 2, meanwhile=meanwhile, newest_first=False)) == revisions


def test_every_revision_leads_to_its_entry(busy: Project) -> None:
    assert [busy.entry(revision)["revision"] for revision in range(1, 12)] == [2, 2, 3, 5, 5, 7, 7, 9, 9, 10, 11]
    with busy.store.postgres.connection() as connection:
        assert History(connection, PROJECT, quote).entry(12, skip=0, limit=1) is None


def test_the_value_of_a_document_has_the_id_that_its_routes_have(busy: Project) -> None:
    change = busy.entry(11)["changes"][0]
    assert (change["entity"], change["id"]) == ("sdocmeta", value_id(11, 3))


def test_the_changes_of_an_entry_are_paged(project: Project) -> None:
    project.does(("code-1", code("joy")))
    revision = project.does(*((f"span_annotation-{i}", span(1, 1)) for i in range(30)))
    assert [one["id"] for one in project.entry(revision, skip=10, limit=5)["changes"]] == [10, 11, 12, 13, 14]
    assert [one["id"] for one in project.entry(revision, skip=28, limit=5)["changes"]] == [28, 29]
    assert project.entry(revision, skip=30)["changes"] == []
    assert project.entry(revision, skip=2**53 - 1)["changes"] == []
    assert project.entry(revision, skip=30)["sentence"] == project.entry(revision)["sentence"]


def test_a_command_is_counted_up_to_a_hundred_facts(project: Project) -> None:
    project.does(("code-1", code("joy")), ("sdoc-1", document("Emma.txt")))
    project.does(*((f"span_annotation-1{i:03}", span(1, 1)) for i in range(WHOLE)))
    project.does(*((f"span_annotation-2{i:03}", span(1, 1)) for i in range(WHOLE + 1)))
    assert project.sentences(limit=2) == [
        "Ada Lovelace marked passages as joy in Emma.txt (101 changes)",
        "Ada Lovelace marked 100 passages as joy in Emma.txt",
    ]


@pytest.fixture
def huge(project: Project) -> Project:
    """A code, its 100,000 spans, and the end of all of them."""
    created, deleted = span(1, 1), CodeDeleted(name="joy")
    project.does(("code-1", code("joy")), ("code-2", code("delight")))
    project.does(*((f"span_annotation-{i}", created) for i in range(100_000)))
    recoded = SpanAnnotationRecoded(sdoc_id=1, code_id=2, was=1)
    project.does(*((f"span_annotation-{i}", recoded) for i in range(100_000)), ("code-1", deleted))
    project.does(("code-3", code("awe")))
    return project


def test_a_huge_command_is_one_entry_and_is_not_read_whole(huge: Project) -> None:
    def read(connection: Connection) -> int:
        row = connection.execute("SELECT pg_stat_get_xact_tuples_fetched('log.events'::regclass)").fetchone()
        assert row
        return int(row[0])

    for newest_first in (True, False):
        with huge.store.postgres.transaction() as connection:
            wanted = HistoryFilter(1, huge.revision, newest_first)
            entries = History(connection, PROJECT, quote).page(wanted, skip=0, limit=50)
            assert read(connection) < 200
        assert [entry["revision"] for entry in entries][:: 1 if newest_first else -1] == [200_004, 200_003, 100_002, 2]
    assert [entry["count"] for entry in entries] == [2, 100_000, 100_001, 1]
    assert (
        entries[2]["sentence"]
        == "Ada Lovelace deleted the code joy and re-coded spans from joy to delight (100,001 changes)"
    )
    assert [len(entry["changes"]) for entry in entries] == [2, SHOWN, SHOWN, 1]
    middle = huge.entry(50_000, skip=99_990, limit=100)
    assert (middle["revision"], len(middle["changes"])) == (100_002, 10)
