"""Every fact can be told, and told in English."""

import re
from collections.abc import Sequence
from typing import Any

import pytest

from events import REGISTRY
from events._event import Event, Fact, stream
from events.bbox_annotation_events import (
    BBoxAnnotationCreated,
    BBoxAnnotationDeleted,
    BBoxAnnotationMoved,
    BBoxAnnotationRecoded,
)
from events.code_events import (
    CodeCreated,
    CodeDeleted,
    CodeDescribed,
    CodeDisabled,
    CodeMerged,
    CodeMoved,
    CodeRecoloured,
    CodeRenamed,
)
from events.folder_events import FolderCreated, FolderDeleted
from events.membership_events import MemberAdded, MemberRemoved, MemberRoleChanged
from events.memo_events import MemoDeleted
from events.project_events import ProjectCreated
from events.project_metadata_events import ProjectMetadataRetyped
from events.source_document_events import (
    SourceDocumentDeleted,
    SourceDocumentImageMeasured,
    SourceDocumentProcessingFailed,
    SourceDocumentUploaded,
)
from events.source_document_metadata_events import SourceDocumentMetadataSet
from events.span_annotation_events import SpanAnnotationCreated, SpanAnnotationDeleted, SpanAnnotationRecoded
from events.tag_link_events import TagLinked, TagUnlinked
from queries._sentence import sentence
from queries._told import Names, Told
from queries.history_filter import AREAS, LINKS
from queries.history_sentences import TELLINGS
from tests.events.golden import golden, loaded

ADA = 10_000
BOB = 10_001
HUGE = 70_000_000


class Called:
    """Names as a test gives them."""

    def __init__(self, **names: str) -> None:
        self._names = {re.sub(r"_(?=\d+$)", "-", name): called for name, called in names.items()}

    def of(self, stream_id: str, revision: int) -> str | None:
        return self._names.get(stream_id)

    def passage(self, event: Any) -> str | None:
        return self._names.get("passage")


class Nothing:
    """Nobody knows what anything was called."""

    def of(self, stream_id: str, revision: int) -> None:
        return None

    def passage(self, event: Any) -> None:
        return None


def told(*facts: Fact) -> list[Told]:
    return [Told(revision, fact.stream_id, fact.event) for revision, fact in enumerate(facts, start=1)]


def said(names: Names, *facts: Fact, whole: bool = True) -> str:
    return sentence(told(*facts), ADA, whole=whole).say(names)


def facts_of(kind: type[Event], n: int) -> list[Fact]:
    """The stored example of a type `n` times, each of another thing; all ids are huge."""
    event = loaded(golden(kind))
    ids = {name: HUGE for name in kind.model_fields if type(getattr(event, name)) is int}
    area = event.type.partition(".")[0]
    return [
        Fact(stream(area, *(HUGE + i for _ in LINKS.get(area, [0]))), event.model_copy(update=ids)) for i in range(n)
    ]


def test_every_type_of_event_is_told() -> None:
    assert set(TELLINGS) == set(REGISTRY.values())


def test_links_are_known_to_both_of_their_ends() -> None:
    assert {area for link, ends in LINKS.items() for area in (link, *ends)} <= set(AREAS)


@pytest.mark.parametrize("names", [Called(passage="“lazy afternoon”"), Nothing()], ids=["named", "nameless"])
@pytest.mark.parametrize("n", [1, 2, 14])
@pytest.mark.parametrize("kind", REGISTRY.values(), ids=lambda kind: kind.model_fields["type"].default)
def test_a_sentence_shows_no_type_of_event_and_no_id(kind: type[Event], n: int, names: Names) -> None:
    for whole in (True, False):
        text = said(names, *facts_of(kind, n), whole=whole)
        assert re.match(r"[a-z][a-z-]+ \S", text)
        assert not re.search(r"\d[\d,]{5,}|[{}_]|  |\bNone\b", text.replace("text_sha256", "")), text
        assert kind.model_fields["type"].default not in text
        assert not re.search(r"\ba [aeiou]|\ban [^aeiou]", text), text


