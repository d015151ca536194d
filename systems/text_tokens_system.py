"""The tokens of a text: words, numbers and marks, by Unicode's word boundaries (UAX #29) and ICU's dictionaries."""

from array import array

from icu4py.breakers import WordBreaker

from systems.text_blank_system import BLANK
from systems.text_boundary_system import boundaries


def tokens(text: str) -> "array[int]":
    """Half-open code-point ranges [b0, e0, b1, e1, ...] of a normalised text: in order, disjoint, without a blank at
    their edges; every visible character is in one. Each punctuation mark is a token; dictionaries part Chinese,
    Japanese and Thai."""
    found = array("I")
    add = found.append
    begin = 0
    for end in boundaries(WordBreaker(text, "root"), text):
        piece = text[begin:end]
        if piece.isalnum():
            add(begin)
            add(end)
        elif piece != " " and (kept := piece.strip(BLANK)):
            first = begin + piece.index(kept)
            add(first)
            add(first + len(kept))
        begin = end
    return found
