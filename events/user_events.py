"""The facts of an account, in the house log: that it was made, changed and erased, and nothing about the person."""

from typing import ClassVar, Literal

from events._event import Event

HOUSE_PROJECT_ID = 0
"""The log of everything that happens outside projects."""

SYSTEM_USER_ID = 1
ASSISTANT_USER_IDS = (9990, 9991, 9992)


class UserRegistered(Event):
    begins: ClassVar[bool] = True
    type: Literal["user.registered"] = "user.registered"


class UserRenamed(Event):
    type: Literal["user.renamed"] = "user.renamed"


class UserEmailChanged(Event):
    type: Literal["user.email_changed"] = "user.email_changed"


class UserPasswordChanged(Event):
    """With it, every session of the account ended."""

    type: Literal["user.password_changed"] = "user.password_changed"


class UserOperatorAppointed(Event):
    type: Literal["user.operator_appointed"] = "user.operator_appointed"


class UserOperatorDismissed(Event):
    type: Literal["user.operator_dismissed"] = "user.operator_dismissed"


class UserErased(Event):
    """The account and all that was known of the person are gone; what they did in projects stays."""

    type: Literal["user.erased"] = "user.erased"


UserEvent = (
    UserRegistered
    | UserRenamed
    | UserEmailChanged
    | UserPasswordChanged
    | UserOperatorAppointed
    | UserOperatorDismissed
    | UserErased
)
