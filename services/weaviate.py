"""Weaviate on one node, compiled from its module; who asks it shows a key, because it listens beyond loopback."""

import os
import secrets
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from services._service import Launch, Service
from services._tool import require, run

VERSION: Final = "1.35.2"
SETTINGS: Final = {
    # Indexing within the request loses vectors at kill -9; this way a new vector is found about a second later.
    "ASYNC_INDEXING": "true",
    "AUTOSCHEMA_ENABLED": "false",
    "CLUSTER_HOSTNAME": "node1",
    "DEFAULT_VECTORIZER_MODULE": "none",
    "DISABLE_TELEMETRY": "true",
    # Past the second figure shards become read-only, and stay so.
    "DISK_USE_READONLY_PERCENTAGE": "99",
    "DISK_USE_WARNING_PERCENTAGE": "95",
    # One worker less than this indexes. Where several share a batch it counts as done once the first of them is, what
    # the others do then is not written down, and a server that is killed has forgotten it.
    "GOMAXPROCS": "2",
    "LOG_LEVEL": "warning",
    "RAFT_BOOTSTRAP_EXPECT": "1",
}

_MODULE: Final = "github.com/weaviate/weaviate"


def _fetch(home: Path) -> None:
    go = require("go", "golang")
    environment = dict(os.environ) | {
        "GOBIN": str(home),
        "CGO_ENABLED": "0",
        # The compiler that is there, not one that it would download.
        "GOTOOLCHAIN": "local",
        "GOFLAGS": "-modcacherw",
    }
    caches = home.with_name("go")
    if not (_module_cache(environment) / f"{_MODULE}@v{VERSION}").is_dir():
        # Three gigabytes that nobody wants to keep for one program.
        environment |= {"GOMODCACHE": str(caches / "modules"), "GOCACHE": str(caches / "build")}
    run(
        *(go, "install", "-trimpath", "-ldflags=-s -w", f"{_MODULE}/cmd/weaviate-server@v{VERSION}"),
        folder=home,
        environment=environment,
    )


def _module_cache(environment: dict[str, str]) -> Path:
    first = environment.get("GOPATH", "").split(os.pathsep)[0] or Path.home() / "go"
    return Path(environment.get("GOMODCACHE") or Path(first) / "pkg" / "mod")


def _prepare(home: Path, run: Path, ports: Sequence[int]) -> Launch:
    address, grpc, gossip, data, raft, raft_internal = ports
    key = run / "key"
    if not key.exists():
        key.touch(mode=0o600)
        key.write_text(secrets.token_urlsafe(32), encoding="ascii")
    secret = key.read_text(encoding="ascii")
    environment = SETTINGS | {
        "PATH": os.environ["PATH"],
        "HOME": str(run),
        "PERSISTENCE_DATA_PATH": str(run / "data"),
        "AUTHENTICATION_ANONYMOUS_ACCESS_ENABLED": "false",
        "AUTHENTICATION_APIKEY_ENABLED": "true",
        "AUTHENTICATION_APIKEY_ALLOWED_KEYS": secret,
        "AUTHENTICATION_APIKEY_USERS": "palimpsest",
        "CLUSTER_IN_LOCALHOST": "true",
        "CLUSTER_ADVERTISE_ADDR": "127.0.0.1",
        "CLUSTER_BIND_ADDR": "127.0.0.1",
        "CLUSTER_BASIC_AUTH_USERNAME": "palimpsest",
        "CLUSTER_BASIC_AUTH_PASSWORD": secret,
        "CLUSTER_GOSSIP_BIND_PORT": str(gossip),
        "CLUSTER_DATA_BIND_PORT": str(data),
        "GRPC_PORT": str(grpc),
        "RAFT_PORT": str(raft),
        "RAFT_INTERNAL_RPC_PORT": str(raft_internal),
        "RAFT_TIMEOUTS_MULTIPLIER": "1",
        "GO_PROFILING_DISABLE": "true",
    }
    command = (f"{home}/weaviate-server", "--host", "127.0.0.1", "--port", str(address), "--scheme", "http")
    return Launch(command, environment, run)


def _settings(run: Path, ports: Sequence[int]) -> dict[str, str]:
    return {
        "PALIMPSEST__WEAVIATE__URL": f"http://127.0.0.1:{ports[0]}",
        "PALIMPSEST__WEAVIATE__GRPC_URL": f"http://127.0.0.1:{ports[1]}",
        "PALIMPSEST__WEAVIATE__API_KEY_FILE": str(run / "key"),
    }


WEAVIATE: Final = Service(
    name="weaviate",
    version=VERSION,
    # REST, gRPC, gossip, data, and two of the consensus.
    usual_ports=(8080, 50051, 7946, 7947, 8300, 8301),
    ready="/v1/.well-known/ready",
    require=lambda: None,
    fetch=_fetch,
    prepare=_prepare,
    settings=_settings,
)
