"""What it takes to check a large project against its log."""

from pathlib import Path

from benchmarks._corpus import Corpus
from benchmarks._figures import Report
from benchmarks._processes import palimpsest, run


def measure(report: Report, corpus: Corpus, url: str, data_folder: Path, folder: Path) -> None:
    command = palimpsest("verify", str(corpus.project_id), "--postgres-url", url, "--data-folder", str(data_folder))
    ran = run(command, folder)
    assert ran.code == 0, ran.output
    report.under("verify.memory", ran.memory, 300, "MB", note=ran.output.strip().splitlines()[-1])
    report.tell("verify.seconds", ran.seconds, "s", note="one project, everything checked")
