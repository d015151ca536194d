"""A library of documents of 3 KB for benchmarks: in words that are as frequent as those of a language."""

import random
from collections.abc import Iterator
from itertools import accumulate

from projections._behind import Entry
from repos.blob_repo import BlobRepo
from repos.postgres_repo import Postgres

PROJECT = 900
FIRST = 1_000_000_001
"""The id of the first document, beyond all that other benchmarks of the same run have made."""

_VOCABULARY = 60_000
_WORDS = 500
_BATCH = 1_000
_SYLLABLES = [consonant + vowel for consonant in "bdglmnrs" for vowel in "aeio"]


class Library:
    """Texts that are the same in every run; `fill` puts the documents into the inline tables and the blobs."""

    def __init__(self, size: int) -> None:
        self.size = size
        chance = random.Random(7)
        self.words = list(dict.fromkeys("".join(chance.choices(_SYLLABLES, k=3)) for _ in range(2 * _VOCABULARY)))
        self.words = self.words[:_VOCABULARY]
        self._weights = list(accumulate(1 / rank for rank in range(5, len(self.words) + 5)))

    def text(self, number: int) -> str:
        chance = random.Random(number)
        words = chance.choices(self.words, cum_weights=self._weights, k=_WORDS)
        lines = (" ".join(words[begin : begin + 12]).capitalize() + "." for begin in range(0, len(words), 12))
        return "\n".join(lines)

    def fill(self, postgres: Postgres, blobs: BlobRepo) -> None:
        hashes = [
            blob.sha256
            for begin in range(1, self.size + 1, _BATCH)
            for blob in blobs.write_many(
                PROJECT, [self.text(number).encode() for number in range(begin, min(begin + _BATCH, self.size + 1))]
            )
        ]
        with postgres.transaction() as connection:
            connection.execute(
                "INSERT INTO inline.folder (id, project_id, name, name_key, folder_type, version, created, updated) "
                "VALUES ($2, $1, 'all', 'all', 'normal', 1, now(), now())",
                (PROJECT, FIRST),
            )
            connection.execute(
                "INSERT INTO inline.source_document (id, project_id, filename, name_key, name, name_fold, doctype, "
                "folder_id, status, media_type, source_sha256, source_length, text_version, text_sha256, text_length, "
                "language, version, created, updated) SELECT $3 + n - 1, $1, name, name, name, name, 'text', $3, "
                "'done', 'text/plain', sha256, 3000, 1, sha256, 3000, 'en', 1, now(), now() "
                "FROM unnest($2::text[]) WITH ORDINALITY AS u(sha256, n), "
                "LATERAL (SELECT 'Document ' || n AS name) named",
                (PROJECT, hashes, FIRST),
            )
        self._hashes = hashes

    def entries(self) -> Iterator[list[Entry]]:
        """As whoever follows the log hands them over."""
        for begin in range(1, self.size + 1, _BATCH):
            yield [self._entry(number) for number in range(begin, min(begin + _BATCH, self.size + 1))]

    def _entry(self, number: int) -> Entry:
        id = FIRST + number - 1
        beside = {"folder_id": FIRST, "doctype": "text", "language": "en", "text_sha256": self._hashes[number - 1]}
        return Entry(PROJECT, id, id, {"id": id, "name": f"Document {number}", **beside})
