"""The embedding server really embeds, and speaks as OpenAI's does."""

import httpx2

from services.embedder import DIMENSIONS, MODEL


def embed(url: str, *texts: str) -> list[list[float]]:
    answer = httpx2.post(f"{url}/embeddings", json={"model": "e5-passage", "input": texts}, timeout=120).json()
    assert answer["model"] == MODEL
    return [one["embedding"] for one in sorted(answer["data"], key=lambda one: one["index"])]


def cosine(one: list[float], other: list[float]) -> float:
    return sum(a * b for a, b in zip(one, other, strict=True))


def test_what_means_the_same_in_another_language_is_near(embeddings_url: str) -> None:
    english, german, stranger = embed(
        embeddings_url,
        "It was a lazy afternoon in the garden.",
        "Es war ein fauler Nachmittag im Garten.",
        "The committee rejected the annual budget.",
    )
    assert len(english) == DIMENSIONS
    assert abs(cosine(english, english) - 1) < 1e-3
    assert cosine(english, german) > cosine(english, stranger) + 0.05


def test_what_it_cannot_read_is_refused(embeddings_url: str) -> None:
    for wrong in ('{"input": []}', '{"input": [1]}', "{}", "{"):
        assert httpx2.post(f"{embeddings_url}/embeddings", content=wrong, timeout=120).status_code == 400
