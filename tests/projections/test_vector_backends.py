"""What one backend of vectors does or refuses that another need not."""

from pathlib import Path
from uuid import UUID

import pytest

from api._read_models import MODELS, ReadModels
from configs.schema import load
from projections import _registry as registry
from projections._behind import Place
from projections._vector_postgres import NoVectors, PostgresVectorIndex
from projections._vector_weaviate import WeaviateVectorIndex
from projections._weaviate_tenant import object_id
from repos._unavailable import Unavailable
from repos.blob_repo import BlobRepo
from repos.postgres_repo import Postgres
from repos.weaviate_repo import Weaviate
from services.weaviate import SETTINGS, WEAVIATE
from tests._servers import Servers
from tests.cli._server import wait_for
from tests.projections.vectors import (
    PROJECT,
    Corpus,
    Kept,
    WeaviateHand,
    at,
    lose_half_the_index,
)

PLACE = Place("sentence_vector", 1)


def test_a_vector_that_its_index_lost_is_told(own_servers: Servers, corpus: Corpus) -> None:
    server = own_servers.started(WEAVIATE)
    weaviate = Weaviate(load("test", ["weaviate.timeout_seconds=60"], server.settings).weaviate)
    index = WeaviateVectorIndex(weaviate, PLACE, corpus.model())
    index.create()
    kept = Kept(corpus.postgres, index, corpus)
    entries = [corpus.document(id, f"letter {id}") for id in range(1, 101)]
    kept.write(*entries)
    server.kill()
    lose_half_the_index(server.folder, PLACE)
    server.start()
    wait_for(lambda: answers(weaviate))
    assert [one.digest for one in kept.stored()] == kept.digests(*entries)
    assert 0 < len(kept.unfound(*entries)) < 100
    weaviate.close()


def test_vectors_are_not_compressed_where_a_server_does_so_by_default(
    own_servers: Servers, corpus: Corpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(SETTINGS, "DEFAULT_QUANTIZATION", "rq-8")
    server = own_servers.started(WEAVIATE)
    weaviate = Weaviate(load("test", ["weaviate.timeout_seconds=60"], server.settings).weaviate)
    WeaviateVectorIndex(weaviate, PLACE, corpus.model()).create()
    with weaviate.connection() as client:
        told = client.collections.use(f"{weaviate.prefix}_{PLACE.name}").config.get().to_dict()
    assert not told["vectorConfig"]["default"]["vectorIndexConfig"].get("rq", {}).get("enabled")
    weaviate.close()


def answers(weaviate: Weaviate) -> bool:
    """Whether it does again, over both of its connections."""
    try:
        with weaviate.connection() as client:
            client.collections.use(f"{weaviate.prefix}_{PLACE.name}").with_tenant(
                f"project-{PROJECT}"
            ).query.fetch_objects(limit=1)
    except Unavailable:
        return False
    return True


def test_an_object_that_lies_where_it_does_not_belong_is_told_and_goes(weaviate: Weaviate, corpus: Corpus) -> None:
    kept = Kept(corpus.postgres, WeaviateVectorIndex(weaviate, PLACE, corpus.model()), corpus)
    kept.index.create()
    entries = [corpus.document(id, f"at {id}") for id in (1, 2, 3)]
    kept.write(*entries)
    hand = WeaviateHand(weaviate)
    hand.rename(PLACE, object_id(2, 0), 997)
    hand.rename(PLACE, object_id(3, -1), 998)
    strays = "7d3a4a5e-60c2-4e0f-9c35-d2b0c8bbd3cf", "00000000-0000-4000-8000-000000000001", str(UUID(int=1))
    for stray in strays:
        hand.lay(PLACE, UUID(stray), 1, 0, at(1))
    first, second, third, *strange = kept.stored()
    assert len(strange) == len(strays)
    assert [first.id, second.id, third.id] == [1, 2, 3]
    right = kept.digests(*entries)
    assert [first.digest == right[0], second.digest == right[1], third.digest == right[2]] == [True, False, False]
    with kept.postgres.transaction() as connection:
        kept.index.overwrite(connection, PROJECT, [2, 3, *(one.id for one in strange)], entries[1:])
    assert kept.holds(*entries)
    assert kept.places(at(0)) == [(1, 0), (2, 0), (3, 0)]


def test_a_tenant_that_takes_nothing_is_waited_for(weaviate: Weaviate, corpus: Corpus) -> None:
    index = WeaviateVectorIndex(weaviate, PLACE, corpus.model())
    index.create()
    kept = Kept(corpus.postgres, index, corpus)
    entry = corpus.document(1, "at 10")
    kept.write(entry)
    more = [corpus.document(1, "at 20", revision=2, text_version=2), corpus.document(2, "at 30")]
    for state in ("READONLY", "READY"):
        with weaviate.connection() as client:
            config = client.collections.use(f"{weaviate.prefix}_{PLACE.name}").config
            config.update_shards(state, shard_names=[f"project-{PROJECT}"])
        if state == "READONLY":
            for one in more:
                with pytest.raises(Unavailable):
                    kept.write(one)
            assert kept.holds(entry)
    kept.write(*more)
    assert kept.holds(*more)


def test_a_database_that_can_hold_no_vectors_says_what_to_do(postgres: Postgres, corpus: Corpus) -> None:
    forbid_extensions(postgres)
    with pytest.raises(NoVectors, match="keep the vectors in Weaviate"):
        PostgresVectorIndex(postgres, PLACE, corpus.model()).create()


def test_the_other_read_models_are_made_without_vectors(postgres: Postgres, tmp_path: Path) -> None:
    forbid_extensions(postgres)
    read_models = ReadModels(load("test", [], {}), postgres, BlobRepo(tmp_path))
    read_models.ensure()
    with postgres.connection() as connection:
        made = {one.place.model for one in registry.versions(connection)}
    assert set(MODELS) - made == {"sentence_vector", "document_vector"}


def forbid_extensions(postgres: Postgres) -> None:
    """As if pgvector were not installed."""
    with postgres.connection() as connection:
        connection.execute(
            "CREATE FUNCTION forbid() RETURNS event_trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE 'extension is not available' USING ERRCODE = 'feature_not_supported'; END $$"
        )
        connection.execute(
            "CREATE EVENT TRIGGER forbid ON ddl_command_start WHEN TAG IN ('CREATE EXTENSION') "
            "EXECUTE FUNCTION forbid()"
        )
