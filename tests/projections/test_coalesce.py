"""Many writes to one row come to the same, whether they are performed one after the other or at once."""

from itertools import pairwise

from events._event import Fact
from events.membership_events import MemberAdded
from events.project_events import ProjectCreated, ProjectDeleted
from events.project_metadata_events import ProjectMetadataRetyped
from events.source_document_metadata_events import SourceDocumentMetadataCleared, SourceDocumentMetadataSet
from projections import INLINE
from projections._crud import Record
from projections._sink import RelationalSink
from projections.membership_orm import MembershipORM
from projections.project_orm import ProjectORM
from repos.orm_base import InlineORM
from tests.projections.log import ADA, PROJECT, Log, quote
from tests.projections.test_source_document_metadata import arranged, cleared, set_to


def everything(log: Log) -> dict[str, list[Record]]:
    return {table.__tablename__: log.rows(table) for table in InlineORM.__subclasses__()}


def replay(log: Log, *cuts: int) -> None:
    """Empty the tables, and write the events between these revisions at once."""
    with log.postgres.transaction() as connection:
        tables = ", ".join(f"inline.{table.__tablename__}" for table in InlineORM.__subclasses__())
        connection.execute(f"TRUNCATE {tables}")
        connection.execute("SET CONSTRAINTS ALL DEFERRED")
        sink = RelationalSink(INLINE, quote)
        for after, until in pairwise(cuts):
            sink.write(connection, list(log.store.read(connection, PROJECT, after=after, until=until)))


def test_of_a_row_that_is_made_anew_nothing_old_is_left(log: Log) -> None:
    arranged(log)
    said = SourceDocumentMetadataSet(sdoc_id=2, projmeta_id=1, metatype="NUMBER", value=7, was=None)
    log.record(cleared(2, 1, "Käthe"), Fact("projmeta-1", ProjectMetadataRetyped(metatype="NUMBER", was="STRING")))
    log.record(Fact("sdocmeta-2-1", said))
    log.record(set_to(2, 2, 1917, was=1916))
    log.record(Fact("sdocmeta-2-1", SourceDocumentMetadataCleared(sdoc_id=2, projmeta_id=1, metatype="NUMBER", was=7)))
    log.record(Fact("sdocmeta-2-1", said))
    before = everything(log)
    with log.postgres.connection() as connection:
        last = log.store.last_revision(connection, PROJECT)
    for cut in range(last + 1):
        replay(log, 0, cut, last)
        assert everything(log) == before, cut


def test_of_many_projects_the_end_of_one_ends_that_one_alone(log: Log) -> None:
    with log.postgres.transaction() as connection:
        log.store.begin(connection, 2)
    for project_id in (PROJECT, 2):
        log.record(
            Fact(f"project-{project_id}", ProjectCreated(title="Letters", description="")),
            Fact(f"member-{ADA}", MemberAdded(role="owner")),
            project_id=project_id,
        )
    log.record(Fact("project-2", ProjectDeleted(title="Letters")), project_id=2)
    with log.postgres.transaction() as connection:
        connection.execute("TRUNCATE inline.project, inline.membership")
        recorded = [one for project_id in (PROJECT, 2) for one in log.store.read(connection, project_id)]
        RelationalSink(INLINE, quote).write(connection, recorded)
    assert [row["project_id"] for row in log.rows(MembershipORM)] == [PROJECT]
    assert [row["id"] for row in log.rows(ProjectORM)] == [PROJECT]