@pytest.mark.parametrize("kind", REGISTRY.values(), ids=lambda kind: kind.model_fields["type"].default)
def test_numbers_go_with_their_nouns(kind: type[Event]) -> None:
    one, two, many = (said(Nothing(), *facts_of(kind, n)) for n in (1, 2, 14))
    if not TELLINGS[kind].many:
        assert one == two == many
        return
    assert not re.search(r"\b(1|2|14)\b", one)
    assert re.search(r"\b(1 (\w+ )*\w+[^s\W]|2 (\w+ )*(\w+s|metadata))\b", two), two
    assert re.search(r"\b1[34] (\w+ )*(\w+s|metadata)\b", many), many
    uncounted = said(Nothing(), *facts_of(kind, 14), whole=False)
    assert not re.search(r"\b1[34]\b", uncounted)


def test_taken_along_one_and_many() -> None:
    for kind, telling in TELLINGS.items():
        for n in (1, 14):
            main = Fact("code-1", CodeDeleted(name="joy"))
            if telling.taken and kind is not CodeDeleted:
                text = said(Nothing(), *facts_of(kind, n), main)
                assert re.fullmatch(r"deleted the code joy and with it (1 |14 |an? |the )[^\d]+", text), text
                assert not re.search(r"\b1 \w+s\b", text)


JOY = CodeCreated(
    name="joy", name_key="joy", color="#59a14f", description="", parent_id=None, enabled=True, is_system=False
)
NAMES = Called(
    code_1="joy",
    code_2="delight",
    code_3="grief",
    code_4="sorrow",
    sdoc_1="Emma.txt",
    sdoc_2="Persuasion.txt",
    tag_1="novel",
    tag_2="letter",
    projmeta_1="author",
    user_10001="Bob Builder",
    bbox_annotation_1="at 10 to 25 by 30 to 40",
    span_annotation_1="“lazy afternoon”",
    passage="“lazy afternoon”",
)


def recoded(first: int, n: int, was: int, code_id: int, sdoc_id: int = 1) -> list[Fact]:
    event = SpanAnnotationRecoded(sdoc_id=sdoc_id, code_id=code_id, was=was)
    return [Fact(f"span_annotation-{first + i}", event) for i in range(n)]


def deleted(n: int, code_id: int = 1) -> list[Fact]:
    event = SpanAnnotationDeleted(sdoc_id=1, code_id=code_id, user_id=ADA, begin=0, end=4, text_version=1)
    return [Fact(f"span_annotation-{i}", event) for i in range(1, n + 1)]


def marked(first: int, n: int, code_id: int = 1, sdoc_id: int = 1) -> list[Fact]:
    event = loaded(golden(SpanAnnotationCreated)).model_copy(update={"code_id": code_id, "sdoc_id": sdoc_id})
    return [Fact(f"span_annotation-{first + i}", event) for i in range(n)]


def boxes(kind: type[Event], n: int, **fields: int) -> list[Fact]:
    event = loaded(golden(kind)).model_copy(update={"sdoc_id": 1, "code_id": 1, **fields})
    return [Fact(f"bbox_annotation-{i}", event) for i in range(1, n + 1)]


def measured(n: int) -> list[Fact]:
    event = SourceDocumentImageMeasured(width=640, height=480, producer="v1")
    return [Fact(f"sdoc-{i}", event) for i in range(1, n + 1)]


def uploaded(n: int) -> list[Fact]:
    folder = FolderCreated(name="Emma.txt", name_key="emma.txt", folder_type="sdoc_folder", parent_id=None)
    document = loaded(golden(SourceDocumentUploaded)).model_copy(update={"name": "Emma.txt"})
    return [fact for i in range(n) for fact in (Fact(f"folder-{i}", folder), Fact(f"sdoc-{i}", document))]


def linked(kind: type[TagLinked] | type[TagUnlinked], tag_id: int, sdoc_ids: Sequence[int]) -> list[Fact]:
    return [Fact(f"tag_link-{sdoc_id}-{tag_id}", kind(sdoc_id=sdoc_id, tag_id=tag_id)) for sdoc_id in sdoc_ids]


