"""The main job on real input: LitBank through the REST API."""

import json
import os
from pathlib import Path

import httpx2

from benchmarks._figures import Report
from benchmarks._processes import ROOT, answering, free_port, palimpsest, run

EMAIL, PASSWORD = "ada@example.org", "engine-of-analysis"


def measure(report: Report, folder: Path) -> None:
    corpus = Path(os.environ.get("LITBANK", ROOT.parent / "shared" / "data" / "litbank"))
    if not corpus.is_dir():
        report.unmeasured("import.litbank", "s", f"there is no {corpus}")
        return
    data_folder = folder / "litbank"
    url = f"http://127.0.0.1:{(port := free_port())}"
    serve = palimpsest("serve", "--port", str(port), "--data-folder", str(data_folder))
    with answering(serve, url, folder / "litbank.log"):
        person = {"email": EMAIL, "password": PASSWORD, "first_name": "Ada", "last_name": "Lovelace"}
        assert httpx2.post(f"{url}/authentication/register", json=person, timeout=30).is_success
        seconds = 0.0
        for part in ("entities", "coreference"):
            command = palimpsest(
                "import", "brat", str(corpus / part), "--project", "LitBank", "--url", url, "--email", EMAIL, "--json"
            )
            ran = run(command, folder, {"PALIMPSEST_PASSWORD": PASSWORD})
            assert ran.code == 0, ran.output
            told = json.loads(ran.output[ran.output.index("{") :])
            spent = ", ".join(f"{name} {s:.1f} s" for name, s in told["seconds"].items())
            spans = told["spans_created"]
            report.tell(f"import.litbank.{part}", ran.seconds, "s", note=f"{spans:,} spans: {spent}")
            seconds += ran.seconds
        report.tell("import.litbank", seconds, "s", note="both, whole")
