"""The history of memberships in words."""

from events.membership_events import MemberAdded, MemberRemoved, MemberRoleChanged
from queries._telling import Tellings, tell

TELLINGS: Tellings = {
    MemberAdded: tell(
        "added {0:person} as {role:a}",
        "added {n:member} as {role:a}",
        "added {n:member}",
        own="joined as {role:a}",
        now="{role}",
    ),
    MemberRoleChanged: tell(
        "changed the role of {0:person} from {was} to {role}",
        "changed the roles of {n:member}",
        own="went from {was} to {role}",
        was="{was}",
        now="{role}",
    ),
    MemberRemoved: tell(
        "removed {0:person} from the project",
        "removed {n:member} from the project",
        own="left the project",
        was="{role}",
    ),
}
