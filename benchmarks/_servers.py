"""Real servers for one section of the benchmarks."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from benchmarks._figures import Report
from services._server import Server, own
from services._service import Absent, Service


@contextmanager
def started(service: Service, folder: Path, report: Report, figures: Sequence[str]) -> Iterator[Server | None]:
    """The server until the section ends; None if it is not installed, which is then told of these ratios."""
    try:
        service.installed()
    except Absent as absent:
        for name in figures:
            report.unmeasured(name, "x", str(absent))
        yield None
        return
    with own(service, folder) as server:
        yield server
