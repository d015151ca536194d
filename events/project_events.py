"""The facts of a project: the log that everything else in it belongs to."""

from typing import ClassVar, Literal

from events._event import Event


class ProjectCreated(Event):
    begins: ClassVar[bool] = True
    type: Literal["project.created"] = "project.created"
    title: str
    description: str


class ProjectRetitled(Event):
    type: Literal["project.retitled"] = "project.retitled"
    title: str
    was: str


class ProjectDescribed(Event):
    type: Literal["project.described"] = "project.described"
    description: str
    was: str


class ProjectDeleted(Event):
    """Ends the whole log: every read model forgets the project, and nothing follows."""

    ends: ClassVar[bool] = True
    type: Literal["project.deleted"] = "project.deleted"
    title: str


ProjectEvent = ProjectCreated | ProjectRetitled | ProjectDescribed | ProjectDeleted
