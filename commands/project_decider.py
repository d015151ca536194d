"""Founding, changing and ending projects."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol, assert_never

from commands._decider import Asked, Decider
from commands._refusal import NotFound
from commands.project_dto import ProjectCreate, ProjectDelete, ProjectUpdate
from events._event import Event, Fact, stream
from events.membership_events import MemberAdded
from events.project_events import (
    ProjectCreated,
    ProjectDeleted,
    ProjectDescribed,
    ProjectEvent,
    ProjectRetitled,
)

ProjectCommand = ProjectCreate | ProjectUpdate | ProjectDelete


@dataclass(frozen=True, slots=True)
class Project:
    title: str
    description: str


class Furniture(Protocol):
    """What every new project has from the start: system codes and metadata definitions."""

    def facts(self) -> Sequence[Fact]: ...


def decide(
    command: ProjectCommand, project: Project | None, asked: Asked, furniture: Furniture
) -> Sequence[Event | Fact]:
    if isinstance(command, ProjectCreate):
        return [
            ProjectCreated(title=command.title, description=command.description),
            Fact(stream("member", asked.actor_id), MemberAdded(role="owner")),
            *furniture.facts(),
        ]
    if project is None:
        raise NotFound
    match command:
        case ProjectUpdate(title=title, description=description):
            said: list[Event] = []
            if title is not None and title != project.title:
                said.append(ProjectRetitled(title=title, was=project.title))
            if description is not None and description != project.description:
                said.append(ProjectDescribed(description=description, was=project.description))
            return said
        case ProjectDelete():
            return [ProjectDeleted(title=project.title)]
        case _:
            assert_never(command)


def evolve(project: Project | None, event: ProjectEvent) -> Project | None:
    match event:
        case ProjectCreated(title=title, description=description):
            return Project(title, description)
        case ProjectDeleted():
            return None
    if project is None:
        return None
    match event:
        case ProjectRetitled(title=title):
            return replace(project, title=title)
        case ProjectDescribed(description=description):
            return replace(project, description=description)
        case _:
            assert_never(event)


decider = Decider(area="project", initial=None, decide=decide, evolve=evolve)
