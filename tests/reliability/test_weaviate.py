"""Weaviate dies in the middle of a batch: once it is well again, it holds every vector once, and each is found.

`python -m tests.reliability.outages --of weaviate` lets it die, stop and fall silent as often as one likes.
"""

from contextlib import closing
from pathlib import Path

from services.weaviate import WEAVIATE
from tests._servers import Servers
from tests.reliability._outage import play
from tests.reliability._own import settings_of
from tests.reliability._texts import Texts, directions


def test_it_dies_in_the_middle_of_a_batch(own_servers: Servers, database_url: str, tmp_path: Path) -> None:
    server = own_servers.started(WEAVIATE)
    with directions() as embedder:
        settings = [*settings_of(server), *embedder, "weaviate.timeout_seconds=10"]
        with closing(Texts(database_url, settings, tmp_path / "blobs")) as written:
            play(written, server, "kill", after=300)
            assert written.faults() == []
