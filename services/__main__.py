"""python -m services: install, start, stop and list the real servers; needs Python and the package clients only."""

import argparse
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

from repos._obstacle import Obstacle
from services._all import SERVICES
from services._process import wait_for_end
from services._server import Server, stop_all
from services._service import Service

FOLDER = Path("var/services")


class NotAll(Obstacle):
    """Not everything could be installed:"""


def main(arguments: Sequence[str]) -> int:
    asked = _parser().parse_args(arguments)
    try:
        asked.do(asked)
    except Obstacle as obstacle:
        print(obstacle, file=sys.stderr)
        return 1
    return 0


def install(asked: argparse.Namespace) -> None:
    """All that can be, before the complaint about what cannot."""
    obstacles = []
    for service in _named(asked):
        try:
            done = service.install()
        except Obstacle as obstacle:
            obstacles.append(f"{service.name}: {obstacle}")
        else:
            print(f"{service.name} {service.version} {'installed' if done else 'is there'}: {service.home}", flush=True)
    if obstacles:
        raise NotAll("\n".join(["", *obstacles]))


def start(asked: argparse.Namespace) -> None:
    for service in _named(asked):
        server = Server(service, asked.folder / service.name)
        server.start(usual_ports=True)
        print(f"{service.name} {service.version} answers at {server.url}", flush=True)
        for name, value in server.settings.items():
            print(f"  export {name}={value}")


def stop(asked: argparse.Namespace) -> None:
    for service in _named(asked):
        server = Server(service, asked.folder / service.name)
        if server.runs():
            server.stop()
            print(f"{service.name} stopped", flush=True)


def status(asked: argparse.Namespace) -> None:
    for service in _named(asked):
        server = Server(service, asked.folder / service.name)
        print(service.name, service.version, f"answers at {server.url}" if server.runs() else "does not run here")


def guard(asked: argparse.Namespace) -> None:
    wait_for_end(asked.pid)
    stop_all(asked.folder)
    shutil.rmtree(asked.folder)


def _named(asked: argparse.Namespace) -> list[Service]:
    return [SERVICES[name] for name in asked.names or SERVICES]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m services", description=__doc__)
    verbs = parser.add_subparsers(required=True, metavar="VERB")
    for do, help in (
        (install, "fetch what is not there yet"),
        (start, "start, and say at which addresses"),
        (stop, "stop; what they hold stays in the folder"),
        (status, "say what runs"),
    ):
        verb = verbs.add_parser(do.__name__, help=help)
        verb.set_defaults(do=do)
        verb.add_argument("names", nargs="*", choices=[*SERVICES, []], metavar="NAME", help=", ".join(SERVICES))
        if do is not install:
            verb.add_argument("--folder", type=Path, default=FOLDER, help=f"in which they run ({FOLDER})")
    watch = verbs.add_parser("guard", help="when a process ends, stop all that run in a folder, and remove it")
    watch.set_defaults(do=guard)
    watch.add_argument("--pid", type=int, required=True)
    watch.add_argument("--folder", type=Path, required=True)
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
