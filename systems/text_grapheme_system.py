"""What readers see as one character, however many code points it has."""

from icu4py.breakers import CharacterBreaker

from systems.text_boundary_system import boundaries

_FIRST_MARK = "\u0300"
_REACH = 64


def whole(text: str, begin: int, end: int) -> tuple[int, int]:
    """The range, widened where it would part a character from its marks, or an emoji from the rest of it."""
    if not (_may_be_joined(text, begin) or _may_be_joined(text, end)):
        return begin, end
    # From a plain character on: what begins in the middle of a flag would take all that follow apart.
    first = next((at for at in range(begin, max(begin - _REACH, 0), -1) if text[at - 1] < _FIRST_MARK), begin)
    first = first if first < begin or begin == 0 else max(begin - _REACH, 0)
    window = text[first : end + _REACH]
    cuts = [first, *(first + cut for cut in boundaries(CharacterBreaker(window, "root"), window))]
    return max(cut for cut in cuts if cut <= begin), min((cut for cut in cuts if cut >= end), default=end)


def _may_be_joined(text: str, at: int) -> bool:
    """Whether what begins here can belong to what stands before it."""
    return 0 < at < len(text) and text[at] >= _FIRST_MARK
