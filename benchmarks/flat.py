"""Whether a project of a million events answers like one of ten thousand."""

import json
from collections.abc import Callable
from functools import partial

from benchmarks._corpus import Corpus
from benchmarks._figures import Report, paired
from benchmarks._wrk import load

BAR = 0.8


def measure(report: Report, small: Corpus, large: Corpus, url: str) -> None:
    reads: dict[str, Callable[[Corpus], str]] = {
        "document": lambda corpus: f"/span/sdoc/{corpus.sdoc_ids[2]}",
        "codes": lambda corpus: f"/code/project/{corpus.project_id}",
        "code": lambda corpus: f"/code/{corpus.code_ids[0]}",
        "project": lambda corpus: f"/project/{corpus.project_id}",
        "history": lambda corpus: f"/project/{corpus.project_id}/history?limit=20",
    }

    def post(corpus: Corpus) -> float:
        body = json.dumps(corpus.span_body())
        return load(f"{url}/span", token=corpus.token, seconds=3, method="POST", body=body).rate

    post(large), post(small)
    pair = paired(lambda: post(large), lambda: post(small))
    report.at_least("read.flat.post", pair.ratio, BAR, note=f"POST /span: {pair.note('requests/s')}")
    for name, path in reads.items():

        def get(corpus: Corpus, path: Callable[[Corpus], str] = path) -> float:
            return load(f"{url}{path(corpus)}", token=corpus.token, clients=4, seconds=2).rate

        get(large), get(small)
        pair = paired(partial(get, large), partial(get, small))
        report.at_least(f"read.flat.{name}", pair.ratio, BAR, note=f"{path(large)}: {pair.note('requests/s')}")
