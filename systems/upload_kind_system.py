"""What an uploaded file is, told from its name and its first bytes, or why it is refused."""

import re
from dataclasses import dataclass
from enum import StrEnum
from pathlib import PurePosixPath
from typing import Final

from systems.text_blank_system import is_blank
from systems.text_encoding_system import marked_encoding, unmarked_utf16

HEAD_SIZE: Final = 64 * 1024
"""As many bytes of a file as `inspect` wants to see."""


class Kind(StrEnum):
    """The types of files that can be read."""

    TEXT = "text"
    MARKDOWN = "markdown"
    HTML = "html"
    CSV = "csv"
    ZIP = "zip"
    PNG = "png"
    JPEG = "jpeg"
    GIF = "gif"
    WEBP = "webp"


IMAGES: Final = frozenset({Kind.PNG, Kind.JPEG, Kind.GIF, Kind.WEBP})
_SUFFIXES: Final = {
    ".txt": Kind.TEXT,
    ".md": Kind.MARKDOWN,
    ".html": Kind.HTML,
    ".htm": Kind.HTML,
    ".csv": Kind.CSV,
    ".zip": Kind.ZIP,
    ".png": Kind.PNG,
    ".jpg": Kind.JPEG,
    ".jpeg": Kind.JPEG,
    ".gif": Kind.GIF,
    ".webp": Kind.WEBP,
}
_IMAGE_MAGIC: Final = {
    Kind.PNG: re.compile(rb"\x89PNG\r\n\x1a\n"),
    Kind.JPEG: re.compile(rb"\xff\xd8\xff"),
    Kind.GIF: re.compile(rb"GIF8[79]a"),
    Kind.WEBP: re.compile(rb"RIFF....WEBP", re.S),
}
_MAGIC: Final = (
    (b"%PDF-", "a PDF document"),
    (b"{\\rtf", "an RTF document"),
    (b"PK\x03\x04", "a ZIP archive or an office document"),
    (b"PK\x05\x06", "a ZIP archive"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old office document"),
    (b"\x89PNG\r\n", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF87a", "a GIF image"),
    (b"GIF89a", "a GIF image"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"BZh91AY&SY", "a bzip2 archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"Rar!\x1a\x07", "a RAR archive"),
    (b"\x7fELF", "a program"),
)
UPLOADABLE: Final = ".txt, .md, .html, .csv, .png, .jpg, .gif, .webp or .zip"
"""The types of files that go in, for people."""
_CONTROLS: Final = bytes(set(range(32)) - set(b"\t\n\v\f\r\x1a\x1b"))


@dataclass(frozen=True)
class Refusal:
    """A file that does not go in, with the reason as a sentence; `oversized`: the reason is its size."""

    filename: str
    reason: str
    oversized: bool = False


class Unreadable(Exception):
    """A file cannot be read; the message is the reason as a sentence."""


class Oversized(Unreadable):
    """A file is larger than it may be."""


def inspect(filename: str, head: bytes, size: int) -> Kind | Refusal:
    """The kind of a file of `size` bytes that begins with `head` (its first `HEAD_SIZE` bytes). Cheap: whether the
    whole can be converted only shows later."""
    suffix = PurePosixPath(filename).suffix.lower()
    kind = _SUFFIXES.get(suffix)
    if kind is None:
        reason = (
            f"Files of type {suffix} cannot be read" if suffix else "A file without a type in its name cannot be read"
        )
        return Refusal(filename, f"{reason}; upload {UPLOADABLE}.")
    unreadable = why_unreadable(kind, head, size)
    return Refusal(filename, unreadable) if unreadable else kind


def why_unreadable(kind: Kind, head: bytes, size: int) -> str | None:
    """Why a file of this kind that begins with `head` cannot be read, if so."""
    if size == 0:
        return "The file is empty."
    if kind is Kind.ZIP:
        return None if head.startswith((b"PK\x03\x04", b"PK\x05\x06")) else "The file is not a ZIP archive."
    if kind in IMAGES:
        return None if _IMAGE_MAGIC[kind].match(head) else f"The file is not a {kind.name} image."
    for magic, name in _MAGIC:
        if head.startswith(magic):
            return f"The file is {name}, not text."
    encoding = marked_encoding(head) or unmarked_utf16(head)
    if encoding is None and (0 in head or _has_many_controls(head)):
        return "The file is binary, not text."
    text = head.decode(encoding or "utf-8", "replace")
    if "\0" in text or (encoding and _has_many_controls(text.encode("utf-8", "replace"))):
        return "The file is binary, not text."
    if size <= len(head) and is_blank(text):
        return "The file is empty: it has nothing but blanks."
    return None


def _has_many_controls(head: bytes) -> bool:
    controls = len(head) - len(head.translate(None, _CONTROLS))
    return controls > max(2, len(head) // 20)
