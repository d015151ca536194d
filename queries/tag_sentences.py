"""The history of tags in words."""

from events.tag_events import TagCreated, TagDeleted, TagDescribed, TagMoved, TagRecoloured, TagRenamed
from queries._telling import Tellings, tell

TELLINGS: Tellings = {
    TagCreated: tell("created {name:the tag}", "created {n:tag}", now="{name}", calls="{name}"),
    TagRenamed: tell("renamed {was:the tag} to {name}", "renamed {n:tag}", was="{was}", now="{name}", calls="{name}"),
    TagRecoloured: tell("recoloured {0:the tag}", "recoloured {n:tag}", was="{was}", now="{color}"),
    TagDescribed: tell("described {0:the tag}", "described {n:tag}", was="{was}", now="{description}"),
    TagMoved: tell(
        "moved {0:the tag} {parent_id:below tag}",
        "moved {n:tag} {parent_id:below tag}",
        "moved {n:tag}",
        was="{was:tag}",
        now="{parent_id:tag}",
    ),
    TagDeleted: tell(
        "deleted {name:the tag}", "deleted {n:tag}", was="{name}", taken=("{n:tag}",), below="{n:tag} below it"
    ),
}
