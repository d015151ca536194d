"""The referee sees when a rule is broken, and has nothing to say when none is."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from events import REGISTRY
from events._event import Recorded
from tests.reliability._referee import Referee

Told = tuple[str, str, dict[str, Any]]
"""The stream, the type of the event, and what matters of its payload."""


def log(*told: Told) -> list[Recorded]:
    """A log of commands of one event each, after the founding by user 1."""
    begun: list[Told] = [("member-1", "member.added", {"role": "owner"})]
    return [
        Recorded(
            project_id=1,
            revision=revision,
            stream_id=stream_id,
            version=1,
            event=REGISTRY[type_].model_construct(**said),
            event_id=UUID(int=revision),
            actor_id=1,
            command_id=UUID(int=revision),
            command_index=1,
            command_count=1,
            correlation_id="",
            causation_id=None,
            recorded_at=datetime.now(UTC),
        )
        for revision, (stream_id, type_, said) in enumerate([*begun, *told], start=1)
    ]


def code(id: int, name: str, parent_id: int | None = None) -> Told:
    return f"code-{id}", "code.created", {"name_key": name, "parent_id": parent_id, "enabled": True}


def span(id: int, code_id: int, sdoc_id: int = 1) -> Told:
    return f"span_annotation-{id}", "span_annotation.created", {"code_id": code_id, "sdoc_id": sdoc_id}


def memo(id: int, code_id: int, user_id: int = 1) -> Told:
    attached = {"attached_object_type": "code", "attached_object_id": code_id}
    return f"memo-{id}", "memo.created", {"user_id": user_id, **attached}


def folder(id: int, name: str, parent_id: int | None = None) -> Told:
    return f"folder-{id}", "folder.created", {"name_key": name, "parent_id": parent_id}


FOLDER = folder(1, "letters")
DOCUMENT: Told = ("sdoc-1", "sdoc.uploaded", {"name_key": "a.txt", "folder_id": 1})
TAG: Told = ("tag-1", "tag.created", {"name_key": "crew", "parent_id": None})
LINK: Told = ("tag_link-1-1", "tag_link.linked", {"sdoc_id": 1, "tag_id": 1})
JOY, GRIEF = code(1, "joy"), code(2, "grief")


def deleted(area: str, id: int = 1) -> Told:
    return f"{area}-{id}", f"{area}.deleted", {}


def test_an_orderly_log_is_no_matter() -> None:
    told = [
        *(FOLDER, DOCUMENT, JOY, GRIEF, code(3, "bliss", 1), TAG, LINK, memo(1, 1), span(1, 1), span(2, 3)),
        ("code-1", "code.renamed", {"name_key": "delight"}),
        code(4, "joy"),
        ("code-3", "code.moved", {"parent_id": 2}),
        ("code-3", "code.disabled", {}),
        ("span_annotation-2", "span_annotation.moved", {"code_id": 3, "sdoc_id": 1}),
        ("span_annotation-1", "span_annotation.recoded", {"code_id": 2, "sdoc_id": 1}),
        ("memo-1", "memo.moved", {"attached_object_type": "code", "attached_object_id": 2}),
        ("code-1", "code.merged", {"into_id": 2}),
        ("member-2", "member.added", {"role": "owner"}),
        ("member-1", "member.removed", {"role": "owner"}),
        *(deleted("span_annotation", 1), deleted("span_annotation", 2), ("tag_link-1-1", "tag_link.unlinked", {})),
        *(deleted("tag"), deleted("sdoc"), folder(2, "letters", 1), deleted("folder", 2), deleted("folder")),
        ("project-1", "project.deleted", {}),
    ]
    assert Referee().watch(log(*told)) == []


@pytest.mark.parametrize(
    ("told", "complaint"),
    [
        ([JOY, code(2, "joy")], "is taken"),
        ([JOY, GRIEF, ("code-2", "code.renamed", {"name_key": "joy"})], "is taken"),
        ([code(1, "joy", 9)], "is not there"),
        ([JOY, code(2, "grief", 1), ("code-1", "code.moved", {"parent_id": 2})], "below itself"),
        ([JOY, code(2, "grief", 1), deleted("code")], "need it"),
        ([FOLDER, DOCUMENT, JOY, span(1, 1), deleted("code")], "need it"),
        ([FOLDER, DOCUMENT, JOY, span(1, 1), ("code-1", "code.merged", {"into_id": 2})], "need it"),
        ([FOLDER, DOCUMENT, JOY, deleted("code"), span(1, 1)], "is not there"),
        ([FOLDER, DOCUMENT, JOY, ("code-1", "code.disabled", {}), span(1, 1)], "is disabled"),
        ([FOLDER, DOCUMENT, JOY, span(1, 1), deleted("sdoc")], "need it"),
        ([FOLDER, DOCUMENT, deleted("folder")], "need it"),
        ([FOLDER, folder(2, "letters")], "is taken"),
        ([FOLDER, DOCUMENT, ("sdoc-2", "sdoc.uploaded", {"name_key": "a.txt", "folder_id": 1})], "is taken"),
        ([FOLDER, DOCUMENT, TAG, LINK, deleted("tag")], "need it"),
        ([FOLDER, DOCUMENT, TAG, deleted("tag"), LINK], "is not there"),
        ([JOY, memo(1, 1), memo(2, 1)], "is taken"),
        ([JOY, memo(1, 1), deleted("code")], "need it"),
        ([("member-1", "member.role_changed", {"role": "editor"})], "nobody owns"),
        ([("member-1", "member.removed", {"role": "owner"})], "nobody owns"),
        ([("project-1", "project.deleted", {}), JOY], "has ended"),
        ([deleted("code")], "is not there"),
        ([("sdocmeta-1-1", "sdocmeta.set", {})], "is not there"),
    ],
)
def test_it_sees_what_should_not_be(told: Sequence[Told], complaint: str) -> None:
    complaints = Referee().watch(log(*told))
    assert complaints
    assert all(f"revision {len(told) + 1}," in one for one in complaints)
    assert any(complaint in one for one in complaints)
