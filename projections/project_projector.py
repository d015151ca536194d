"""Retells the project itself."""

from collections.abc import Iterator

from events._event import Recorded
from events.project_events import ProjectCreated, ProjectDeleted, ProjectDescribed, ProjectRetitled
from projections._write import DeleteProject, Write, changed, created
from projections.membership_orm import MembershipORM
from projections.project_orm import ProjectORM


def project(recorded: Recorded) -> Iterator[Write]:
    match recorded.event:
        case ProjectCreated(title=title, description=description):
            yield created(ProjectORM, recorded, title=title, description=description)
        case ProjectRetitled(title=title):
            yield changed(ProjectORM, recorded, title=title)
        case ProjectDescribed(description=description):
            yield changed(ProjectORM, recorded, description=description)
        case ProjectDeleted():
            yield DeleteProject(ProjectORM)
            yield DeleteProject(MembershipORM)
