"""The history of tags on documents in words."""

from events.tag_link_events import TagLinked, TagUnlinked
from queries._telling import Tellings, tell

TELLINGS: Tellings = {
    TagLinked: tell(
        "linked {tag_id:the tag} to {sdoc_id:document}",
        "linked {tag_id:the tag} to {n:document}",
        "linked {n:tag} to {sdoc_id:document}",
        "made {n:tag link}",
        now="{tag_id:tag}",
    ),
    TagUnlinked: tell(
        "unlinked {tag_id:the tag} from {sdoc_id:document}",
        "unlinked {tag_id:the tag} from {n:document}",
        "unlinked {n:tag} from {sdoc_id:document}",
        "removed {n:tag link}",
        was="{tag_id:tag}",
        taken=("{n:tag link}",),
    ),
}
