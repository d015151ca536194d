"""Projects as they are retold."""

from collections.abc import Sequence

from events._event import Envelope, Fact
from events._store import Append
from events.membership_events import MemberAdded
from events.project_events import ProjectCreated, ProjectDeleted, ProjectDescribed, ProjectRetitled
from projections.membership_orm import MembershipORM
from projections.project_crud import crud_project
from projections.project_orm import ProjectORM
from tests.projections.log import ADA, Log

OTHER = 2


def founded(id: int, title: str) -> Sequence[Fact]:
    return [
        Fact(f"project-{id}", ProjectCreated(title=title, description="")),
        Fact(f"member-{ADA}", MemberAdded(role="owner")),
    ]


def arranged(log: Log) -> None:
    """The project of the log, and another."""
    log.record(*founded(1, "Letters"))
    with log.postgres.transaction() as connection:
        log.store.begin(connection, OTHER)
        log.store.append(connection, Append(OTHER, founded(OTHER, "Diaries"), Envelope(ADA, "test")))


def test_a_project_changes_and_the_other_stays(log: Log) -> None:
    arranged(log)
    other = log.rows(ProjectORM)[1]
    log.record(Fact("project-1", ProjectRetitled(title="Letters home", was="Letters")))
    log.record(Fact("project-1", ProjectDescribed(description="1914 to 1918", was="")))
    log.again()
    letters, untouched = log.rows(ProjectORM)
    assert untouched == other
    assert (letters["title"], letters["description"], letters["version"]) == ("Letters home", "1914 to 1918", 3)


def test_a_deleted_project_is_gone_with_its_memberships_and_the_other_stays(log: Log) -> None:
    arranged(log)
    log.record(Fact("project-1", ProjectDeleted(title="Letters")))
    log.again()
    assert [row["id"] for row in log.rows(ProjectORM)] == [OTHER]
    assert [row["project_id"] for row in log.rows(MembershipORM)] == [OTHER]


def test_a_project_is_read_by_its_members_with_its_revision(log: Log) -> None:
    arranged(log)
    log.record(Fact("project-1", ProjectRetitled(title="Letters home", was="Letters")))
    with log.postgres.session() as db:
        assert [(one["id"], one["revision"]) for one in crud_project.read_by_member(db, ADA)] == [(1, 3), (OTHER, 2)]
        assert crud_project.read_by_member(db, ADA + 1) == []
