"""Vectors come from any OpenAI-compatible endpoint, and what keeps them from coming is said plainly."""

import math
import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Event, Lock
from typing import Any

import pytest

from repos.embedder_model import Embedding, Untakable
from repos.embedder_repo import Embedder, EmbedderUnavailable
from repos.half_vector import packed, unpacked
from tests.embedding import Reply, embeddings, endpoint, free_port, settings, vector_of

Asked = dict[str, Any]


@contextmanager
def embedder(reply: Callable[[Asked], Reply], pauses: list[float] | None = None, **values: Any) -> Iterator[Embedder]:
    """An embedder over an endpoint that answers as it is told; it notes its pauses and makes none."""
    with endpoint(reply) as url:
        asking = Embedder(settings(url, **values), pause=(pauses if pauses is not None else []).append)
        yield asking
        asking.close()


def honest(asked: Asked) -> Reply:
    return embeddings([vector_of(text) for text in asked["input"]])


def cosine(one: Embedding, other: Embedding) -> float:
    assert isinstance(one, bytes)
    assert isinstance(other, bytes)
    return sum(a * b for a, b in zip(unpacked(one), unpacked(other), strict=True))


def fails_first(times: int, status: int, **headers: str) -> Callable[[Asked], Reply]:
    left = [times]

    def reply(asked: Asked) -> Reply:
        left[0] -= 1
        return (status, headers, {"error": {"message": "busy"}}) if left[0] >= 0 else honest(asked)

    return reply


def test_a_really_running_server_finds_the_same_meaning_in_another_language(embeddings_url: str) -> None:
    asking = Embedder(settings(embeddings_url, model="e5-query", dimensions=384))
    texts = ["The weather is lovely today.", "Das Wetter ist heute herrlich.", "The parliament passed a tax law."]
    english, german, other = asking.embed(texts)
    assert cosine(english, german) > cosine(english, other)
    assert asking.embed_now(texts[:1]) == [english]
    asking.close()


def test_a_really_running_server_whose_vectors_are_of_another_size_is_told(embeddings_url: str) -> None:
    asking = Embedder(settings(embeddings_url, model="e5-query", dimensions=512))
    with pytest.raises(EmbedderUnavailable, match="answers with 384 dimensions, and 512 are set"):
        asking.embed(["It rains."])
    asking.close()


def test_many_texts_go_in_requests_of_bounded_size_and_come_back_in_order() -> None:
    sizes = []

    def reply(asked: Asked) -> Reply:
        sizes.append(len(asked["input"]))
        return honest(asked)

    texts = [f"sentence {number}" for number in range(25)]
    with embedder(reply, texts_at_once=10) as asking:
        vectors = asking.embed(texts)
    assert sorted(sizes) == [5, 10, 10]
    assert all(cosine(vector, packed(vector_of(text))) > 0.999 for vector, text in zip(vectors, texts, strict=True))


def test_as_many_requests_are_under_way_as_are_allowed_and_no_more() -> None:
    under_way, most, lock, two = [0], [0], Lock(), Event()

    def reply(asked: Asked) -> Reply:
        with lock:
            under_way[0] += 1
            most[0] = max(most[0], under_way[0])
            if under_way[0] == 2:
                two.set()
        assert two.wait(20)
        with lock:
            under_way[0] -= 1
        return honest(asked)

    with embedder(reply, texts_at_once=1, requests_at_once=2) as asking:
        asking.embed([f"sentence {number}" for number in range(12)])
    assert most == [2]


def test_a_question_of_a_reader_does_not_wait_for_bulk() -> None:
    go_on = Event()

    def reply(asked: Asked) -> Reply:
        if asked["headers"].get("Priority") != "u=0":
            assert go_on.wait(20)
        return honest(asked)

    with embedder(reply, requests_at_once=1) as asking, ThreadPoolExecutor(1) as other:
        bulk = other.submit(asking.embed, ["sentence"])
        assert len(asking.embed_now(["question"])) == 1
        assert not bulk.done()
        go_on.set()
        assert len(bulk.result()) == 1


def test_the_prefix_and_the_key_are_sent_and_the_prefix_makes_another_model() -> None:
    seen: list[Asked] = []

    def reply(asked: Asked) -> Reply:
        seen.append(asked)
        return honest(asked)

    with embedder(reply, prefix="query: ", api_key="secret") as asking:
        asking.embed(["joy"])
        assert asking.model.name == "test after 'query: '"
    assert seen[0]["input"] == ["query: joy"]
    assert seen[0]["model"] == "test"
    assert seen[0]["headers"]["Authorization"] == "Bearer secret"
    assert seen[0]["path"] == "/v1/embeddings"


