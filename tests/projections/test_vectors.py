"""Vectors are kept and found alike on every backend."""

import math
from collections.abc import Callable
from pathlib import Path

import pytest

from projections import _registry as registry
from projections._behind import Gone, NotMade, Place, Rejected
from projections._model import Backend
from projections._vector_model import Parts, each, whole
from projections._vector_postgres import PostgresVectorIndex
from projections._vector_reader import OtherModel
from projections._vector_weaviate import OtherForm, WeaviateVectorIndex
from repos.embedder_model import BUILT_IN_DIMENSIONS
from repos.half_vector import packed, unpacked
from repos.postgres_repo import Postgres
from repos.weaviate_repo import Weaviate
from systems.encoder_system import sentence_encoder
from systems.text_sentences_system import sentences as split
from systems.text_tokens_system import tokens
from tests.projections.vectors import (
    OTHER,
    PROJECT,
    Corpus,
    Encoded,
    Hand,
    Kept,
    PostgresHand,
    Told,
    VectorIndex,
    WeaviateHand,
    at,
)

BACKENDS = ("postgres", "weaviate")
PLACE = Place("sentence_vector", 1)
Opened = Callable[..., Kept]


@pytest.fixture(params=BACKENDS)
def backend(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def opened(backend: str, request: pytest.FixtureRequest, corpus: Corpus) -> Opened:
    """Opens a place on the backend."""
    # A server is started only for those who want it.
    weaviate = request.getfixturevalue("weaviate") if backend == "weaviate" else None

    def open_(parts: Parts = each, place: Place = PLACE) -> Kept:
        model = corpus.model(parts)
        index: VectorIndex = PostgresVectorIndex(corpus.postgres, place, model)
        if weaviate is not None:
            index = WeaviateVectorIndex(weaviate, place, model)
        index.create()
        return Kept(corpus.postgres, index, corpus)

    return open_


@pytest.fixture
def kept(opened: Opened) -> Kept:
    return opened()


@pytest.fixture
def hand(backend: str, request: pytest.FixtureRequest, postgres: Postgres) -> Hand:
    return WeaviateHand(request.getfixturevalue("weaviate")) if backend == "weaviate" else PostgresHand(postgres)


def told(corpus: Corpus) -> Told:
    assert isinstance(corpus.embedder, Told)
    return corpus.embedder


def test_what_is_most_alike_comes_first_with_its_cosine(kept: Kept) -> None:
    kept.write(kept.corpus.document(1, "at 40", "at -10"), kept.corpus.document(2, "at 25", text_version=3))
    hits = kept.nearest(at(0))
    assert [(hit.sdoc_id, hit.part, hit.text_version) for hit in hits] == [(1, 1, 1), (2, 0, 3), (1, 0, 1)]
    for hit, degrees in zip(hits, (10, 25, 40), strict=True):
        assert hit.score == pytest.approx(math.cos(math.radians(degrees)), abs=1e-3)


def test_the_score_of_opposites_is_minus_one_and_of_what_has_nothing_in_common_zero(kept: Kept) -> None:
    kept.write(kept.corpus.document(1, "at 180", "at 90", "at 0"))
    assert [hit.score for hit in kept.nearest(at(0))] == [pytest.approx(score, abs=1e-3) for score in (1, 0, -1)]


def test_no_more_than_wanted_and_none_below_the_threshold(kept: Kept) -> None:
    kept.write(kept.corpus.document(1, *(f"at {degrees}" for degrees in (0, 30, 60, 90))))
    assert [hit.part for hit in kept.nearest(at(0), top_k=2)] == [0, 1]
    assert [hit.part for hit in kept.nearest(at(0), threshold=0.4)] == [0, 1, 2]
    assert [hit.part for hit in kept.nearest(at(0), threshold=0.6)] == [0, 1]
    assert kept.nearest(at(45), threshold=1.0) == []


def test_what_is_equally_alike_is_in_the_order_of_its_ids_also_where_the_list_ends(kept: Kept) -> None:
    kept.write(*(kept.corpus.document(id, "at 20", "at 10", "at 20") for id in range(40, 0, -1)))
    assert kept.places(at(10), 3) == [(1, 1), (2, 1), (3, 1)]
    assert kept.places(at(20), 5) == [(1, 0), (1, 2), (2, 0), (2, 2), (3, 0)]


def test_all_that_is_just_the_same_is_found(kept: Kept) -> None:
    """As "yes" and "thank you" are in interviews: a graph of neighbours would lose sight of some of them."""
    same = [kept.corpus.document(id, *["at 20"] * 40) for id in range(1, 26)]
    others = kept.corpus.document(99, *(f"at {degrees}" for degrees in range(90, 270)))
    kept.write(*same)
    kept.write(others)
    assert kept.places(at(20), 1_000) == [(id, part) for id in range(1, 26) for part in range(40)]
    assert kept.holds(*same, others)


def test_of_more_that_is_just_the_same_than_one_answer_holds_no_part_counts_as_lost(
    weaviate: Weaviate, corpus: Corpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("projections._weaviate_neighbours.MOST", 10)
    monkeypatch.setattr("projections._vector_weaviate._PARTS", 5)
    index = WeaviateVectorIndex(weaviate, PLACE, corpus.model())
    index.create()
    kept = Kept(corpus.postgres, index, corpus)
    kept.write(entry := corpus.document(1, *["at 20"] * 60, "at 90"))
    assert kept.unfound(entry) == []
    WeaviateHand(weaviate).take(PLACE, 1, 60)
    assert kept.unfound(entry) == [1]


def test_of_some_that_are_just_the_same_each_that_is_lost_is_told(
    weaviate: Weaviate, corpus: Corpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("projections._weaviate_neighbours.MOST", 10)
    index = WeaviateVectorIndex(weaviate, PLACE, corpus.model())
    index.create()
    kept = Kept(corpus.postgres, index, corpus)
    others = [f"at {degrees}" for degrees in range(60, 75)]
    entries = [corpus.document(id, "at 20", *others, "at 20") for id in (1, 2, 3)]
    kept.write(*entries)
    assert kept.unfound(*entries) == []
    for id in (1, 3):
        WeaviateHand(weaviate).take(PLACE, id, len(others) + 1)
    assert kept.unfound(*entries) == [1, 3]


def test_only_what_is_allowed_is_found_however_much_that_is(kept: Kept) -> None:
    kept.write(*(kept.corpus.document(id, f"at {id}") for id in range(1, 21)))
    assert kept.places(at(0), among=[]) == []
    assert kept.places(at(0), among=[999]) == []
    assert kept.places(at(0), among=[7, 3, 999]) == [(3, 0), (7, 0)]
    assert kept.places(at(0), 2, among=range(5, 100_005)) == [(5, 0), (6, 0)]
    assert kept.places(at(0), 3) == [(1, 0), (2, 0), (3, 0)]


def test_projects_know_nothing_of_each_other(kept: Kept) -> None:
    kept.write(kept.corpus.document(1, "at 10"), kept.corpus.document(2, "at 0", project_id=OTHER))
    assert kept.places(at(0)) == [(1, 0)]
    assert kept.places(at(0), among=[1, 2]) == [(1, 0)]
    assert kept.nearest(at(0), project_id=3) == []
    assert kept.index.vector(OTHER, 1) is None
    assert [one.id for one in kept.stored(OTHER)] == [2]


def test_a_vector_can_be_asked_for(kept: Kept) -> None:
    kept.write(kept.corpus.document(1, "at 10", "at 20"))
    vector = kept.index.vector(PROJECT, 1, 1)
    assert vector == packed(at(20))
    assert kept.index.vector(PROJECT, 1, 2) is None
    assert kept.index.vector(PROJECT, 2) is None


def test_a_new_text_takes_the_place_of_the_old_one(kept: Kept) -> None:
    other = kept.corpus.document(2, "at 50")
    kept.write(kept.corpus.document(1, "at 0", "at 10", "at 20", revision=3), other)
    newer = kept.corpus.document(1, "at 30", revision=7, text_version=2)
    kept.write(newer)
    assert kept.places(at(0)) == [(1, 0), (2, 0)]
    assert kept.holds(newer, other)


def test_what_is_older_changes_nothing(kept: Kept) -> None:
    newer = kept.corpus.document(1, "at 30", revision=7, text_version=2)
    kept.write(newer)
    kept.write(kept.corpus.document(1, "at 0", "at 10", revision=3))
    assert kept.places(at(0)) == [(1, 0)]
    assert kept.holds(newer)


def test_what_is_there_already_may_be_written_again(kept: Kept) -> None:
    entries = [kept.corpus.document(1, "at 0", "at 10"), kept.corpus.document(2)]
    for _ in range(2):
        kept.write(*entries)
        assert kept.holds(*entries)
        assert kept.places(at(0)) == [(1, 0), (1, 1)]


def test_a_change_of_something_else_leaves_the_vectors_alone(kept: Kept) -> None:
    kept.write(kept.corpus.document(1, "at 0", "at 10", revision=3))
    renamed = kept.corpus.document(1, "at 0", "at 10", revision=8)
    kept.write(renamed)
    assert kept.holds(renamed)
    assert kept.places(at(0)) == [(1, 0), (1, 1)]


def test_a_document_without_a_text_is_held_and_never_found(kept: Kept) -> None:
    empty = kept.corpus.document(1)
    kept.write(empty)
    assert kept.holds(empty)
    assert kept.nearest(at(0)) == []
    later = kept.corpus.document(1, "at 0", revision=2)
    kept.write(later)
    assert kept.holds(later)
    assert kept.places(at(0)) == [(1, 0)]


def test_what_is_gone_is_not_found(kept: Kept) -> None:
    stays = kept.corpus.document(2, "at 10")
    kept.write(kept.corpus.document(1, "at 0", "at 5"), stays)
    for _ in range(2):
        kept.write(gone=[Gone(PROJECT, 1, 9), Gone(PROJECT, 77, 9)])
        assert kept.places(at(0)) == [(2, 0)]
        assert kept.holds(stays)


def test_a_document_may_go_and_come_in_one_write(kept: Kept) -> None:
    entry = kept.corpus.document(1, "at 0")
    kept.write(entry)
    kept.write(entry, gone=[Gone(PROJECT, 1, 1)])
    assert kept.holds(entry)
    assert kept.places(at(0)) == [(1, 0)]


def test_what_is_overwritten_is_as_it_is_to_be_whatever_was_there(kept: Kept) -> None:
    entries = [kept.corpus.document(id, f"at {id}") for id in (1, 2, 4)]
    newer = [kept.corpus.document(id, "at 90", revision=9) for id in (2, 3)]
    kept.write(*newer, entries[2], gone=[Gone(PROJECT, 1, 9)])
    for _ in range(2):
        with kept.postgres.transaction() as connection:
            kept.index.overwrite(connection, PROJECT, [1, 2, 3, 77], entries[:2])
        assert kept.holds(*entries)
        assert kept.places(at(0)) == [(1, 0), (2, 0), (4, 0)]
    changed = kept.corpus.document(1, "at 50", revision=2, text_version=2)
    kept.write(changed, gone=[Gone(PROJECT, 2, 2)])
    assert kept.holds(changed, entries[2])


def test_what_is_overwritten_while_something_is_wrong_stays(kept: Kept) -> None:
    with kept.postgres.connection() as connection:
        version = registry.add(connection, kept.index.place.model, Backend.WEAVIATE, "serving")
        registry.note(connection, version.place, "following", "Waits and tries again: of old")
    assert version.place == kept.index.place
    entries = [kept.corpus.document(id, f"at {id}") for id in (1, 2, 3)]
    kept.write(*entries)
    with kept.postgres.transaction() as connection:
        kept.index.overwrite(connection, PROJECT, [1, 2, 9], entries[:2])
    assert kept.holds(*entries)
    kept.write(gone=[Gone(PROJECT, 3, 2)])
    kept.write(entries[0])
    assert kept.holds(*entries[:2])


def test_the_projects_that_something_is_held_of_are_told(kept: Kept) -> None:
    kept.write(kept.corpus.document(1, "at 10"), kept.corpus.document(2, "at 0", project_id=OTHER))
    with kept.postgres.connection() as connection:
        assert {*kept.index.projects(connection)} == {PROJECT, OTHER}
    kept.index.drop()
    with kept.postgres.connection() as connection:
        assert [*kept.index.projects(connection)] == []


def test_a_project_is_forgotten_and_the_others_stay(kept: Kept) -> None:
    stays = kept.corpus.document(3, "at 10", project_id=OTHER)
    kept.write(kept.corpus.document(1, "at 0"), kept.corpus.document(2), stays)
    for _ in range(2):
        kept.forget(PROJECT)
        assert kept.stored() == []
        assert kept.nearest(at(0)) == []
    assert [hit.sdoc_id for hit in kept.nearest(at(0), project_id=OTHER)] == [3]


def test_a_long_document_comes_and_goes_whole(kept: Kept) -> None:
    long = kept.corpus.document(1, *(f"at {number / 100}" for number in range(10_500)))
    short = kept.corpus.document(2, "at 180")
    kept.write(long, short)
    assert kept.places(at(0), 2) == [(1, 0), (1, 1)]
    assert kept.nearest(at(110), 1)[0].part > 10_400
    # All that comes first is not allowed, and what is allowed is more than anybody would list.
    assert kept.places(at(0), 2, among=range(2, 100_002)) == [(2, 0)]
    kept.write(kept.corpus.document(1, "at 1", revision=2, text_version=2))
    assert kept.places(at(0)) == [(1, 0), (2, 0)]
    kept.write(long_again := kept.corpus.document(1, *(f"at {number / 100}" for number in range(10_500)), revision=3))
    kept.write(gone=[Gone(PROJECT, long_again.id, 4)])
    assert kept.places(at(0)) == [(2, 0)]
    assert kept.holds(short)


def test_what_is_held_is_told_by_id_as_it_should_be(kept: Kept) -> None:
    entries = [kept.corpus.document(id, f"at {id}", f"at {id + 1}", revision=id) for id in (5, 3, 11, 300, 70_000)]
    kept.write(*entries)
    assert [one.id for one in kept.stored()] == [3, 5, 11, 300, 70_000]
    assert kept.holds(*sorted(entries, key=lambda entry: entry.id))


def test_what_was_changed_by_hand_is_told(kept: Kept, hand: Hand) -> None:
    entries = [kept.corpus.document(id, f"at {id}", f"at {id + 50}") for id in (1, 2, 3)]
    kept.write(*entries)
    hand.turn(PLACE, 1, 1, at(77))
    hand.take(PLACE, 2, 0)
    hand.put(PLACE, 4, 0, at(4))
    expected = dict(zip((1, 2, 3), kept.digests(*entries), strict=True))
    stored = {one.id: one.digest for one in kept.stored()}
    assert {id for id in stored if stored[id] != expected.get(id)} == {1, 2, 4}
    kept.write(gone=[Gone(PROJECT, id, 0) for id in (1, 2, 4)])
    kept.write(*entries[:2])
    assert kept.holds(*entries)


def test_a_text_that_the_embedder_refuses_is_rejected_and_the_others_are_not(kept: Kept) -> None:
    told(kept.corpus).refused.add("at 1")
    good, bad = kept.corpus.document(1, "at 10"), kept.corpus.document(2, "at 0", "at 1", "at 2")
    assert kept.write(good, bad) == [Rejected(bad, "Sentence 1: unloved")]
    assert kept.holds(good)
    assert kept.places(at(0)) == [(1, 0)]
    told(kept.corpus).refused.clear()
    assert kept.write(bad) == []
    assert kept.holds(good, bad)


def test_a_document_whose_text_is_lost_is_rejected(kept: Kept) -> None:
    good, bad = kept.corpus.document(1, "at 10"), kept.corpus.document(2, "at 0")
    kept.corpus.blobs.path(PROJECT, bad.values["text_sha256"]).unlink()
    (rejected,) = kept.write(good, bad)
    assert rejected.entry == bad
    assert "no blob" in rejected.reason
    assert kept.digests(bad) == [b""]
    assert kept.holds(good)


def test_another_version_of_the_read_model_calls_no_embedder(opened: Opened, corpus: Corpus) -> None:
    entries = [corpus.document(id, f"at {id}", "at 50") for id in (1, 2, 3)]
    opened().write(*entries)
    assert sorted(told(corpus).asked) == ["at 1", "at 2", "at 3", "at 50"]
    other = opened(place=Place("sentence_vector", 2))
    other.write(*entries)
    assert other.holds(*entries)
    assert len(told(corpus).asked) == 4


def test_what_was_not_prepared_is_written_all_the_same(kept: Kept) -> None:
    entry = kept.corpus.document(1, "at 0")
    with kept.postgres.transaction() as connection:
        assert kept.index.write(connection, [entry]) == []
    assert kept.holds(entry)


def test_places_do_not_disturb_each_other(opened: Opened, corpus: Corpus) -> None:
    one, other = opened(), opened(place=Place("sentence_vector", 2))
    one.write(corpus.document(1, "at 0"))
    other.write(corpus.document(2, "at 0"))
    assert (one.places(at(0)), other.places(at(0))) == ([(1, 0)], [(2, 0)])
    other.index.drop()
    other.index.drop()
    assert one.places(at(0)) == [(1, 0)]
    with pytest.raises(NotMade, match="`palimpsest verify --repair` makes it again"):
        other.nearest(at(0))


def test_a_place_that_is_there_is_left_alone(kept: Kept) -> None:
    kept.write(entry := kept.corpus.document(1, "at 0"))
    kept.index.create()
    assert kept.holds(entry)


def test_vectors_of_another_model_are_not_mixed_up(opened: Opened, corpus: Corpus) -> None:
    opened().write(corpus.document(1, "at 0"))
    corpus.model_name = "another"
    changed = opened()
    with pytest.raises(OtherModel, match="told with 8 dimensions there, another"):
        changed.nearest(at(0))
    with pytest.raises(OtherModel):
        changed.write(corpus.document(1, "at 0", revision=2))
    with pytest.raises(OtherModel):
        changed.index.vector(PROJECT, 1)


def test_vectors_in_another_form_are_to_be_rebuilt(
    weaviate: Weaviate, corpus: Corpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    index = WeaviateVectorIndex(weaviate, PLACE, corpus.model())
    with monkeypatch.context() as earlier:
        earlier.setattr("projections._vector_weaviate.FORM", 1)
        index.create()
    with pytest.raises(OtherForm, match="`palimpsest rebuild MODEL --to weaviate` writes them anew"):
        Kept(corpus.postgres, index, corpus).nearest(at(0))


def test_the_vector_of_a_document_is_the_mean_of_its_sentences(opened: Opened, corpus: Corpus) -> None:
    kept = opened(whole, Place("document_vector", 1))
    entries = [corpus.document(1, "at 0", "at 60"), corpus.document(2, "at 100"), corpus.document(3)]
    kept.write(*entries)
    assert kept.places(at(30)) == [(1, 0), (2, 0)]
    assert kept.nearest(at(30))[0].score == pytest.approx(1, abs=1e-3)
    assert kept.holds(*entries)
    vector = kept.index.vector(PROJECT, 1)
    assert vector is not None
    assert unpacked(vector)[:2] == pytest.approx(at(30)[:2], abs=1e-3)


def test_a_document_whose_sentences_cancel_out_is_rejected(opened: Opened, corpus: Corpus) -> None:
    kept = opened(whole, Place("document_vector", 1))
    (rejected,) = kept.write(corpus.document(1, "at 0", "at 180"), good := corpus.document(2, "at 0"))
    assert (rejected.entry.id, "points nowhere" in rejected.reason) == (1, True)
    assert kept.holds(good)


@pytest.fixture(scope="module")
def encoded() -> Encoded:
    return Encoded(sentence_encoder())


def test_a_german_question_finds_the_english_sentence(opened: Opened, corpus: Corpus, encoded: Encoded) -> None:
    corpus.embedder, corpus.dimensions, corpus.model_name = encoded, BUILT_IN_DIMENSIONS, "encoder"
    english = [
        "The harvest failed because of the drought.",
        "She moved to the capital to study medicine.",
        "The council voted against the new bridge.",
        "He plays the violin every evening.",
    ]
    kept = opened()
    kept.write(corpus.document(1, *english[:2]), entry := corpus.document(2, *english[2:]))
    for german, place in (
        ("Wegen der Trockenheit fiel die Ernte aus.", (1, 0)),
        ("Sie zog in die Hauptstadt, um Medizin zu studieren.", (1, 1)),
        ("Der Rat stimmte gegen die neue Brücke.", (2, 0)),
        ("Jeden Abend spielt er Geige.", (2, 1)),
    ):
        (question,) = encoded.embed([german])
        assert isinstance(question, bytes)
        hits = kept.index.nearest(PROJECT, question, 4)
        assert (hits[0].sdoc_id, hits[0].part) == place
        assert hits[0].score > hits[1].score + 0.2
    assert kept.stored()[1].digest == kept.digests(entry)[0]


def test_a_german_question_finds_its_sentence_in_english_novels(
    opened: Opened, corpus: Corpus, encoded: Encoded, litbank: Path
) -> None:
    corpus.embedder, corpus.dimensions, corpus.model_name = encoded, BUILT_IN_DIMENSIONS, "encoder"
    novels = ("1342_pride_and_prejudice", "2489_moby_dick", "345_dracula", "84_frankenstein_or_the_modern_prometheus")
    sentences = [sentences_of(litbank / "entities" / f"{novel}.txt") for novel in novels]
    entries = [corpus.document(id, *those) for id, those in enumerate(sentences)]
    kept = opened()
    kept.write(*entries)
    for german, english in (
        ("Es ist eine allgemein anerkannte Wahrheit, dass ein reicher Junggeselle eine Frau sucht.", "It is a truth"),
        ("Netherfield Park ist endlich vermietet.", "have you heard that Netherfield Park is let at last ?"),
        ("Nennt mich Ismael.", "Call me Ishmael ."),
        ("Zum Abendessen hatte ich ein Huhn mit rotem Pfeffer.", "I had for dinner , or rather supper , a chicken"),
    ):
        (question,) = encoded.embed([german])
        assert isinstance(question, bytes)
        best, second = kept.index.nearest(PROJECT, question, 2)
        assert english in sentences[best.sdoc_id][best.part]
        assert best.score > second.score + 0.1
    assert kept.holds(*entries)


def sentences_of(novel: Path) -> list[str]:
    text = novel.read_text("utf-8")
    ends = iter(split(text, tokens(text)))
    return [text[begin:end] for begin, end in zip(ends, ends, strict=True)]


def test_all_backends_find_the_same_with_the_same_scores(
    postgres: Postgres, weaviate: Weaviate, corpus: Corpus
) -> None:
    model = corpus.model()
    indexes = PostgresVectorIndex(postgres, PLACE, model), WeaviateVectorIndex(weaviate, PLACE, model)
    entries = [corpus.document(id, *(f"sentence {id} {number}" for number in range(20))) for id in range(1, 31)]
    for index in indexes:
        index.create()
        Kept(postgres, index, corpus).write(*entries)
    for degrees in range(0, 360, 30):
        for among in (None, range(5, 15)):
            one, other = (index.nearest(PROJECT, packed(at(degrees)), 25, -1.0, among) for index in indexes)
            assert [hit[:3] for hit in one] == [hit[:3] for hit in other]
            assert [hit.score for hit in one] == pytest.approx([hit.score for hit in other], abs=1e-3)
