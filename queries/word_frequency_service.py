"""Word frequencies over the documents that a filter lets through."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from sqlalchemy import (
    FromClause,
    Label,
    Numeric,
    Select,
    and_,
    cast,
    exists,
    func,
    literal,
    select,
    true,
)
from sqlalchemy.orm import Session

from projections._behind import Place
from projections._crud import Record, records
from projections._word_counts import counted_words
from projections.source_document_orm import SourceDocumentORM
from queries import sdoc_filter
from queries._table import Page, paged
from queries.filter_dto import ColumnInfo
from queries.word_frequency_dto import WordFrequencyColumns, WordFrequencyStat
from systems.download_csv_system import csv_lines
from systems.filter_sql_system import Test, Words, numbers, strings
from systems.filter_system import (
    EVERYTHING,
    BadFilter,
    Column,
    Columns,
    Condition,
    Expression,
    FilterOperator,
    Group,
    LogicalOperator,
    columns,
    condition,
)
from systems.filter_system import Place as Where
from systems.fold_sql_system import folded_lower
from systems.sorting_system import Order, Sort, SortDirection, Sorting, digest, order, prefix

_SOME = 5_000
_SHOWN = tuple(WordFrequencyStat.model_fields)
_document = SourceDocumentORM.__table__
_SUMS = {
    WordFrequencyColumns.WORD_FREQUENCY.value: ("Frequency", "count", "count"),
    WordFrequencyColumns.WORD_PERCENT.value: ("Frequency in percent", "word_percent", "count"),
    WordFrequencyColumns.SOURCE_DOCUMENT_FREQUENCY.value: ("Documents", "sdocs", "sdocs"),
    WordFrequencyColumns.SOURCE_DOCUMENT_PERCENT.value: ("Documents in percent", "sdocs_percent", "sdocs"),
}
"""The label of each, what it is compared by, and what it is sorted by: shares change with the whole, their order does
not."""
_WORD = WordFrequencyColumns.WORD.value
_SHOWN_BY = {_WORD, *_SUMS}
_MOST_FREQUENT_FIRST = (Sort(WordFrequencyColumns.WORD_FREQUENCY.value, SortDirection.desc),)


@dataclass(frozen=True, slots=True)
class _Counted:
    """The words that count, with their sums and shares; and how many documents have such words, and how many words
    they have, each as often as it stands there."""

    sums: FromClause
    totals: Sequence[Label[int]]


class WordFrequencies:
    """The words of the documents of a project, as they lie in a place.

    What a filter says of words and documents decides on what is counted; what it says of sums, on what is shown, and
    so does what it says of words where that is an alternative to sums.
    """

    def __init__(self, db: Session, place: Place, project_id: int) -> None:
        self._db = db
        self._project_id = project_id
        self._counts = counted_words(place)
        words, counts = self._counts.c.words, self._counts.c.counts
        # As a question and not as a table: that one is put together as a whole before its first row is looked at.
        pair = select(func.unnest(words).label("word"), func.unnest(counts).label("count"))
        each = pair.correlate(self._counts).lateral("each")
        # With an offset, a word is folded once, however often it is compared; and not at all, if it is not.
        self._pair = select(*each.c, folded_lower(each.c.word).label("folded")).offset(0).lateral("pair")

    def told(self) -> list[Record]:
        """What can be asked of words."""
        return [ColumnInfo[Any].of(column).model_dump(mode="json") for column in self._all().values()]

    def analysis(self, filter: Group, sorts: Sequence[Sort], page: Page) -> tuple[Record, str | None]:
        """A WordFrequencyResult, and the cursor that leads on if there are more words. Raises BadFilter, BadCursor."""
        shown, totals, sorted_by = self._asked(filter, sorts)
        found = sorted_by.keyed(shown).cte("found")
        # All in one statement: to add up the words is what takes long.
        totals = (select(func.count()).select_from(found).scalar_subquery().label("total_results"), *totals)
        rows, cursor = paged(self._db, found, sorted_by, page, *totals)
        told = rows[0] if rows else self._db.execute(select(*totals)).mappings().one()
        result = {
            **{total.name: int(told[total.name]) for total in totals},
            "word_frequencies": [{name: _plain(row[name]) for name in _SHOWN} for row in rows],
        }
        return result, cursor

    def table(self, filter: Group, sorts: Sequence[Sort]) -> Iterator[str]:
        """The same words as lines of CSV, all of them, some in memory at a time. Raises BadFilter."""
        shown, _, sorted_by = self._asked(filter, sorts)
        found = sorted_by.keyed(shown).subquery("found").c
        asked = select(*(found[name] for name in _SHOWN)).order_by(*sorted_by.by(found))
        some = self._db.connection().execution_options(yield_per=_SOME).execute(asked)
        return csv_lines(_SHOWN, ([_plain(cell) for cell in row] for row in some))

    def of_document(self, sdoc_id: int) -> list[Record]:
        """The words of one document, the most frequent first."""
        pair = self._pair.c
        words = select(literal(sdoc_id).label("sdoc_id"), pair.word, pair.count).select_from(
            self._counts.join(self._pair, true())
        )
        mine = and_(self._counts.c.project_id == self._project_id, self._counts.c.id == sdoc_id)
        return records(self._db, words.where(mine).order_by(pair.count.desc(), pair.word))

    def _asked(self, filter: Group, sorts: Sequence[Sort]) -> tuple[Select[Any], Sequence[Label[int]], Order]:
        """The words that are shown, the totals of what counts, and the order. Raises BadFilter."""
        all_columns = self._all()
        condition(filter, all_columns)  # What is wrong is told with its place in the whole.
        of_rows, of_sums = _parted(filter, ("filter",))
        counted = self._counted(condition(of_rows, all_columns), of_words=_WORD in _asked_of(of_rows))
        sums = counted.sums
        known = self._columns(sums, sums)
        wanted = condition(of_sums, known)
        by = (*(sorts or _MOST_FREQUENT_FIRST), Sort(_WORD))
        shown = select(*(sums.c[name] for name in _SHOWN)).where(true() if wanted is None else wanted)
        return shown, counted.totals, order(by, known, Sorting(digest(sums.c.word)))

    def _all(self) -> Columns:
        return self._columns(self._counted(None, of_words=False).sums, self._pair)

    def _counted(self, asked: Condition | None, *, of_words: bool) -> _Counted:
        """Of the pairs of word and document that pass, if anything is asked; `of_words`: not only of documents."""
        pair, counts = self._pair.c, self._counts.c
        documents = self._counts.join(_document, _document.c.id == counts.id)
        passing = true() if asked is None else asked
        here = and_(counts.project_id == self._project_id, _document.c.project_id == self._project_id)
        rows = select(pair.word, func.sum(pair.count).label("count"), func.count().label("sdocs"))
        sums = rows.select_from(documents.join(self._pair, true())).where(here, passing).group_by(pair.word).cte("sums")
        has_words = and_(passing, func.cardinality(counts.counts) > 0)
        if of_words:
            has_words = exists(select(1).select_from(self._pair).where(passing).correlate(self._counts, _document))
        sdocs = select(func.count()).select_from(documents).where(here, has_words).scalar_subquery()
        words = select(func.coalesce(func.sum(sums.c.count), 0)).scalar_subquery()
        shares = (
            _percent(sums.c.count, words).label("word_percent"),
            _percent(sums.c.sdocs, sdocs).label("sdocs_percent"),
        )
        folded = folded_lower(sums.c.word).label("folded")
        return _Counted(
            select(*sums.c, *shares, folded).offset(0).subquery("shares"),
            (sdocs.label("sdocs_total"), words.label("words_total")),
        )

    def _columns(self, sums: FromClause, compared: FromClause) -> Columns:
        word = Column(
            _WORD,
            "Word",
            FilterOperator.STRING,
            strings(lambda test: test(Words(compared.c.word, compared.c.folded))),
            lambda: Sorting(prefix(sums.c.word)),
        )
        return columns(word, *_sum_columns(sums), *self._of_documents())

    def _of_documents(self) -> Iterator[Column]:
        """What documents can be filtered by; what is in many of them has no order of its own."""
        for column in sdoc_filter.sdocs(self._db, self._project_id).columns.values():
            key = f"WF_{column.key.removeprefix('SD_')}" if isinstance(column.key, str) else column.key
            if not isinstance(key, str) or key in set(WordFrequencyColumns):
                yield replace(column, key=key, sorting=None)


def _sum_columns(sums: FromClause) -> Iterator[Column]:
    for key, (label, compared, sorted_by) in _SUMS.items():
        comparison = numbers(partial(_apply, sums.c[compared]))
        yield Column(key, label, FilterOperator.NUMBER, comparison, partial(Sorting, sums.c[sorted_by], "number"))


def _apply(number: Any, test: Test) -> Condition:
    return test(number)


def _plain(cell: Any) -> str | int | float:
    return cell if isinstance(cell, str | int) else float(cell)


def _percent(part: Any, whole: Any) -> Any:
    return cast(part, Numeric) * 100 / func.greatest(whole, 1)


def _parted(group: Group, where: Where) -> tuple[Group, Group]:
    """What a filter says of words and documents, and what of sums: both must hold. Raises BadFilter."""
    parts = [_parts(item, (*where, "items", number, "filter")) for number, item in enumerate(group.items)]
    of_rows = [row for row, _ in parts if row is not None]
    of_sums = [sums for _, sums in parts if sums is not None]
    neither = group.logic is LogicalOperator.not_ and all(None in part for part in parts)
    if group.logic is LogicalOperator.and_ or neither or not (of_rows and of_sums):
        return Group(group.logic, of_rows), Group(group.logic, of_sums)
    if any(column not in _SHOWN_BY for column in _asked_of(group)):
        raise BadFilter(where, "What is asked of documents is no alternative to how often words stand in them")
    return EVERYTHING, group


def _parts(item: Expression | Group, where: Where) -> tuple[Expression | Group | None, Expression | Group | None]:
    if isinstance(item, Expression):
        return (None, item) if item.column in _SUMS else (item, None)
    of_rows, of_sums = _parted(item, where)
    return of_rows if of_rows.items else None, of_sums if of_sums.items else None


def _asked_of(group: Group) -> Iterator[str | int]:
    for item in group.items:
        if isinstance(item, Expression):
            yield item.column
        else:
            yield from _asked_of(item)
