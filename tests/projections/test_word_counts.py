"""Counted words: what they are counted from may be missing or damaged."""

from array import array
from dataclasses import replace
from pathlib import Path

import pytest

from projections._behind import Entry, Place
from projections._word_counts import WordCountIndex
from repos.blob_offsets import encode_offsets
from repos.blob_repo import BlobRepo
from repos.postgres_repo import Postgres

PLACE = Place("word_frequency", 1)


@pytest.fixture
def blobs(tmp_path: Path) -> BlobRepo:
    return BlobRepo(tmp_path / "blobs")


@pytest.fixture
def index(postgres: Postgres, blobs: BlobRepo) -> WordCountIndex:
    index = WordCountIndex(postgres, PLACE, blobs)
    index.create()
    return index


def document(blobs: BlobRepo, id: int, text: str) -> Entry:
    tokens = encode_offsets(array("I", [0, len(text)]))
    values = {"text_sha256": blobs.write(1, text.encode()).sha256, "tokens_sha256": blobs.write(1, tokens).sha256}
    return Entry(1, id, 1, values)


@pytest.mark.parametrize("blob", ["text_sha256", "tokens_sha256"])
def test_what_is_damaged_is_rejected_and_differs_and_the_others_go_in(
    postgres: Postgres, index: WordCountIndex, blobs: BlobRepo, blob: str
) -> None:
    good, bad = document(blobs, 1, "joy"), document(blobs, 2, "sorrow")
    blobs.path(1, bad.values[blob]).write_bytes(b"\xff")
    with postgres.transaction() as connection:
        (rejected,) = index.write(connection, [good, bad])
        assert rejected.entry == bad
        assert "not the content" in rejected.reason
        held = {one.id: one.digest for one in index.stored(connection, 1)}
        told = index.digests(connection, [good, bad])
    assert held == {1: told[0]}
    assert told[1] == b""


def test_what_is_overwritten_is_as_it_is_to_be_whatever_was_there(
    postgres: Postgres, index: WordCountIndex, blobs: BlobRepo
) -> None:
    joy, sorrow = document(blobs, 1, "joy"), document(blobs, 2, "sorrow")
    with postgres.transaction() as connection:
        index.write(connection, [joy, replace(joy, id=3, revision=9), replace(sorrow, revision=9)])
        assert index.overwrite(connection, 1, [2, 3], [sorrow]) == []
        assert [(one.id, one.revision) for one in index.stored(connection, 1)] == [(1, 1), (2, 1)]
        assert [one.digest for one in index.stored(connection, 1)] == index.digests(connection, [joy, sorrow])
        assert [*index.projects(connection)] == [1]


def test_of_a_place_that_somebody_removed_every_entry_is_missing(
    postgres: Postgres, index: WordCountIndex, blobs: BlobRepo
) -> None:
    with postgres.transaction() as connection:
        index.write(connection, [document(blobs, 1, "joy")])
    index.drop()
    with postgres.transaction() as connection:
        assert list(index.stored(connection, 1)) == []
