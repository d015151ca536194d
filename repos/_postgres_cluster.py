"""The folder of one PostgreSQL cluster: made whole or not at all, with settings for a small machine."""

import os
import shutil
import subprocess
from pathlib import Path

from repos._account import Account
from repos._obstacle import Obstacle
from repos._postgres_binaries import MAJOR_VERSION, binary, environment

USER = "palimpsest"

_SETTINGS = """\
# Written anew at every start; settings of your own go into local.conf beside this file.
listen_addresses = ''
unix_socket_permissions = 0700
max_connections = 100
shared_buffers = 256MB
effective_cache_size = 2GB
work_mem = 16MB
maintenance_work_mem = 256MB
random_page_cost = 1.1
effective_io_concurrency = 64
max_parallel_workers_per_gather = 1
jit = off

fsync = on
synchronous_commit = on
full_page_writes = on
# One server without replicas: bulk loads into new tables need not be written twice.
wal_level = minimal
max_wal_senders = 0
wal_buffers = 16MB
min_wal_size = 256MB
max_wal_size = 4GB
checkpoint_timeout = 15min
autovacuum_vacuum_insert_scale_factor = 0.1
autovacuum_naptime = 30s

timezone = 'UTC'
log_timezone = 'UTC'
# A refused statement is the application's business, and its text may hold personal data.
log_min_messages = log
log_error_verbosity = terse
log_checkpoints = off
log_autovacuum_min_duration = -1

include = 'local.conf'
"""


class ClusterNotMade(Obstacle):
    """PostgreSQL could not set up its folder:"""


class ClusterOfAnotherVersion(Obstacle):
    """The data folder was written by another version of PostgreSQL.

    Dump it with that version, or set postgres.url to a server of that version:
    """


def ready_cluster(folder: Path, account: Account) -> Path:
    """The cluster inside the folder: made if it is not there, owned by the account, with this code's settings."""
    cluster = folder / "cluster"
    if not cluster.exists():
        _initialise(folder, cluster, account)
    found = (cluster / "PG_VERSION").read_text(encoding="ascii").strip()
    if found != MAJOR_VERSION:
        raise ClusterOfAnotherVersion(f"{cluster} is of version {found}, this is {MAJOR_VERSION}.")
    (cluster / "palimpsest.conf").write_text(_SETTINGS, encoding="utf-8")
    own_settings = cluster / "local.conf"
    if not own_settings.exists():
        own_settings.write_text("# Settings of your own; they win over palimpsest.conf.\n", encoding="utf-8")
    if cluster.stat().st_uid != account.owner:
        _hand_over(cluster, account.owner)
    return cluster


def _initialise(folder: Path, cluster: Path, account: Account) -> None:
    unfinished = folder / "cluster.unfinished"
    shutil.rmtree(unfinished, ignore_errors=True)
    said = ""
    # Not every machine has C.UTF-8 among its own locales; sorting is PostgreSQL's own in both cases.
    for locale in ("C.UTF-8", "C"):
        made = subprocess.run(
            [
                *account.prefix,
                str(binary("initdb")),
                f"--pgdata={unfinished}",
                f"--username={USER}",
                "--encoding=UTF8",
                "--locale-provider=builtin",
                "--builtin-locale=C.UTF-8",
                f"--locale={locale}",
                "--auth-local=trust",
                "--auth-host=reject",
            ],
            capture_output=True,
            text=True,
            env=environment(),
            check=False,
        )
        if made.returncode == 0:
            break
        said = made.stderr.strip()
        shutil.rmtree(unfinished, ignore_errors=True)
    else:
        raise ClusterNotMade(f"{folder}: {said}")
    with (unfinished / "postgresql.conf").open("a", encoding="utf-8") as settings:
        settings.write("\ninclude = 'palimpsest.conf'\n")
    unfinished.rename(cluster)


def _hand_over(cluster: Path, owner: int) -> None:
    for folder, _, names in os.walk(cluster):
        for name in names:
            os.chown(Path(folder) / name, owner, -1, follow_symlinks=False)
        os.chown(folder, owner, -1)
