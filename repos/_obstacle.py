"""What outside the program keeps it from working, told to operators in one sentence and without a traceback."""


class Obstacle(Exception):
    """Something outside the program keeps it from working."""

    def __init__(self, *details: object) -> None:
        sentence = " ".join((type(self).__doc__ or "").split())
        super().__init__(" ".join([sentence, *map(str, details)]))
