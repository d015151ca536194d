"""Names of uploaded files, made fit to be shown, sorted and told apart."""

import re
import unicodedata
from pathlib import PurePosixPath
from typing import Final

from systems.text_blank_system import BLANK
from systems.upload_kind_system import Unreadable

MAX_LENGTH: Final = 500

_SEPARATORS: Final = re.compile(r"[/\\]")
# Controls, lone surrogates, byte order marks, and the marks that make a name read in another order than it is written.
_UNSEEN: Final = re.compile("[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\ud800-\udfff\ufeff\u202a-\u202e\u2066-\u2069]")


def clean_filename(name: str) -> str:
    """The last part of a path in NFC, on one line, of at most 500 characters with its suffix kept; raises `Unreadable`
    when nothing is left. Percent signs, emoji and other scripts stay as they are."""
    part = _UNSEEN.sub("", _SEPARATORS.split(name[-4 * MAX_LENGTH :])[-1])
    part = " ".join(unicodedata.normalize("NFC", part).split()).strip(BLANK)
    if not part.strip("."):
        raise Unreadable("The file has no name.")
    return _shortened(part, "")


def numbered_filename(filename: str, number: int) -> str:
    """The name that is tried when `filename` is taken: notes.txt becomes notes (2).txt."""
    return _shortened(filename, f" ({number})")


def _shortened(filename: str, addition: str) -> str:
    suffix = PurePosixPath(filename).suffix if len(PurePosixPath(filename).suffix) <= 16 else ""
    stem = filename[: len(filename) - len(suffix)]
    return stem[: MAX_LENGTH - len(suffix) - len(addition)].rstrip() + addition + suffix
