"""No text is embedded twice by the same model, as long as somebody needs its vector now and then."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest

from projections._embeddings import PIECE, Embeddings
from repos._unavailable import Unavailable
from repos.embedder_model import EmbedderModel, Embedding, Untakable
from repos.half_vector import packed
from repos.postgres_repo import Postgres
from tests.projections.vectors import DIMENSIONS, Told, at


class Tired(Told):
    """Gives up after some pieces."""

    def __init__(self, pieces: int) -> None:
        super().__init__()
        self.left = pieces

    def embed(self, texts: Sequence[str]) -> list[Embedding]:
        if self.left == 0:
            raise Unavailable
        self.left -= 1
        return super().embed(texts)


def embeddings(postgres: Postgres, embedder: Told, name: str = "told") -> Embeddings:
    return Embeddings(postgres, EmbedderModel(name, DIMENSIONS), lambda: embedder)


def of(postgres: Postgres, remembering: Embeddings, *texts: str) -> list[Embedding]:
    with postgres.connection() as connection:
        return remembering.of(connection, texts)


def age(postgres: Postgres, days: int) -> None:
    with postgres.connection() as connection:
        connection.execute("UPDATE cache.embedding SET used = current_date - $1::int", (days,))


def test_what_was_filled_is_not_asked_for_again(postgres: Postgres) -> None:
    embedder = Told()
    remembering = embeddings(postgres, embedder)
    remembering.fill(["at 1", "at 2", "at 1"])
    remembering.fill(["at 2", "at 3"])
    assert of(postgres, remembering, "at 3", "at 1", "at 3") == [packed(at(3)), packed(at(1)), packed(at(3))]
    assert sorted(embedder.asked) == ["at 1", "at 2", "at 3"]


def test_what_is_missing_is_made_when_it_is_read_and_remembered(postgres: Postgres) -> None:
    embedder = Told()
    remembering = embeddings(postgres, embedder)
    for _ in range(2):
        assert of(postgres, remembering, "at 1", "at 2") == [packed(at(1)), packed(at(2))]
    assert embedder.asked == ["at 1", "at 2"]


def test_each_model_has_its_own_vectors(postgres: Postgres) -> None:
    one, other = Told(), Told()
    embeddings(postgres, one).fill(["at 1"])
    embeddings(postgres, other, "another").fill(["at 1"])
    assert other.asked == ["at 1"]


def test_pieces_that_were_made_stay_when_the_embedder_goes_away(postgres: Postgres) -> None:
    texts = [f"at {number}" for number in range(2 * PIECE)]
    with pytest.raises(Unavailable):
        embeddings(postgres, Tired(pieces=1)).fill(texts)
    embedder = Told()
    embeddings(postgres, embedder).fill(texts)
    assert embedder.asked == texts[PIECE:]


def test_a_refused_text_is_not_remembered(postgres: Postgres) -> None:
    embedder = Told(refused={"at 2"})
    remembering = embeddings(postgres, embedder)
    remembering.fill(["at 1", "at 2"])
    assert of(postgres, remembering, "at 2", "at 1") == [Untakable("unloved"), packed(at(1))]
    embedder.refused.clear()
    assert of(postgres, remembering, "at 2") == [packed(at(2))]


def test_the_vector_of_a_question_is_looked_up_and_not_remembered(postgres: Postgres) -> None:
    embedder = Told()
    remembering = embeddings(postgres, embedder)
    remembering.fill(["at 1"])
    for _ in range(2):
        assert remembering.of_question(["at 1", "at 2"]) == [packed(at(1)), packed(at(2))]
    assert embedder.asked == ["at 1", "at 2", "at 2"]


def test_what_nobody_needs_for_long_is_forgotten(postgres: Postgres) -> None:
    embedder = Told()
    remembering = embeddings(postgres, embedder)
    remembering.fill(["at 1", "at 2", "at 3"])
    age(postgres, 400)
    remembering.fill(["at 2"])
    assert remembering.collect(batch=1) == 2
    assert remembering.collect() == 0
    remembering.fill(["at 1", "at 2"])
    assert embedder.asked == ["at 1", "at 2", "at 3", "at 1"]


class Slow(Told):
    """Waits for a second asker before it answers the first, or for long enough."""

    def __init__(self) -> None:
        super().__init__()
        self.begun, self.go_on = Event(), Event()

    def embed(self, texts: Sequence[str]) -> list[Embedding]:
        self.begun.set()
        assert self.go_on.wait(20)
        return super().embed(texts)


def test_what_somebody_is_making_is_waited_for_and_not_made_twice(postgres: Postgres) -> None:
    embedder = Slow()
    remembering = embeddings(postgres, embedder)
    with ThreadPoolExecutor(3) as pool:
        first = pool.submit(remembering.fill, ["at 1", "at 2"])
        assert embedder.begun.wait(20)
        second = pool.submit(remembering.fill, ["at 2", "at 1"])
        third = pool.submit(embedder.go_on.set)
        for one in (first, second, third):
            one.result(20)
    assert sorted(embedder.asked) == ["at 1", "at 2"]


def test_what_somebody_could_not_make_is_made_by_who_waited(postgres: Postgres) -> None:
    class Fails(Slow):
        def embed(self, texts: Sequence[str]) -> list[Embedding]:
            is_first = not self.begun.is_set()
            made = super().embed(texts)
            if is_first:
                raise Unavailable
            return made

    embedder = Fails()
    remembering = embeddings(postgres, embedder)
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(remembering.fill, ["at 1"])
        assert embedder.begun.wait(20)
        second = pool.submit(remembering.fill, ["at 1"])
        embedder.go_on.set()
        with pytest.raises(Unavailable):
            first.result(20)
        second.result(20)
    assert of(postgres, remembering, "at 1") == [packed(at(1))]
