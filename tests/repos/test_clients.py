"""Who does not use an outside service does not pay for its client."""

import subprocess
import sys

from tests._servers import ROOT

CLIENTS = ("elastic_transport", "elasticsearch", "grpc", "httpx", "weaviate")


def test_clients_are_loaded_when_they_are_first_needed() -> None:
    script = (
        "import sys, api.main, repos.elasticsearch_repo, repos.weaviate_repo; "
        f"print([name for name in {CLIENTS} if name in sys.modules])"
    )
    loaded = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert loaded.stdout.strip() == "[]"
