"""What a connection says when nobody answers."""

from typing import Final

PASSING: Final = frozenset({429, 502, 503, 504})
"""HTTP statuses by which a service, for one item of many too, asks to be asked again later."""


class Unavailable(Exception):
    """A service that is needed here cannot be reached or is too busy; it may be there again in a moment."""
