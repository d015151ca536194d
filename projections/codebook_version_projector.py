"""Retells codebook versions: one row each."""

from collections.abc import Iterator

from events._event import Recorded
from events.codebook_version_events import CodebookVersionDeclared, CodebookVersionExplained, CodebookVersionRenamed
from projections._write import REVISION, Write, changed, created
from projections.codebook_version_orm import CodebookVersionORM


def project(recorded: Recorded) -> Iterator[Write]:
    match recorded.event:
        case CodebookVersionDeclared(name=name, note=note, user_id=user_id):
            yield created(CodebookVersionORM, recorded, name=name, note=note, revision=REVISION, user_id=user_id)
        case CodebookVersionRenamed(name=name):
            yield changed(CodebookVersionORM, recorded, name=name)
        case CodebookVersionExplained(note=note):
            yield changed(CodebookVersionORM, recorded, note=note)
