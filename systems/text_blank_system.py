"""What counts as blank in a text: white space and the marks that are invisible on their own."""

import re
from typing import Final

BLANK: Final = (
    "\t\n\v\f\r\x1c\x1d\x1e\x1f \x85\xa0\u1680"
    "\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000"
    "\u180e\u200b\u2060\ufeff"
)
"""All that `str.isspace` calls white space, and the zero-width space, word joiner and byte order mark."""

_VISIBLE: Final = re.compile(f"[^{BLANK}]")


def is_blank(text: str) -> bool:
    """Whether nothing of the text can be seen."""
    return _VISIBLE.search(text) is None


def trimmed(text: str, begin: int, end: int) -> tuple[int, int]:
    """The range without blanks at its edges; (x, x) if nothing remains."""
    piece = text[begin:end]
    kept = piece.strip(BLANK)
    if len(kept) == len(piece):
        return begin, end
    begin = end - len(piece.lstrip(BLANK))
    return begin, begin + len(kept)
