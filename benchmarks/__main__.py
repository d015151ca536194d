"""`make bench`: every figure, its bar, and exit code 1 if one is missed."""

import argparse
import sys
import tempfile
from pathlib import Path

from benchmarks import (
    append,
    behind,
    behind_elastic,
    behind_weaviate,
    flat,
    http,
    litbank,
    live,
    process,
    search,
    search_table,
    verify,
)
from benchmarks._append_clients import CLIENTS
from benchmarks._corpus import Builder
from benchmarks._figures import Report
from benchmarks._processes import answering, free_port
from benchmarks._wrk import NoLoadClient, ensure_wrk
from migrations import upgrade
from repos import embedded_postgres
from systems.garbage_system import IN_BATCHES, collect_seldom

SECTIONS = (
    "append",
    "http",
    "flat",
    "verify",
    "behind",
    "behind.elastic",
    "behind.weaviate",
    "search",
    "search.table",
    "live",
    "litbank",
    "process",
)
MANY = 1_000_000
FEW = 10_000
DOCUMENTS = 100_000
VECTORS = 50_000


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("sections", nargs="*", metavar="section", help=f"of {', '.join(SECTIONS)}; default: all")
    parser.add_argument("--many", type=int, default=MANY, help="events of the large project (default: 1,000,000)")
    parser.add_argument(
        "--documents", type=int, default=DOCUMENTS, help="documents that are searched (default: 100,000)"
    )
    parser.add_argument("--vectors", type=int, default=VECTORS, help="vectors of sentences (default: 50,000)")
    parser.add_argument("--output", type=Path, default=Path("var/bench.json"), help="where the figures are kept")
    arguments = parser.parse_args()
    sections = arguments.sections or list(SECTIONS)
    if unknown := set(sections) - set(SECTIONS):
        parser.error(f"no such section: {', '.join(sorted(unknown))}")
    try:
        ensure_wrk()
    except NoLoadClient as missing:
        print(missing, file=sys.stderr)
        return 1
    report = Report()
    with tempfile.TemporaryDirectory(prefix="palimpsest-bench-", dir=_roomy()) as folder:
        _measure(report, sections, Path(folder), arguments.many, arguments.documents, arguments.vectors)
    return 0 if report.keep(arguments.output) else 1


def _measure(report: Report, sections: list[str], folder: Path, many: int, documents: int, vectors: int) -> None:
    data_folder = folder / "data"
    with embedded_postgres.start(data_folder / "postgres") as postgres:
        upgrade(postgres.url)
        builder = Builder(postgres.url, data_folder)
        if "append" in sections:
            append.measure(report, builder.setting(postgres.url, data_folder, CLIENTS))
        if {"http", "flat"} & set(sections):
            url = f"http://127.0.0.1:{(port := free_port())}"
            command = [sys.executable, "-m", "benchmarks._server", postgres.url, str(data_folder), str(port)]
            small = builder.corpus(FEW)
            with answering(command, url, folder / "server.log"):
                if "http" in sections:
                    http.measure(report, small, url)
                if "flat" in sections:
                    flat.measure(report, builder.corpus(FEW), builder.corpus(many), url)
        if "verify" in sections:
            verify.measure(report, builder.corpus(many), postgres.url, data_folder, folder)
        # As a worker does.
        collect_seldom(IN_BATCHES)
        if "behind" in sections:
            behind.measure(report, builder, many)
        if "behind.elastic" in sections:
            behind_elastic.measure(report, builder, folder, documents)
        if "behind.weaviate" in sections:
            behind_weaviate.measure(report, builder, folder, vectors)
        if "search" in sections:
            search.measure(report, postgres.url, folder, documents)
        if "search.table" in sections:
            search_table.measure(report, builder, many)
        builder.services.close()
    if "live" in sections:
        live.measure(report, folder, many)
    if "litbank" in sections:
        litbank.measure(report, folder)
    if "process" in sections:
        process.measure(report, folder)


def _roomy() -> Path | None:
    """Not a memory file system: fsync must cost what it costs."""
    var = Path("var")
    var.mkdir(mode=0o700, exist_ok=True)
    return var.resolve()


if __name__ == "__main__":
    sys.exit(main())
