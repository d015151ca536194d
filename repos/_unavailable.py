"""What a connection says when nobody answers."""


class Unavailable(Exception):
    """A service that is needed here cannot be reached or is too busy; it may be there again in a moment."""


def passing(status: int) -> bool:
    """Whether a status, for one item of many too, speaks of the server or of our key, and not of what was asked."""
    return status in (401, 403, 429) or status >= 500
