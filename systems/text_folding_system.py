"""Words as they are compared: without case, accents, ligatures and invisible marks, and where each stands in a text."""

import re
import unicodedata
from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

LONGEST: Final = 128
"""Code points of a word that count; what differs only behind them is the same word."""

# Letters that Unicode does not take apart, but readers do not tell from others.
_LETTERS: Final = str.maketrans(
    {
        "æ": "ae",
        "œ": "oe",
        "ø": "o",
        "đ": "d",
        "ð": "d",
        "þ": "th",
        "ł": "l",
        "ħ": "h",
        "ŧ": "t",
        "\u0131": "i",
        "ĸ": "k",
    }
)
# Accents of letters, and points that careful and careless writers of Hebrew and Arabic set differently. The marks of
# other scripts are letters in their own right.
_ACCENTS: Final = re.compile(
    "[\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670"
    "\u06d6-\u06dc\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe00-\ufe0f\ufe20-\ufe2f\U0001f3fb-\U0001f3ff"
    "\U000e0100-\U000e01ef]"
)
# Scripts that put no spaces between words: each character counts as one.
_UNSPACED: Final = re.compile(
    "[\u0e01-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u2fdf\u3005-\u3007\u3021-\u3029\u3040-\u30ff\u31f0-\u31ff"
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U0001b000-\U0001b16f\U00020000-\U0003ffff]"
)
_BEYOND_ASCII: Final = re.compile("[^\x00-\x7f]+")
_ZERO_WIDTH_SPACE: Final = "\u200b"


class _Folds(dict[int, str]):
    """What becomes of each character: a letter or several, nothing, a space, or a word of its own between spaces."""

    def __missing__(self, code: int) -> str:
        self[code] = folded = _fold(chr(code))
        return folded


def _fold(character: str) -> str:
    category = unicodedata.category(character)
    if category == "Cf":
        return " " if character == _ZERO_WIDTH_SPACE else ""
    if category == "So":
        return f" {character} "
    plain = unicodedata.normalize("NFKD", character).casefold().translate(_LETTERS)
    plain = _ACCENTS.sub("", unicodedata.normalize("NFKD", plain))
    if not plain:
        return ""
    kept = "".join(one if unicodedata.category(one)[0] in "LNM" else " " for one in unicodedata.normalize("NFC", plain))
    if kept.isspace():
        return " "
    return f" {' '.join(kept)} " if _UNSPACED.match(kept) else kept


_FOLDS: Final = _Folds()
_ASCII: Final = bytes(ord(_FOLDS[code]) for code in range(128)) + bytes(128)
_SHAPE: Final = bytes(ord(" " if chr(code).isspace() else "x") for code in range(128)) + b"x" * 128
_LONG: Final = b"x" * (LONGEST + 1)


def fold(text: str) -> str:
    """The words of a text, parted by spaces."""
    # Most of most texts is ASCII, which bytes translate a hundred times faster.
    ascii = text if text.isascii() else _BEYOND_ASCII.sub(lambda found: found[0].translate(_FOLDS), text)
    if not ascii.isascii():
        return text.translate(_FOLDS)
    return ascii.encode("ascii").translate(_ASCII).decode("ascii")


def spaced(text: str) -> str:
    """Its words in order, folded, with spaces between them."""
    folded = fold(text)
    # A word too long is at least that long in bytes, which are compared faster than words are counted.
    if _LONG in folded.encode().translate(_SHAPE):
        return " ".join(word[:LONGEST] for word in folded.split())
    return folded


def words(text: str) -> list[str]:
    """Its words in order, folded."""
    return spaced(text).split()


@dataclass(frozen=True, slots=True)
class Folded:
    """A folded text and where its characters come from: `origins` is None where every one has stayed in its place."""

    text: str
    origins: Sequence[int] | None

    def origin(self, begin: int, end: int) -> tuple[int, int]:
        """The range of the original that [begin, end) was made of, begin < end."""
        if self.origins is None:
            return begin, end
        return self.origins[begin], self.origins[end - 1] + 1


def folded(text: str) -> Folded:
    """The text folded, with the way back."""
    uneven = "" if text.isascii() else "".join(one for one in set(text) if len(_FOLDS[ord(one)]) != 1)
    if not uneven:
        return Folded(fold(text), None)
    origins, begin, pieces = array("I"), 0, []
    for found in re.finditer(f"[{re.escape(uneven)}]", text):
        at = found.start()
        origins.extend(range(begin, at))
        pieces.append(fold(text[begin:at]))
        piece = _FOLDS[ord(found[0])]
        origins.extend([at] * len(piece))
        pieces.append(piece)
        begin = at + 1
    origins.extend(range(begin, len(text)))
    pieces.append(fold(text[begin:]))
    return Folded("".join(pieces), origins)
