"""Where the embedder of an installation listens: a socket that only its owner can reach, one for each machine."""

import hashlib
import os
import platform
import stat
from pathlib import Path

from repos._obstacle import Obstacle

_PATH_LIMIT = 103  # bytes; the smallest of the systems we run on


class SocketFolderNotOurs(Obstacle):
    """The folder for the embedder's socket is open to others, or belongs to somebody else:"""


def embedder_socket(data_folder: Path) -> Path:
    """The path of the socket, whose folder is made. A data folder may be shared between machines; a socket is not."""
    machine = hashlib.sha256(platform.node().encode()).hexdigest()[:8]
    path = data_folder / "embedder" / f"{machine}.sock"
    if len(os.fsencode(path)) > _PATH_LIMIT:
        place = hashlib.sha256(os.fsencode(data_folder)).hexdigest()[:16]
        path = Path("/tmp") / f"palimpsest-embedder-{os.geteuid()}-{place}" / f"{machine}.sock"
    path.parent.mkdir(mode=0o700, exist_ok=True)
    status = path.parent.lstat()
    if not stat.S_ISDIR(status.st_mode) or status.st_uid != os.geteuid() or status.st_mode & 0o077:
        raise SocketFolderNotOurs(path.parent)
    return path
