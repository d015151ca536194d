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


def code(id: int, parent_id: int | None = None, *, enabled: bool = True) -> Told:
    return f"code-{id}", "code.created", {"parent_id": parent_id, "enabled": enabled}


def span(verb: str, code_id: int, *, was: int = 1) -> Told:
    return "span_annotation-1", f"span_annotation.{verb}", {"code_id": code_id, "sdoc_id": 1, "was": was}


JOY, GRIEF, BLISS = code(1), code(2), code(3, 1)
LETTER: Told = ("sdoc-1", "sdoc.uploaded", {})
DISABLED: Told = ("code-1", "code.disabled", {})


def test_an_orderly_log_is_no_matter() -> None:
    told: list[Told] = [
        *(LETTER, JOY, GRIEF, BLISS, span("created", 1), DISABLED, span("moved", 1), span("recoded", 2)),
        *(span("deleted", 2), ("code-2", "code.deleted", {}), GRIEF),
        *(("code-1", "code.enabled", {}), span("created", 1), ("code-3", "code.moved", {"parent_id": 2})),
        ("code-1", "code.moved", {"parent_id": 3}),
        *(("member-2", "member.added", {"role": "owner"}), ("member-1", "member.removed", {"role": "owner"})),
        ("project-1", "project.deleted", {}),
    ]
    assert Referee().watch(log(*told)) == []


def test_what_is_retired_may_be_merged_into() -> None:
    told = log(JOY, GRIEF, DISABLED, span("recoded", 1, was=2), ("code-2", "code.merged", {"into_id": 1}))
    merging = [one._replace(command_index=index, command_count=2) for index, one in enumerate(told[-2:], start=1)]
    assert Referee().watch([*told[:-2], *merging]) == []


@pytest.mark.parametrize(
    ("told", "complaint"),
    [
        ([JOY, ("code-1", "code.moved", {"parent_id": 1})], "below itself"),
        ([JOY, BLISS, ("code-1", "code.moved", {"parent_id": 3})], "below itself"),
        ([LETTER, JOY, DISABLED, span("created", 1)], "is disabled"),
        ([LETTER, code(1, enabled=False), span("created", 1)], "is disabled"),
        ([JOY, DISABLED, span("recoded", 1)], "is disabled"),
        ([LETTER, span("created", 1)], "code-1 is not there"),
        ([JOY, span("created", 1)], "sdoc-1 is not there"),
        ([LETTER, JOY, span("created", 1), span("recoded", 2)], "code-2 is not there"),
        ([LETTER, JOY, span("created", 1), ("sdoc-1", "sdoc.deleted", {})], "still point to it"),
        ([LETTER, JOY, span("created", 1), ("code-1", "code.deleted", {})], "still point to it"),
        ([LETTER, JOY, GRIEF, span("created", 1), ("code-1", "code.merged", {"into_id": 2})], "still point to it"),
        ([("member-1", "member.role_changed", {"role": "editor"})], "nobody owns"),
        ([("member-1", "member.removed", {"role": "owner"})], "nobody owns"),
        ([("project-1", "project.deleted", {}), JOY], "has ended"),
    ],
)
def test_it_sees_what_should_not_be(told: Sequence[Told], complaint: str) -> None:
    (found,) = Referee().watch(log(*told))
    assert found.startswith(f"revision {len(told) + 1}, {told[-1][1]}: ")
    assert complaint in found
