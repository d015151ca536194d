"""What a connection says when nobody answers."""


class Unavailable(Exception):
    """A service that is needed here cannot be reached or is too busy; it may be there again in a moment."""
