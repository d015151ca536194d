"""Retells the codebook: one row a code."""

from collections.abc import Iterator

from events._event import Recorded
from events.code_events import (
    CodeCreated,
    CodeDeleted,
    CodeDescribed,
    CodeDisabled,
    CodeEnabled,
    CodeMerged,
    CodeMoved,
    CodeRecoloured,
    CodeRenamed,
)
from projections._write import REVISION, Update, Write, changed, created, deleted
from projections.code_orm import CodeORM


def project(recorded: Recorded) -> Iterator[Write]:
    match recorded.event:
        case CodeCreated() as code:
            yield created(
                CodeORM,
                recorded,
                name=code.name,
                name_key=code.name_key,
                color=code.color,
                description=code.description,
                parent_id=code.parent_id,
                enabled=code.enabled,
                is_system=code.is_system,
                meaning_revision=REVISION,
            )
        case CodeRenamed(name=name, name_key=name_key):
            yield changed(CodeORM, recorded, name=name, name_key=name_key, meaning_revision=REVISION)
        case CodeRecoloured(color=color):
            yield changed(CodeORM, recorded, color=color)
        case CodeDescribed(description=description):
            yield changed(CodeORM, recorded, description=description, meaning_revision=REVISION)
        case CodeMoved(parent_id=parent_id):
            yield changed(CodeORM, recorded, parent_id=parent_id, meaning_revision=REVISION)
        case CodeEnabled():
            yield changed(CodeORM, recorded, enabled=True)
        case CodeDisabled():
            yield changed(CodeORM, recorded, enabled=False)
        case CodeMerged(into_id=into_id):
            yield Update(CodeORM, (into_id,), {"meaning_revision": REVISION})
            yield deleted(CodeORM, recorded)
        case CodeDeleted():
            yield deleted(CodeORM, recorded)
