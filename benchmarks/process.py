"""The process itself: how soon it answers, and what it holds when idle."""

import sys
import time
from pathlib import Path
from statistics import median

from benchmarks._figures import PAIRS, Report
from benchmarks._processes import answering, free_port, palimpsest, run

FIVE_MEGABYTES = """
from systems.text_system import process
paragraph = "Mr. Darcy said nothing; she laughed. Why? he asked.\\n\\n"
process("big.txt", (paragraph * (5_000_000 // len(paragraph))).encode())
"""


def measure(report: Report, folder: Path) -> None:
    text = run([sys.executable, "-c", FIVE_MEGABYTES], folder)
    assert text.code == 0, text.output
    report.tell("text.5mb", text.seconds, "s", note=f"a text of 5 MB into sentences and tokens, {text.memory:.0f} MB")
    imports = [run([sys.executable, "-c", "import api.main"], folder).seconds for _ in range(PAIRS)]
    report.tell("import.app", median(imports), "s", note="a fresh interpreter that imports the application")
    data_folder = folder / "idle"
    starts = []
    for _ in range(PAIRS + 1):
        url = f"http://127.0.0.1:{(port := free_port())}"
        begun = time.perf_counter()
        serve = palimpsest("serve", "--port", str(port), "--data-folder", str(data_folder))
        with answering(serve, url, folder / "idle.log") as server:
            starts.append(time.perf_counter() - begun)
            memory = server.memory_info().rss / 1e6
    report.tell("start.first", starts[0], "s", note="with a new data folder")
    report.under("start", median(starts[1:]), 3, "s", note="goal: database, migrations and API on an existing folder")
    report.under("memory.idle", memory, 200, "MB", note="goal: the API process, just started")
