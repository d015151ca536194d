"""Text of others on a terminal of ours."""


def printable(text: str) -> str:
    """Text that cannot move the cursor or change the terminal."""
    return "".join(character if character.isprintable() else "\ufffd" for character in text)
