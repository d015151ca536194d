"""The history of codes in words."""

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
from queries._telling import Tellings, tell

TELLINGS: Tellings = {
    CodeCreated: tell("created {name:the code}", "created {n:code}", now="{name}", calls="{name}"),
    CodeRenamed: tell(
        "renamed {was:the code} to {name}", "renamed {n:code}", was="{was}", now="{name}", calls="{name}"
    ),
    CodeRecoloured: tell("recoloured {0:the code}", "recoloured {n:code}", was="{was}", now="{color}"),
    CodeDescribed: tell("described {0:the code}", "described {n:code}", was="{was}", now="{description}"),
    CodeMoved: tell(
        "moved {0:the code} {parent_id:below code}",
        "moved {n:code} {parent_id:below code}",
        "moved {n:code}",
        was="{was:code}",
        now="{parent_id:code}",
    ),
    CodeEnabled: tell(
        "enabled {0:the code}", "enabled {0:the code} and {others:other code}", was="disabled", now="enabled"
    ),
    CodeDisabled: tell(
        "disabled {0:the code}", "disabled {0:the code} and {others:other code}", was="enabled", now="disabled"
    ),
    CodeMerged: tell(
        "merged {name:the code} into {into_id:code}",
        "merged {n:code} into {into_id:code}",
        "merged {n:code}",
        was="{name}",
        now="{into_id:code}",
        leads=True,
    ),
    CodeDeleted: tell(
        "deleted {name:the code}", "deleted {n:code}", was="{name}", taken=("{n:code}",), below="{n:code} below it"
    ),
}
