"""The containers are of the same versions as the servers without, and set up the same."""

from typing import Any

import psycopg
import pytest
from omegaconf import OmegaConf

from repos._postgres_binaries import MAJOR_VERSION
from repos.embedded_postgres import EmbeddedPostgres
from services import elasticsearch, weaviate
from tests._servers import ROOT

CONTAINERS: dict[str, Any] = OmegaConf.to_object(OmegaConf.load(ROOT / "compose.yaml").services)  # type: ignore[assignment]


def said(name: str) -> dict[str, Any]:
    return dict(CONTAINERS[name]["environment"])


def test_elasticsearch_is_the_same() -> None:
    assert CONTAINERS["elasticsearch"]["image"] == f"elasticsearch:{elasticsearch.VERSION}"
    expected = {
        key: value if isinstance(value, str) else str(value).lower() for key, value in elasticsearch.SETTINGS.items()
    }
    assert expected.items() <= said("elasticsearch").items()
    assert f"-Xms{elasticsearch.HEAP} -Xmx{elasticsearch.HEAP}" in said("elasticsearch")["ES_JAVA_OPTS"]


def test_weaviate_is_the_same() -> None:
    assert CONTAINERS["weaviate"]["image"].endswith(f"/weaviate:{weaviate.VERSION}")
    assert weaviate.SETTINGS.items() <= said("weaviate").items()


def test_postgresql_is_the_same(server: EmbeddedPostgres) -> None:
    with psycopg.connect(server.url, autocommit=True) as connection:
        row = connection.execute("SELECT default_version FROM pg_available_extensions WHERE name = 'vector'").fetchone()
    assert row is not None
    assert CONTAINERS["postgres"]["image"] == f"pgvector/pgvector:{row[0]}-pg{MAJOR_VERSION}"


@pytest.mark.parametrize("name", CONTAINERS)
def test_a_container_listens_to_the_machine_itself_only(name: str) -> None:
    assert all(port.startswith("127.0.0.1:") for port in CONTAINERS[name]["ports"])
