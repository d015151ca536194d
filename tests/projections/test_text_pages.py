"""Which texts count as hits, and how hits are paged, on every backend for real."""

from sqlalchemy import BigInteger, column, func, select

from projections._text_reader import Chosen
from systems.text_query_simple_system import parse_simple
from tests.projections.texts import PROJECT, Texts


def test_only_some_count(texts: Texts) -> None:
    texts.hold(*("an afternoon" for _ in range(5)))
    assert texts.find("afternoon", among=[2, 4, 99]) == [2, 4]
    assert texts.find("afternoon", among=[]) == []
    assert texts.find("", among=[3]) == [3]
    assert texts.find("-morning", among=range(1, 100_001)) == [1, 2, 3, 4, 5]


def test_those_that_count_can_be_a_question_of_the_database(texts: Texts) -> None:
    texts.hold("afternoon", "afternoon", "afternoon", "afternoon " * 5_000, "morning")
    with texts.postgres.snapshot() as db:
        ids = column("id", BigInteger)
        later = Chosen(db, select(ids).select_from(func.generate_series(2, 9).alias("id")))
        none = Chosen(db, later.ids.where(ids < 0))
        for query in ("afternoon", ""):
            assert texts.find(query, among=later) == texts.find(query, among=range(2, 10))
            assert texts.find(query, among=none) == []
    assert texts.find("afternoon", among=[2, 4]) == [2, 4]


def test_being_a_hit_can_be_a_condition_of_another_question(texts: Texts) -> None:
    texts.hold("afternoon", "long afternoon", "afternoon " * 5_000, "morning")
    with texts.postgres.snapshot() as db:
        id = column("id", BigInteger)
        numbers = select(id).select_from(func.generate_series(1, 9).alias("id")).order_by(id)
        for query in ("afternoon", "afternoon -long", "mor*", "evening", "!!!"):
            is_hit = texts.reader.is_hit(db, PROJECT, parse_simple(query), id)
            assert list(db.scalars(numbers.where(is_hit))) == texts.find(query)


def test_pages_of_those_that_count_go_on_however_many_were_found(texts: Texts) -> None:
    assert not texts.write(
        *(texts.document(id, f"morning{' afternoon' * (id % 3)}" if id <= 30 else "morning") for id in range(1, 6_001))
    )
    with texts.postgres.snapshot() as db:
        ids = column("id", BigInteger)
        even = Chosen(db, select(ids).select_from(func.generate_series(2, 9_000, 2).alias("id")))
        for query, total in (("afternoon", 10), ("morning", 3_000)):
            tree = parse_simple(query)
            whole = texts.reader.search(PROJECT, tree, among=even, limit=20)
            assert whole.total == total
            assert all(hit.id % 2 == 0 for hit in whole.hits)
            first = texts.reader.search(PROJECT, tree, among=even, limit=3)
            skipped = texts.reader.search(PROJECT, tree, among=even, skip=3, limit=4)
            after = texts.reader.search(PROJECT, tree, among=even, after=first.hits[-1], limit=4)
            assert [*first.hits, *skipped.hits] == whole.hits[:7]
            assert after == skipped
            assert texts.reader.search(PROJECT, tree, among=even, skip=5_000).total == total


def test_totals_are_exact_and_pages_go_on_beyond_ten_thousand(texts: Texts) -> None:
    entries = [texts.document(id, "an afternoon") for id in range(1, 10_051)]
    assert not texts.write(*entries)
    afternoon = parse_simple("afternoon")
    page = texts.reader.search(PROJECT, afternoon, skip=10_040, limit=20)
    assert page.total == 10_050
    assert [hit.id for hit in page.hits] == list(range(10_041, 10_051))
    assert texts.reader.search(PROJECT, afternoon, skip=20_000).total == 10_050
    assert texts.reader.search(PROJECT, afternoon, skip=20_000).hits == []
    assert texts.reader.search(PROJECT, afternoon, skip=2**40).total == 10_050
    assert texts.reader.matching(PROJECT, afternoon) == list(range(1, 10_051))
    among = list(range(1, 200_000, 2))
    assert texts.reader.search(PROJECT, afternoon, among=among, limit=1).total == 5_025


def test_a_page_can_begin_after_a_hit(texts: Texts) -> None:
    texts.hold(*(f"an afternoon {'afternoon ' * (id % 3)}" for id in range(25)))
    afternoon = parse_simple("afternoon")
    whole = texts.reader.search(PROJECT, afternoon, limit=100).hits
    pages = [texts.reader.search(PROJECT, afternoon, limit=4)]
    while pages[-1].hits:
        pages.append(texts.reader.search(PROJECT, afternoon, after=pages[-1].hits[-1], limit=4))
    assert [hit for page in pages for hit in page.hits] == whole
    assert {page.total for page in pages} == {25}
