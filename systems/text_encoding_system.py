"""The encoding of a text file: by its byte order mark, as valid UTF-8, by its own word, or as chardet finds it."""

import codecs
import io
from collections.abc import Iterator
from typing import Final

import chardet

_SAMPLE: Final = 16 * 1024
_PIECE: Final = 1024**2

# UTF-32's mark begins with that of UTF-16. Each of these codecs reads the mark and leaves it out of the text.
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)

# What the web means by the names of encodings that Microsoft extended.
_EXTENDED: Final = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "big5": "big5hkscs",
}
# What texts of our users come in; the encodings of mainframes and of old DOS only invite mistakes.
_ISO_LATIN: Final = ("iso8859-1", "iso8859-2", "iso8859-9", "iso8859-15", "cp1257")
_OTHER_LATIN: Final = ("cp1250", "cp1252", "cp1254", "cp1257", "mac-roman", "cp850")
_CANDIDATES: Final = (
    *(*_ISO_LATIN, *_OTHER_LATIN, "cp1251", "cp1253", "cp1255", "cp1256", "cp1258", "cp866", "cp874"),
    *("iso8859-5", "iso8859-6", "iso8859-7", "iso8859-8", "koi8-r", "koi8-u"),
    *("cp932", "shift_jis_2004", "euc_jis_2004", "gb18030", "big5hkscs", "cp949"),
)
_KNOWN: Final = frozenset(codecs.lookup(name).name for name in (*_CANDIDATES, "euc_jp"))


_LETTERS: Final = [bytes([letter]) for letter in b"abcdefghijklmnopqrstuvwxyz"]
_BEYOND_ASCII: Final = bytes(range(0x80, 0x100))
_C1: Final = bytes(range(0x80, 0xA0))


def marked_encoding(data: bytes) -> str | None:
    """The encoding that the byte order mark at the beginning names."""
    return next((codec for mark, codec in _MARKS if data.startswith(mark)), None)


def unmarked_utf16(data: bytes) -> str | None:
    """UTF-16 of a Latin script without a byte order mark: nearly every second byte is zero, and no other one."""
    even, odd = data[::2].count(0), data[1::2].count(0)
    if bool(even) == bool(odd) or 5 * (even + odd) < 2 * len(data):
        return None
    return "utf-16-le" if odd else "utf-16-be"


def detect_encoding(data: bytes, declared: str | None = None) -> str:
    """The Python codec that reads the bytes of a text file; `declared` is what the file says about itself. The first
    character may still be a byte order mark only where the codec leaves it out."""
    if (marked := marked_encoding(data)) or (marked := unmarked_utf16(data[:_SAMPLE])):
        return marked
    if data.isascii():
        escaped = b"\x1b$" in data or b"\x1b(" in data
        return next((codec for codec in ("iso2022_jp_ext", "iso2022_kr") if escaped and _reads(data, codec)), "utf-8")
    if _is_utf8(data):
        return "utf-8"
    if (codec := _known(declared)) and _reads(data, codec):
        return codec
    return _best_reading(_sample(data))


def decode(data: bytes, declared: str | None = None) -> tuple[str, str]:
    """The text and its encoding; bytes that the encoding does not know become U+FFFD."""
    encoding = detect_encoding(data, declared)
    return data.decode(encoding, "replace"), encoding


def _is_utf8(data: bytes) -> bool:
    """Whether the bytes are UTF-8, a few broken ones (a cut at the end, a pasted line) allowed."""
    if _reads(data, "utf-8"):
        return True
    broken = length = 0
    for text in _decoded(data, "utf-8", "replace"):
        broken += text.count("\ufffd")
        length += len(text)
    return 20 * broken < len(data) - length


def _known(label: str | None) -> str | None:
    try:
        name = codecs.lookup(label).name if label else None
    except (LookupError, ValueError):
        return None
    name = _EXTENDED.get(name or "", name)
    return name if name in _KNOWN else None


def _reads(data: bytes, codec: str) -> bool:
    try:
        for _ in _decoded(data, codec, "strict"):
            pass
    except UnicodeDecodeError:
        return False
    return True


def _decoded(data: bytes, codec: str, errors: str) -> Iterator[str]:
    """The text piece by piece, so that looking at a large file takes little memory."""
    decoder = codecs.getincrementaldecoder(codec)(errors)
    for begin in range(0, len(data), _PIECE):
        yield decoder.decode(data[begin : begin + _PIECE])
    yield decoder.decode(b"", True)


def _sample(data: bytes) -> bytes:
    """The lines with bytes beyond ASCII, as far as needed to recognise an encoding."""
    lines = bytearray()
    for line in io.BytesIO(data):
        if not line.isascii():
            lines += line
        if len(lines) > _SAMPLE:
            break
    return bytes(lines[:_SAMPLE])


def _best_reading(sample: bytes) -> str:
    likely = _likely(sample)
    western = "cp1252" if "cp1252" in likely else "iso8859-1"
    found = chardet.detect(sample, include_encodings=likely, max_bytes=len(sample), no_match_encoding=western)
    return _known(found["encoding"]) or "cp1252"


def _likely(sample: bytes) -> tuple[str, ...]:
    """Among plain letters, bytes beyond ASCII are the accents of a Latin script; ISO has none below 0xA0."""
    letters = sum(map(sample.count, _LETTERS))
    beyond = len(sample) - len(sample.translate(None, _BEYOND_ASCII))
    if letters < 2 * beyond:
        return _CANDIDATES
    return _OTHER_LATIN if len(sample.translate(None, _C1)) < len(sample) else _ISO_LATIN
