"""The address on which the API listens, taken before anything else is started."""

import errno
import socket

from repos._obstacle import Obstacle


class CannotListen(Obstacle):
    """The API cannot listen on its address:"""


class ApiDidNotStart(Obstacle):
    """The API did not start; the lines above and the log say why."""


def listen(host: str, port: int) -> socket.socket:
    """A socket that already takes connections, so that nobody else can take the port while the database starts."""
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[
            0
        ]
    except OSError:
        raise CannotListen(f"this machine knows no host {host}; choose another with --host.") from None
    listener = socket.socket(family, kind)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(2048)
    except OSError as error:
        listener.close()
        raise CannotListen(_reason(error, host, port)) from None
    return listener


def address_of(listener: socket.socket) -> str:
    """Where a browser on this machine finds the listener."""
    host, port = listener.getsockname()[:2]
    return address(host, port)


def address(host: str, port: int) -> str:
    """The same of what is to listen there."""
    if host in ("0.0.0.0", "::"):
        host = "127.0.0.1"
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _reason(error: OSError, host: str, port: int) -> str:
    match error.errno:
        case errno.EADDRINUSE:
            return f"port {port} of {host} is already taken; stop what listens there, or choose another with --port."
        case errno.EACCES:
            return f"port {port} needs more rights than you have; choose one above 1024 with --port."
        case errno.EADDRNOTAVAIL:
            return f"{host} does not belong to this machine; choose another with --host."
        case _:
            return f"{host}, port {port}: {error.strerror}."
