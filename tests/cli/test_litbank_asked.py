"""LitBank whole, asked on every backend: each answer is what reading its files, counting in them and comparing what its
sentences mean says."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any

import httpx2
import numpy as np
import pytest

from services._service import Service
from services.elasticsearch import elasticsearch
from services.weaviate import WEAVIATE
from systems.encoder_system import Encode, sentence_encoder
from tests._servers import Servers
from tests.api.test_table_search import EVERYTHING, all_of, by, compared
from tests.cli._importing import EMAIL, Importer
from tests.cli._litbank import LitBank
from tests.cli._server import complete, palimpsest, wait_for

PHRASES = (
    "lazy afternoon",
    "summer afternoon",
    "old man",
    "good morning",
    "dining room",
    "little girl",
    "white rabbit",
)
MOVES = {
    "document_text": "elasticsearch",
    "memo_text": "elasticsearch",
    "sentence_vector": "weaviate",
    "document_vector": "weaviate",
}
CLOSE = 2e-3  # what halves of floating-point numbers leave of a cosine
ACROSS = {
    "Es ist eine allgemein anerkannte Wahrheit, dass ein wohlhabender Junggeselle eine Frau braucht.": "It is a truth",
    "Zum Abendessen hatte ich ein Huhn mit rotem Pfeffer.": "a chicken done up some way with red pepper",
    "Der Rote Tod hatte das Land schon lange verheert.": "had long devastated the country",
}
WORKS = ("1342_pride_and_prejudice", "11_alices_adventures_in_wonderland", "1064_the_masque_of_the_red_death")


class Reader:
    """Ada, who asks about her project what is also known from the files."""

    def __init__(self, ada: Importer, litbank: LitBank, encode: Encode) -> None:
        self.ada = ada
        self.litbank = litbank
        self._encode = encode
        self.project = int(ada.project("LitBank")["id"])
        self.user = int(ada.get("/user/me")["id"])
        self.sdocs = {name.removesuffix(".txt"): id for name, id in ada.documents(self.project).items()}
        self.names = {id: name for name, id in self.sdocs.items()}
        self.codes = {code["name"].lower(): code["id"] for code in ada.codes(self.project).values()}

    def ask(self, path: str, body: Any, **params: Any) -> Any:
        """As of now."""
        revision = self.ada.get(f"/project/{self.project}")["revision"]
        answers: list[httpx2.Response] = []

        def answered() -> bool:
            answers.append(self.ada.http.post(path, params={**params, "min_revision": revision}, json=body))
            return answers[-1].status_code != 503

        wait_for(answered, 300)
        return answers[-1].raise_for_status().json()

    def check_counts(self) -> None:
        """Analyses, statistics, and tables of spans and words, which lie in the database wherever the rest does."""
        self._check_words()
        self._check_codes()
        self._check_spans("per", "old")
        self._check_spans("fac", "THE ")
        self._check_spans("pron_per", "'")

    def check_phrases(self) -> None:
        for phrase in PHRASES:
            query = {"project_id": self.project, "search_query": f'"{phrase}"', "page_size": 100}
            found = self.ask("/search/sdoc", {"filter": EVERYTHING, "sorts": []}, **query)
            assert {self.names[hit["id"]] for hit in found["hits"]} == self.litbank.with_phrase(phrase), phrase
            assert found["total_results"] == len(found["hits"])

    def check_alike(self) -> None:
        """By words, and by a sentence that finds others in other works."""
        asked: list[tuple[Any, str]] = [(text, text) for text in ("The old man by the fire", *ACROSS)]
        for name, number in (self.places[1_000], self.places[4_000]):
            asked += [({"sdoc_id": self.sdocs[name], "sentence_id": number}, self.sentences[name, number])]
        for query, text in asked:
            known = dict(zip(self.places, (self._meanings @ self._directions([text])[0]).tolist(), strict=True))
            if isinstance(query, dict):
                del known[self.names[query["sdoc_id"]], query["sentence_id"]]
            params = {"proj_id": self.project, "top_k": 10, "threshold": -1}
            hits = self.ask("/simsearch/sentences", {"query": query, "filter": EVERYTHING}, **params)
            scores = [hit["score"] for hit in hits]
            assert scores == pytest.approx(sorted(known.values(), reverse=True)[:10], abs=CLOSE)
            places = [(self.names[hit["sdoc_id"]], hit["sentence_id"]) for hit in hits]
            assert scores == pytest.approx([known[place] for place in places], abs=CLOSE)
            assert len({name for name, _ in places}) > 3
            assert text not in ACROSS or ACROSS[text] in self.sentences[places[0]]

    @cached_property
    def sentences(self) -> dict[tuple[str, int], str]:
        """By document and number, what the files have at their places; together, all that is visible in the files."""
        found = {}
        for name, id in self.sdocs.items():
            text = self.litbank.texts[name]
            offsets = self.ada.get(f"/sdoc/data/{id}")["sentence_character_offsets"]
            mine = [text[begin:end] for begin, end in offsets]
            assert "".join("".join(mine).split()) == "".join(text.split())
            found.update({(name, number): sentence for number, sentence in enumerate(mine)})
        return found

    @cached_property
    def places(self) -> Sequence[tuple[str, int]]:
        return list(self.sentences)

    @cached_property
    def _meanings(self) -> "np.ndarray[Any, Any]":
        return self._directions([self.sentences[place] for place in self.places])

    def _directions(self, texts: Sequence[str]) -> "np.ndarray[Any, Any]":
        meanings = np.array([np.frombuffer(vector, "<f4") for vector in self._encode(texts)])
        return np.asarray(meanings / np.linalg.norm(meanings, axis=1, keepdims=True))

    def _check_words(self) -> None:
        whole = sum(self.litbank.words.values(), Counter[str]())
        holding = Counter(word for counted in self.litbank.words.values() for word in counted)
        asked = {"filter": EVERYTHING, "sorts": [by("WF_WORD_FREQUENCY", "desc"), by("WF_WORD")]}
        found = self.ask("/word_frequency/analysis", asked, project_id=self.project, page_size=500)
        assert (found["words_total"], found["sdocs_total"]) == (whole.total(), len(self.sdocs))
        assert found["total_results"] == len(whole)
        first = sorted(whole, key=lambda word: (-whole[word], word.encode()))[:500]
        assert [(one["word"], one["count"], one["sdocs"]) for one in found["word_frequencies"]] == [
            (word, whole[word], holding[word]) for word in first
        ]
        for name in WORKS:
            of_one = self.ada.get(f"/word_frequency/sdoc/{self.sdocs[name]}")
            assert {one["word"]: one["count"] for one in of_one} == self.litbank.words[name]
        only = all_of(compared("WF_SOURCE_DOCUMENT_NAME", "STRING_CONTAINS", "moby"))
        exported = self.ask("/word_frequency/export", {"filter": only, "sorts": []}, project_id=self.project)
        counted = self.litbank.words["2489_moby_dick"]
        assert {line.split(",")[0]: int(line.split(",")[2]) for line in exported.splitlines()[1:]} == counted

    def _check_codes(self) -> None:
        used = Counter(code for _, code, _, _, _ in self.litbank.spans.elements())
        some = ["per", "fac", "loc", "gpe", "org", "veh", "pron_per", "nom_fac"]
        query = {"code_ids": [self.codes[code] for code in some], "user_ids": [self.user], "doctypes": ["text"]}
        found = self.ask("/analysis/code_frequencies", query, project_id=self.project)
        assert {one["code_id"]: one["total_count"] for one in found} == {self.codes[code]: used[code] for code in some}

        places = Counter((name, words) for name, code, _, _, words in self.litbank.spans.elements() if code == "veh")
        of_vehicles = {"project_id": self.project, "code_id": self.codes["veh"]}
        found = self.ask("/analysis/code_occurrences", [self.user], **of_vehicles)
        assert {(self.names[one["sdoc"]["id"]], one["text"]): one["count"] for one in found} == places

        there = set(WORKS)
        everywhere = Counter(words for (_, words), number in places.items() for _ in range(number))
        those = Counter(words for (name, words), number in places.items() if name in there for _ in range(number))
        within = [self.sdocs[name] for name in WORKS]
        found = self.ask("/statistics/code", within, code_id=self.codes["veh"], top_k=10_000, sort_by_global=True)
        assert {one["span_text"]: (one["global_count"], one["filtered_count"]) for one in found} == {
            words: (number, those[words]) for words, number in everywhere.items()
        }

    def _check_spans(self, code: str, part: str) -> None:
        """Those with a code whose words have this in them, in whatever case."""
        wanted = all_of(
            compared("SP_CODE_ID", "ID_EQUALS", self.codes[code]),
            compared("SP_SPAN_TEXT", "STRING_CONTAINS", part),
        )
        expected = Counter(
            (name, begin, end, words)
            for name, label, begin, end, words in self.litbank.spans.elements()
            if label == code and part.lower() in words.lower()
        )
        assert expected
        rows = list(self._rows({"filter": wanted, "sorts": [by("SP_SPAN_TEXT")]}, expected.total()))
        found = Counter((self.names[row["sdoc"]["id"]], row["begin"], row["end"], row["span_text"]) for row in rows)
        assert found == expected

    def _rows(self, body: Any, total: int) -> Iterator[Any]:
        for page in range(-(-total // 500)):
            params = {"project_id": self.project, "page": page, "page_size": 500}
            found = self.ask("/search/span_annotation", body, **params)
            assert found["total_results"] == total
            yield from found["data"]


def test_every_answer_is_what_the_files_say(
    litbank: Path, tmp_path: Path, own_servers: Servers, monkeypatch: pytest.MonkeyPatch
) -> None:
    with imported(tmp_path / "var", own_servers, (elasticsearch(), WEAVIATE), monkeypatch) as ada:
        for part in ("entities", "coreference"):
            ada.report(litbank / part, "LitBank")
        reader = Reader(ada, LitBank(litbank), sentence_encoder())
        reader.check_counts()
        for _ in moved(ada, MOVES):
            reader.check_phrases()
            reader.check_alike()


@contextmanager
def imported(
    folder: Path, servers: Servers, services: Iterable[Service], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Importer]:
    """An operator at a server that knows these others."""
    for service in services:
        for name, value in servers.started(service).settings.items():
            monkeypatch.setenv(name, value)
    with complete(folder, "--set", "embedder.run=true") as server, Importer(server.address) as ada:
        assert palimpsest("user", "operator", EMAIL, "--data-folder", str(folder)).returncode == 0
        yield ada


def moved(ada: Importer, to: dict[str, str]) -> Iterator[None]:
    """As it is at first, and again when these read models have moved, each of them compared with the log before."""
    yield
    for model, backend in to.items():
        ada.http.post(f"/projections/{model}/rebuild", params={"to": backend}).raise_for_status()

    def there() -> bool:
        serving = {one["name"]: one["backend"] for one in ada.get("/projections") if one["state"] == "serving"}
        return serving.items() >= to.items()

    wait_for(there, 600)
    yield
