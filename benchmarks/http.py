"""The daily requests over HTTP, against the least that the same process could do."""

import json
from statistics import median
from time import perf_counter

import httpx2

from benchmarks._corpus import SPANS_OF_A_FULL_DOCUMENT, Corpus
from benchmarks._figures import PAIRS, Report, paired
from benchmarks._wrk import Load, load

BULK = 10_000
RECODED = 5_000
SINGLY = 300


def measure(report: Report, corpus: Corpus, url: str) -> None:
    with httpx2.Client(base_url=url, headers={"Authorization": f"Bearer {corpus.token}"}, timeout=120) as http:
        _command(report, corpus, url)
        _read(report, corpus, url)
        _bulk(report, corpus, http)
        _recode(report, corpus, http)


def _command(report: Report, corpus: Corpus, url: str) -> None:
    body = json.dumps(corpus.span_body())
    seen: list[Load] = []

    def post(path: str) -> Load:
        return load(f"{url}{path}", token=corpus.token, method="POST", body=body)

    def ours() -> float:
        seen.append(post("/span"))
        return seen[-1].rate

    ours(), post("/least/insert")
    pair = paired(ours, lambda: post("/least/insert").rate)
    report.at_least("http.command", pair.ratio, 0.3, note=pair.note("requests/s"))
    report.tell("http.command.rate", pair.ours, "requests/s", note=_middle(seen).note())


def _read(report: Report, corpus: Corpus, url: str) -> None:
    seen: list[Load] = []

    def get(path: str) -> Load:
        return load(f"{url}{path}", token=corpus.token, clients=1, seconds=3)

    def ours() -> float:
        seen.append(get(f"/span/sdoc/{corpus.full_sdoc_id}"))
        return seen[-1].rate

    ours(), get(f"/least/spans/{corpus.full_sdoc_id}")
    pair = paired(ours, lambda: get(f"/least/spans/{corpus.full_sdoc_id}").rate)
    report.at_least("http.read", pair.ratio, 0.4, note=f"{SPANS_OF_A_FULL_DOCUMENT:,} spans: {pair.note('reads/s')}")
    report.under("http.read.p50", _middle(seen).p50, 80, "ms", note=_middle(seen).note())


def _bulk(report: Report, corpus: Corpus, http: httpx2.Client) -> None:
    items = [corpus.span_body(i) for i in range(BULK)]
    seconds: list[float] = []

    def ours() -> float:
        begun = perf_counter()
        response = http.post("/span/bulk/create", json=items)
        seconds.append(perf_counter() - begun)
        assert response.status_code == 201, response.text
        assert len(response.json()) == BULK
        return BULK / seconds[-1]

    def singly() -> float:
        begun = perf_counter()
        for item in items[:SINGLY]:
            assert http.post("/span", json=item).status_code == 201
        return SINGLY / (perf_counter() - begun)

    pair = paired(ours, singly)
    report.at_least("http.bulk", pair.ratio, 10, note=pair.note("spans/s"))
    report.under("http.bulk.seconds", median(seconds), 2, "s", note=f"{BULK:,} spans in one request")


def _recode(report: Report, corpus: Corpus, http: httpx2.Client) -> None:
    spans = http.get(f"/span/sdoc/{corpus.full_sdoc_id}").json()[:RECODED]
    seconds: list[float] = []
    for turn in range(PAIRS):
        code_id = corpus.code_ids[turn % 2 + 1]
        items = [{"span_annotation_id": span["id"], "code_id": code_id} for span in spans]
        begun = perf_counter()
        response = http.patch("/span/bulk/update", json=items)
        seconds.append(perf_counter() - begun)
        assert response.status_code == 200, response.text
        assert {span["code_id"] for span in response.json()} == {code_id}
    report.under("http.recode", median(seconds), 1, "s", note=f"re-code of {RECODED:,} spans in one request")


def _middle(loads: list[Load]) -> Load:
    return sorted(loads, key=lambda one: one.rate)[len(loads) // 2]
