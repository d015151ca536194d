"""How texts are compared regardless of case and of how their accents are composed.

Databases and Python disagree about it, so only Python folds: what is folded is stored beside the text.
"""

from typing import Any

from systems.text_normal_system import composed


def fold(text: str) -> str:
    """What two texts are compared by that differ in case only."""
    return text.lower() if text.isascii() else composed(composed(text).casefold())


def folded(value: Any) -> Any:
    """A text or a list of texts, folded; null stays null."""
    return [fold(one) for one in value] if isinstance(value, list) else value if value is None else fold(value)
