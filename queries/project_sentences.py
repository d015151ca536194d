"""The history of a project itself in words."""

from events._event import Event
from events.project_events import ProjectCreated, ProjectDeleted, ProjectDescribed, ProjectRetitled
from queries._telling import Tellings, tell

TELLINGS: Tellings = {
    # All that a project is furnished with is part of founding it.
    ProjectCreated: tell("founded {title:the project}", now="{title}", calls="{title}", leads=True, silences=(Event,)),
    ProjectRetitled: tell("renamed {was:the project} to {title}", was="{was}", now="{title}", calls="{title}"),
    ProjectDescribed: tell("described {0:the project}", was="{was}", now="{description}"),
    ProjectDeleted: tell("ended {title:the project}", was="{title}", leads=True),
}
