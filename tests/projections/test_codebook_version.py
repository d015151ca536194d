"""Codebook versions as they are retold."""

from events._event import Fact
from events.codebook_version_events import CodebookVersionDeclared, CodebookVersionExplained, CodebookVersionRenamed
from projections.codebook_version_orm import CodebookVersionORM
from tests.projections.log import ADA, Log


def test_a_version_knows_its_revision_and_the_other_stays(log: Log) -> None:
    declared = CodebookVersionDeclared(name=None, note=None, user_id=ADA)
    log.record(Fact("codebook_version-1", declared))
    log.record(Fact("codebook_version-2", declared))
    other = log.rows(CodebookVersionORM)[1]
    log.record(Fact("codebook_version-1", CodebookVersionRenamed(name="Pilot", was=None)))
    log.record(Fact("codebook_version-1", CodebookVersionExplained(note="Five codes", was=None)))
    log.again()
    first, untouched = log.rows(CodebookVersionORM)
    assert untouched == other
    assert (first["revision"], untouched["revision"]) == (1, 2)
    assert (first["name"], first["note"], first["user_id"], first["version"]) == ("Pilot", "Five codes", ADA, 3)
