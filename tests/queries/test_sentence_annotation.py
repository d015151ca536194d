"""Sentence annotations by sentence."""

from queries.sentence_annotation_service import by_sentence


def test_an_annotation_is_at_every_sentence_it_covers_in_the_order_given() -> None:
    places = {"a": (5, 5), "b": (1, 3), "c": (2, 2), "d": (3, 5), "e": (9, 9)}
    given = [{"id": id, "sentence_id_start": start, "sentence_id_end": end} for id, (start, end) in places.items()]
    found = {sentence: "".join(one["id"] for one in annotations) for sentence, annotations in by_sentence(given)}
    assert found == {1: "b", 2: "bc", 3: "bd", 4: "d", 5: "ad", 9: "e"}
    assert list(found) == sorted(found)


def test_nothing_is_nowhere() -> None:
    assert list(by_sentence([])) == []
