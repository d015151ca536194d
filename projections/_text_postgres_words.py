"""The words of a project, of which some are like another one."""

from collections.abc import Sequence

from rapidfuzz.distance import OSA
from sqlalchemy import BigInteger, ColumnElement, String, column, func, or_, select, table
from sqlalchemy.orm import Session

from projections._text_reader import MAX_FORMS, TooManyForms
from systems.text_query_system import Fuzzy, Pattern


class Words:
    """Those of a project in a schema."""

    def __init__(self, db: Session, schema: str, project_id: int) -> None:
        self._db = db
        word = table("word", column("project_id", BigInteger), column("word", String), schema=schema).c
        self._word = word.word
        self._mine = select(word.word).where(word.project_id == project_id)

    def of(self, leaf: Fuzzy | Pattern) -> Sequence[str]:
        """Those that a leaf stands for. Raises TooManyForms."""
        found = self._fuzzy(leaf) if isinstance(leaf, Fuzzy) else self._like(leaf)
        if len(found) > MAX_FORMS:
            raise TooManyForms(leaf)
        return found

    def _like(self, leaf: Pattern) -> Sequence[str]:
        pattern = leaf.pattern.replace("*", "%").replace("?", "_")
        return self._db.scalars(self._mine.where(self._word.like(pattern)).limit(MAX_FORMS + 1)).all()

    def _fuzzy(self, leaf: Fuzzy) -> list[str]:
        word, distance = leaf.word, leaf.distance
        length = func.char_length(self._word)
        near: list[ColumnElement[bool]] = [length.between(len(word) - distance, len(word) + distance)]
        if pieces := _intact(word, distance):
            near.append(or_(*(self._word.like(f"%{piece}%") for piece in pieces)))
        candidates = self._db.scalars(self._mine.where(*near))
        return [one for one in candidates if OSA.distance(word, one, score_cutoff=distance) <= distance]


def _intact(word: str, distance: int) -> list[str]:
    """Pieces of which at least one is whole in every word so near; an edit touches two at the most."""
    length = len(word) // (2 * distance + 1)
    if length < 2:
        return []
    return [word[begin : begin + length] for begin in range(0, (2 * distance + 1) * length, length)]