def test_lists_of_numbers_do_as_well_and_their_order_is_that_of_their_index() -> None:
    def reply(asked: Asked) -> Reply:
        status, headers, content = embeddings([vector_of(text) for text in asked["input"]], as_text=False)
        return status, headers, {"data": content["data"][::-1]}

    with embedder(reply) as asking:
        for vector, text in zip(asking.embed(["joy", "grief"]), ["joy", "grief"], strict=True):
            assert cosine(vector, packed(vector_of(text))) > 0.999


@pytest.mark.parametrize("status", [429, 500, 503])
def test_what_fails_for_a_moment_is_asked_again_after_ever_longer_pauses(status: int) -> None:
    pauses: list[float] = []
    with embedder(fails_first(3, status), pauses) as asking:
        assert isinstance(asking.embed(["joy"])[0], bytes)
    assert len(pauses) == 3
    assert pauses[0] < pauses[1] < pauses[2]


def test_it_waits_as_long_as_it_is_asked_to_within_reason() -> None:
    for asked, waited in (("7", 7.0), ("100000", 30.0), ("tomorrow", 0.25)):
        pauses: list[float] = []
        with embedder(fails_first(1, 429, **{"Retry-After": asked}), pauses) as asking:
            asking.embed(["joy"])
        assert pauses == [pytest.approx(waited, abs=0.06)]


def test_what_keeps_failing_is_unavailable() -> None:
    pauses: list[float] = []
    with (
        embedder(fails_first(99, 503), pauses, attempts=3) as asking,
        pytest.raises(EmbedderUnavailable, match="answers 503: busy"),
    ):
        asking.embed(["joy"])
    assert len(pauses) == 2


def test_nobody_there_is_unavailable_after_the_attempts() -> None:
    pauses: list[float] = []
    asking = Embedder(settings(f"http://127.0.0.1:{free_port()}/v1", attempts=3), pause=pauses.append)
    with pytest.raises(EmbedderUnavailable, match="does not answer: "):
        asking.embed(["joy"])
    assert len(pauses) == 2


def test_an_answer_that_does_not_come_is_unavailable() -> None:
    stay_silent = Event()

    def reply(asked: Asked) -> Reply:
        stay_silent.wait(20)
        return honest(asked)

    with embedder(reply, timeout_seconds=1, attempts=1) as asking:
        with pytest.raises(EmbedderUnavailable, match="does not answer: timed out"):
            asking.embed(["joy"])
        stay_silent.set()


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        ((200, {}, b"<html>"), "something that is no list of embeddings"),
        ((200, {}, []), "something that is no list of embeddings"),
        ((200, {}, {"data": [{"index": 0, "embedding": "a"}]}), "something that is no list of embeddings"),
        ((200, {}, {"data": [{"index": 0, "embedding": None}]}), "something that is no list of embeddings"),
        ((200, {}, {"data": [{"index": "0", "embedding": [1.0]}]}), "1 embeddings of 1 texts"),
        (embeddings([[1.0, 0.0, 0.0, 0.0]] * 2), "2 embeddings of 1 texts"),
        (embeddings([[1.0, 0.0]]), "answers with 2 dimensions, and 4 are set"),
        ((401, {}, {"error": {"message": "no such key"}}), "answers 401: no such key"),
        ((404, {}, {"detail": "no such model"}), "answers 404: no such model"),
        ((301, {"Location": "/"}, {}), "answers 301"),
    ],
)
def test_an_answer_of_another_kind_is_unavailable_and_says_why(reply: Reply, said: str) -> None:
    with embedder(lambda _: reply) as asking, pytest.raises(EmbedderUnavailable, match=re.escape(said)):
        asking.embed(["joy"])


def test_a_text_that_is_refused_is_found_among_the_others() -> None:
    def reply(asked: Asked) -> Reply:
        if any("too long" in text for text in asked["input"]):
            return 400, {}, {"error": {"message": "this is too long"}}
        return honest(asked)

    texts = [f"sentence {number}" for number in range(9)]
    texts[4] = "too long"
    with embedder(reply) as asking:
        answers = asking.embed(texts)
    assert answers[4] == Untakable("this is too long")
    assert all(isinstance(answer, bytes) for answer in answers[:4] + answers[5:])


def test_an_endpoint_that_refuses_everything_is_unavailable() -> None:
    with (
        embedder(lambda _: (400, {}, {"error": {"message": "no such model"}})) as asking,
        pytest.raises(EmbedderUnavailable, match="refuses every text: no such model"),
    ):
        asking.embed(["joy", "grief"])


@pytest.mark.parametrize("bad", [0.0, math.nan, math.inf, 1e200])
def test_a_vector_without_a_direction_is_none(bad: float) -> None:
    with embedder(lambda _: embeddings([[bad] * 4], as_text=False)) as asking:
        assert isinstance(asking.embed(["joy"])[0], Untakable)
