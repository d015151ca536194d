"""The account without rights under which a server runs that refuses to be root."""

import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

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


@dataclass(frozen=True)
class Account:
    """What stands before a program's name to run it unprivileged, and the user id that then owns its files."""

    prefix: tuple[str, ...]
    owner: int


def unprivileged(folder: Path, trial: Sequence[str], environment: Mapping[str, str]) -> Account | None:
    """The account that may write in the folder and run the trial command, tried out rather than guessed."""
    if os.geteuid() != 0:
        return Account((), os.geteuid())
    for account in (Account(_UNSHARE, 0), Account(_SETPRIV, NOBODY)):
        if shutil.which(account.prefix[0]) and _works(account, folder, trial, environment):
            return account
    return None


def _works(account: Account, folder: Path, trial: Sequence[str], environment: Mapping[str, str]) -> bool:
    script = 'cd "$0" && test -w . && exec "$@"'
    tried = subprocess.run(
        [*account.prefix, "sh", "-c", script, str(folder), *trial], capture_output=True, env=environment, check=False
    )
    return tried.returncode == 0
