"""The connection to a real Weaviate, and to one that is away."""

import time
from uuid import NAMESPACE_URL, uuid5

import pytest
from weaviate.classes.config import Configure, DataType, Property
from weaviate.classes.data import DataObject
from weaviate.classes.query import Filter
from weaviate.classes.tenants import Tenant
from weaviate.exceptions import WeaviateQueryError

from configs.schema import load
from repos._unavailable import Unavailable
from repos.weaviate_repo import Weaviate
from services.weaviate import VERSION, WEAVIATE
from tests._servers import Servers
from tests.cli._server import wait_for
from tests.repos._answering import answering

TENANT = "project-7"


def make(weaviate: Weaviate, name: str) -> None:
    with weaviate.connection() as client:
        collection = client.collections.create(
            name,
            properties=[Property(name="sdoc_id", data_type=DataType.INT)],
            vector_config=Configure.Vectors.self_provided(),
            multi_tenancy_config=Configure.multi_tenancy(enabled=True),
        )
        collection.tenants.create(Tenant(name=TENANT))
        objects = [
            DataObject(uuid=uuid5(NAMESPACE_URL, str(n)), properties={"sdoc_id": n}, vector=[1.0, n / 10])
            for n in range(10)
        ]
        # What is written twice is there once.
        for _ in range(2):
            assert not collection.with_tenant(TENANT).data.insert_many(objects).has_errors


def nearest(weaviate: Weaviate, name: str, *sdoc_ids: int) -> list[object]:
    with weaviate.connection() as client:
        found = (
            client.collections.use(name)
            .with_tenant(TENANT)
            .query.near_vector([1.0, 0.42], limit=3, filters=Filter.by_property("sdoc_id").contains_any(list(sdoc_ids)))
        )
    return [hit.properties["sdoc_id"] for hit in found.objects]


def test_it_says_its_version(weaviate: Weaviate) -> None:
    assert weaviate.ping() == VERSION


def test_it_does_for_vectors_what_we_build_on(weaviate: Weaviate) -> None:
    make(weaviate, f"{weaviate.prefix}_1")
    with weaviate.connection() as client:
        client.alias.create(alias_name=f"{weaviate.prefix}_serving", target_collection=f"{weaviate.prefix}_1")
    wait_for(lambda: nearest(weaviate, f"{weaviate.prefix}_serving", 0, 4, 9) == [4, 9, 0])


def test_what_is_wrong_is_not_taken_for_a_passing_fault(weaviate: Weaviate) -> None:
    with pytest.raises(WeaviateQueryError):
        nearest(weaviate, f"{weaviate.prefix}_none", 1)


def test_a_wrong_key_is_a_fault_that_can_be_mended_while_we_wait(servers: Servers) -> None:
    settings = {**servers.settings(WEAVIATE), "PALIMPSEST__WEAVIATE__API_KEY": "wrong"}
    settings.pop("PALIMPSEST__WEAVIATE__API_KEY_FILE", None)
    with pytest.raises(Unavailable, match="401"):
        Weaviate(load("test", [], settings).weaviate).ping()


@pytest.mark.parametrize("status", [403, 429, 500, 502, 503, 504])
def test_a_server_that_is_busy_or_in_disorder_is_unavailable(status: int) -> None:
    with answering(status, {}) as url, pytest.raises(Unavailable):
        Weaviate(load("test", [f"weaviate.url={url}"], {}).weaviate).ping()


def test_a_server_that_is_silent_or_killed_is_unavailable_until_it_is_back(own_servers: Servers) -> None:
    server = own_servers.started(WEAVIATE)
    weaviate = Weaviate(load("test", ["weaviate.timeout_seconds=1"], server.settings).weaviate)
    make(weaviate, "Killed")
    for take_away, bring_back in ((server.pause, server.resume), (server.kill, server.start)):
        take_away()
        begun = time.monotonic()
        for _ in range(3):
            with pytest.raises(Unavailable):
                nearest(weaviate, "Killed", 4)
        with pytest.raises(Unavailable):
            weaviate.ping()
        assert time.monotonic() - begun < 30, "the client's own patience is a minute"
        bring_back()
        wait_for(lambda: weaviate.ping() == VERSION and found_again(weaviate) == [4])
    weaviate.close()


def found_again(weaviate: Weaviate) -> list[object]:
    """A second may pass until the channel looks whether the server is back, and until what was written is indexed."""
    try:
        return nearest(weaviate, "Killed", 4)
    except Unavailable:
        return []
