"""The history of accounts, which the house log keeps, in words."""

from events.user_events import (
    UserEmailChanged,
    UserErased,
    UserOperatorAppointed,
    UserOperatorDismissed,
    UserPasswordChanged,
    UserRegistered,
    UserRenamed,
)
from queries._telling import Tellings, tell

TELLINGS: Tellings = {
    UserRegistered: tell("opened an account for {0:person}", "opened {n:account}", own="opened an account"),
    UserRenamed: tell("changed the name of {0:person}", "changed {n:name}", own="took another name"),
    UserEmailChanged: tell(
        "changed the address of {0:person}", "changed the addresses of {n:account}", own="took another address"
    ),
    UserPasswordChanged: tell(
        "set a new password for {0:person}", "set new passwords for {n:account}", own="set a new password"
    ),
    UserOperatorAppointed: tell("made {0:person} an operator", "appointed {n:operator}", was="user", now="operator"),
    UserOperatorDismissed: tell(
        "took the operator's rights from {0:person}", "dismissed {n:operator}", was="operator", now="user"
    ),
    UserErased: tell("erased the account of {0:person}", "erased {n:account}", own="erased their own account"),
}
