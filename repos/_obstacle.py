"""What outside the program keeps it from working, told to operators in one sentence and without a traceback."""

from repos._unavailable import Unavailable


class Told(Exception):
    """An exception whose docstring is its message, with what it is about."""

    def __init__(self, *details: object) -> None:
        sentence = " ".join((type(self).__doc__ or "").split())
        super().__init__(" ".join([sentence, *map(str, details)]))


class Obstacle(Told):
    """Something outside the program keeps it from working."""


class Unusable(Told, Unavailable):
    """What is asked is not as it must be, and somebody has to do what the sentence says."""