def memo(title: str) -> Fact:
    event = MemoDeleted(title=title, user_id=ADA, attached_object_type="code", attached_object_id=1)
    return Fact("memo-1", event)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (recoded(1, 14, 1, 2), "re-coded 14 spans from joy to delight"),
        (recoded(1, 1, 1, 2), "re-coded “lazy afternoon” from joy to delight in Emma.txt"),
        (
            [*recoded(1, 1, 3, 4), *recoded(2, 14, 1, 2)],
            "re-coded 14 spans from joy to delight and 1 span from grief to sorrow",
        ),
        ([*recoded(1, 5, 1, 2), *recoded(9, 2, 3, 2), *recoded(20, 1, 4, 2)], "re-coded 8 spans to delight"),
        ([*recoded(1, 1, 1, 2), *recoded(2, 1, 3, 4), *recoded(3, 1, 2, 1)], "re-coded 3 spans"),
        (marked(1, 1), "marked “lazy afternoon” as joy in Emma.txt"),
        (marked(1, 3), "marked 3 passages as joy in Emma.txt"),
        ([*marked(1, 3, 1), *marked(4, 2, 2), *marked(6, 1, 3)], "marked 6 passages in Emma.txt"),
        (
            [*marked(1, 3, 1), *marked(4, 2, 2), *marked(6, 1, 3, sdoc_id=2)],
            "marked 5 passages in Emma.txt and 1 passage in Persuasion.txt",
        ),
        (boxes(BBoxAnnotationCreated, 1), "marked a box as joy in Emma.txt"),
        (boxes(BBoxAnnotationCreated, 3), "marked 3 boxes as joy in Emma.txt"),
        (
            [*boxes(BBoxAnnotationCreated, 3), *boxes(BBoxAnnotationCreated, 1, sdoc_id=2)],
            "marked 2 boxes as joy in Emma.txt and 1 box as joy in Persuasion.txt",
        ),
        (
            boxes(BBoxAnnotationRecoded, 1, was=1, code_id=2),
            "re-coded the box at 10 to 25 by 30 to 40 from joy to delight in Emma.txt",
        ),
        (boxes(BBoxAnnotationRecoded, 2, was=1, code_id=2), "re-coded 2 boxes from joy to delight"),
        (boxes(BBoxAnnotationMoved, 1), "moved the sides of a box in Emma.txt"),
        (boxes(BBoxAnnotationMoved, 2), "moved the sides of 2 boxes in Emma.txt"),
        (
            [*boxes(BBoxAnnotationRecoded, 1, was=1, code_id=2), *boxes(BBoxAnnotationMoved, 1)],
            "re-coded the box at 10 to 25 by 30 to 40 from joy to delight in Emma.txt "
            "and moved the sides of a box in Emma.txt",
        ),
        (
            boxes(BBoxAnnotationDeleted, 1),
            "deleted the marking of the box at 10 to 25 by 30 to 40 as joy in Emma.txt",
        ),
        (boxes(BBoxAnnotationDeleted, 2), "deleted 2 boxes marked as joy in Emma.txt"),
        (
            [*boxes(BBoxAnnotationDeleted, 2), *deleted(1), Fact("code-1", CodeDeleted(name="joy"))],
            "deleted the code joy and with it 2 boxes and 1 span",
        ),
        (measured(1), "measured Emma.txt"),
        (measured(2), "measured 2 documents"),
        (
            [
                Fact("sdoc-1", SourceDocumentProcessingFailed(step="image_metadata_extraction", error="No image.")),
                *measured(2)[1:],
            ],
            "could not read Emma.txt (No image.) and measured Persuasion.txt",
        ),
        (
            [
                *deleted(120),
                Fact("code-5", CodeDeleted(name="bliss")),
                Fact("code-6", CodeDeleted(name="glee")),
                Fact("code-7", CodeDeleted(name="fun")),
                Fact("code-1", CodeDeleted(name="joy")),
            ],
            "deleted the code joy and with it 3 codes below it and 120 spans",
        ),
        (
            [memo("Why?"), *deleted(2), Fact("code-1", CodeDeleted(name="joy"))],
            "deleted the code joy and with it the memo Why? and 2 spans",
        ),
        ([memo("Why?"), *deleted(2)], "deleted 2 spans marked as joy in Emma.txt and with them the memo Why?"),
        (
            [
                *recoded(1, 14, 1, 2),
                Fact("code-5", CodeMoved(parent_id=2, was=1)),
                Fact("code-1", CodeMerged(into_id=2, name="joy")),
            ],
            "merged the code joy into delight, re-coded 14 spans from joy to delight and moved a code below delight",
        ),
        (
            [
                Fact("code-1", CodeRenamed(name="delight", name_key="delight", was="joy")),
                Fact("code-1", CodeRecoloured(color="#000000", was="#59a14f")),
                Fact("code-1", CodeDescribed(description="gladness", was="")),
                Fact("code-1", CodeMoved(parent_id=None, was=3)),
            ],
            "renamed the code joy to delight, recoloured it, described it and moved it to the top",
        ),
        (
            [Fact("code-1", CodeDisabled()), Fact("code-5", CodeDisabled()), Fact("code-6", CodeDisabled())],
            "disabled the code joy and 2 other codes",
        ),
        (
            [
                Fact("project-1", ProjectCreated(title="Letters", description="")),
                Fact(f"member-{ADA}", MemberAdded(role="owner")),
                Fact("code-1", JOY),
            ],
            "founded the project Letters",
        ),
        ([Fact(f"member-{BOB}", MemberAdded(role="editor"))], "added Bob Builder as an editor"),
        (
            [Fact(f"member-{BOB}", MemberRoleChanged(role="owner", was="editor"))],
            "changed the role of Bob Builder from editor to owner",
        ),
        ([Fact(f"member-{BOB}", MemberRemoved(role="owner"))], "removed Bob Builder from the project"),
        ([Fact(f"member-{ADA}", MemberRemoved(role="owner"))], "left the project"),
        (uploaded(1), "uploaded Emma.txt"),
        (uploaded(14), "uploaded Emma.txt and 13 other documents"),
        (
            [
                *deleted(3),
                Fact("sdoc-1", SourceDocumentDeleted(filename="Emma.txt", name="Emma.txt")),
                Fact("folder-1", FolderDeleted(name="Emma")),
            ],
            "deleted the document Emma.txt and with it 3 spans and the folder Emma",
        ),
        (
            [
                Fact("sdoc-1", SourceDocumentDeleted(filename="Emma.txt", name="Emma.txt")),
                Fact("sdoc-2", SourceDocumentDeleted(filename="Persuasion.txt", name="Persuasion.txt")),
                Fact("folder-1", FolderDeleted(name="Emma.txt")),
                Fact("folder-2", FolderDeleted(name="Novels")),
            ],
            "deleted the folder Novels and with it 1 folder inside it and 2 documents",
        ),
        (linked(TagLinked, 1, range(1, 15)), "linked the tag novel to 14 documents"),
        ([*linked(TagLinked, 1, [1]), *linked(TagLinked, 2, [1])], "linked 2 tags to Emma.txt"),
        (
            [*linked(TagLinked, 1, [1, 2]), *linked(TagLinked, 2, [1, 2, 3])],
            "linked the tag letter to 3 documents and the tag novel to 2 documents",
        ),
        (
            [*linked(TagLinked, 1, [1]), *linked(TagLinked, 2, [2])],
            "linked the tag novel to 1 document and the tag letter to 1 document",
        ),
        (
            [*linked(TagUnlinked, 2, [1, 2, 3]), *linked(TagLinked, 1, [1])],
            "unlinked the tag letter from 3 documents and linked the tag novel to Emma.txt",
        ),
        (
            [
                Fact(
                    "sdocmeta-1-1",
                    SourceDocumentMetadataSet(sdoc_id=1, projmeta_id=1, metatype="STRING", value="LIST", was=None),
                )
            ],
            "set the metadata author of Emma.txt to LIST",
        ),
        (
            [Fact("projmeta-1", ProjectMetadataRetyped(metatype="NUMBER", was="STRING"))],
            "changed the type of the metadata author from text to number",
        ),
        (recoded(1, 2, 1, 2)[:1] * 2, "re-coded “lazy afternoon” from joy to delight in Emma.txt"),
    ],
)
def test_a_command_is_told_by_its_main_fact(facts: Sequence[Fact], expected: str) -> None:
    assert said(NAMES, *facts) == expected


def test_what_was_not_counted_is_told_without_numbers() -> None:
    assert said(NAMES, *recoded(1, 30, 1, 2), whole=False) == "re-coded spans from joy to delight"
    assert said(NAMES, *uploaded(15), whole=False) == "uploaded Emma.txt and other documents"
    code = Fact("code-1", CodeDeleted(name="joy"))
    assert said(NAMES, *deleted(29), code, whole=False) == "deleted the code joy and with it spans"


def test_a_long_name_is_shortened() -> None:
    text = said(NAMES, Fact("code-1", CodeDeleted(name="joy and " * 60)))
    assert len(text) == len("deleted the code ") + 80
    assert text.endswith("…")
