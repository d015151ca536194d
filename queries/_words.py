"""English: numbers with their nouns, articles, and lists of things."""

from collections.abc import Mapping, Sequence

_PLURALS: Mapping[str, str] = {"box": "boxes", "metadata": "metadata", "time": "times"}


def amount(n: int | None, noun: str) -> str:
    """How many there are; None: some, as nobody has counted them."""
    plural = _PLURALS.get(noun, f"{noun}s")
    if n is None:
        return plural
    return f"1 {noun}" if n == 1 else f"{n:,} {plural}"


def a(noun: str) -> str:
    return f"{'an' if noun[:1].lower() in tuple('aeiou') else 'a'} {noun}"


def joined(parts: Sequence[str]) -> str:
    """One, two and three."""
    return " and ".join(filter(None, (", ".join(parts[:-1]), *parts[-1:])))


def shorten(text: str, limit: int | None) -> str:
    """One line of at most so many characters; None: the text as it is."""
    if limit is None:
        return text
    text = " ".join(text[: limit * 4].split())
    return text if len(text) <= limit else f"{text[: limit - 1].rstrip()}…"


def sentence_case(text: str) -> str:
    return text[:1].upper() + text[1:]
