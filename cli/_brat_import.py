"""The steps of a brat import: texts, then codes, then the spans that are not there yet."""

import time
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from cli._client import Client, ServerRefused
from cli._import_report import ImportReport
from commands.dto_base import name_key
from repos._obstacle import Obstacle
from systems.brat_system import Passage, Standoff

FILES_AT_ONCE = 50
BYTES_AT_ONCE = 32_000_000
CODES_AT_ONCE = 20_000
SPANS_AT_ONCE = 5_000
CONNECTIONS = 4
POLL = 0.2  # seconds
PATIENCE = 30.0  # seconds without progress before we say that we are waiting

T = TypeVar("T")
S = TypeVar("S")
Place = tuple[int, int, int]
"""Begin, end and code of a span: what tells one from another."""


class SeveralProjects(Obstacle):
    """You are in several projects of this title, so it does not say which one is meant:"""


class NoTexts(Obstacle):
    """There is no text to any of these annotations, neither in the folder nor in a project of yours of this title:"""


@dataclass
class _Compared:
    """A document's annotations beside its spans: those to be created, each as often as it is missing."""

    missing: list[dict[str, int]] = field(default_factory=list)
    there: int = 0
    mismatches: list[str] = field(default_factory=list)


class BratImport:
    """One import into one project; `prefixes` are labels' prefixes that become parents."""

    def __init__(self, client: Client, title: str, prefixes: Sequence[str]) -> None:
        self._client = client
        self._prefixes = prefixes
        self._report = ImportReport(unicodedata.normalize("NFC", title).strip())
        self._console = Console(stderr=True)

    def run(self, standoffs: Sequence[Standoff]) -> ImportReport:
        """Bring in what is not there yet. Raises SeveralProjects, NoTexts, ServerRefused, ServerUnreachable."""
        report = self._report
        report.project_id, report.revision_before = self._project(report.project, standoffs)
        left_out: Counter[str] = Counter()
        for standoff in standoffs:
            left_out += standoff.other
        report.left_out = dict(left_out)
        report.joined = sum(len(passage.ranges) > 1 for standoff in standoffs for passage in standoff.passages)
        with self._timed("texts"):
            documents = self._texts(standoffs)
        on_texts = [standoff for standoff in standoffs if _key(standoff) in documents]
        with self._timed("codes"):
            codes = self._codes(on_texts)
        with self._timed("spans"):
            self._spans(on_texts, documents, codes)
        report.revision = int(self._client.get(f"/project/{report.project_id}")["revision"])
        return report

    def _project(self, title: str, standoffs: Sequence[Standoff]) -> tuple[int, int]:
        """The project of this title that I am in, or a new one; and its revision."""
        mine = [one for one in self._client.get("/project/user/projects") if one["title"] == title]
        if len(mine) > 1:
            raise SeveralProjects(", ".join(str(one["id"]) for one in mine))
        if mine:
            return int(mine[0]["id"]), int(mine[0]["revision"])
        if not any(standoff.text for standoff in standoffs):
            raise NoTexts(title)
        return int(self._client.post("/project", {"title": title, "description": ""})["id"]), 0

    def _texts(self, standoffs: Sequence[Standoff]) -> dict[str, int]:
        """The ids of the texts by the keys of their names, all of them processed."""
        there = self._documents("1", "0", "-100")
        wanted = {_key(standoff): standoff for standoff in standoffs}
        self._report.texts_there = len(wanted.keys() & there.keys())
        new = [standoff.text for key, standoff in wanted.items() if standoff.text and key not in there]
        for batch in self._progress("Uploading texts", _loads(new), len(new), len):
            self._upload(batch)
        done = self._processed(wanted.keys())
        failed = self._documents("-100").keys() & wanted.keys()
        self._report.failed_texts += [f"{wanted[key].name}.txt: it could not be processed" for key in sorted(failed)]
        self._report.missing_texts = sorted(
            standoff.name for key, standoff in wanted.items() if key not in there and standoff.text is None
        )
        return done

    def _upload(self, paths: Sequence[Path]) -> None:
        files = [("uploaded_files", (path.name, path.read_bytes())) for path in paths]
        try:
            answer = self._client.upload(f"/docprocessing/project/{self._report.project_id}/upload", files)
        except ServerRefused as refused:
            if not refused.items:
                raise
            self._report.failed_texts += refused.items
            return
        self._report.texts_uploaded += len(answer["accepted"])
        self._report.failed_texts += [f"{one['filename']}: {one['reason']}" for one in answer["refused"]]

    def _documents(self, *statuses: str) -> dict[str, int]:
        path = f"/docprocessing/project/{self._report.project_id}/status/{{}}/simple"
        rows = [row for status in statuses for row in self._client.pages(path.format(status))]
        return {name_key(row["filename"]): row["id"] for row in rows}

    def _processed(self, wanted: Iterable[str]) -> dict[str, int]:
        """Wait until none of these texts is in work; those that are done."""
        before, since = -1, time.monotonic()
        with self._bar() as bar:
            task = None
            while waiting := len(self._documents("0").keys() & set(wanted)):
                task = bar.add_task("Processing texts", total=waiting) if task is None else task
                bar.update(task, completed=max(0, (bar.tasks[task].total or 0) - waiting))
                if waiting != before:
                    before, since = waiting, time.monotonic()
                elif time.monotonic() - since > PATIENCE:
                    self._console.print(f"{waiting:,} texts are still waiting for the server to process them ...")
                    since = time.monotonic()
                time.sleep(POLL)
        done = self._documents("1")
        return {key: done[key] for key in wanted if key in done}

    def _codes(self, standoffs: Sequence[Standoff]) -> dict[str, int]:
        """The id of the code of each label, by the label's key."""
        path = f"/code/project/{self._report.project_id}"
        there = {name_key(code["name"]): code for code in self._client.pages(path)}
        spellings: dict[str, dict[str, None]] = defaultdict(dict)
        for standoff in standoffs:
            for passage in standoff.passages:
                key = name_key(passage.label)
                if key in there:
                    spellings[key][there[key]["name"]] = None
                spellings[key][passage.label] = None
        self._report.merged_labels = [list(labels) for labels in spellings.values() if len(labels) > 1]
        self._report.codes_there = len(spellings.keys() & there.keys())
        codes = {key: int(code["id"]) for key, code in there.items()}
        names = {key: next(iter(labels)) for key, labels in spellings.items()}
        tops = {name_key(prefix): prefix for prefix in self._prefixes if any(map(_below(prefix), names.values()))}
        for some in (tops, names):
            missing = [name for key, name in some.items() if key not in codes]
            for batch in self._progress("Creating codes", _batches(missing, CODES_AT_ONCE), len(missing), len):
                made = self._client.post("/code/bulk/create", [self._code(name, codes) for name in batch])
                codes |= {name_key(code["name"]): code["id"] for code in made}
                self._report.codes_created += len(made)
        return codes

    def _code(self, name: str, codes: dict[str, int]) -> dict[str, Any]:
        parent = next((codes[name_key(prefix)] for prefix in self._prefixes if _below(prefix)(name)), None)
        return {"project_id": self._report.project_id, "name": name, "parent_id": parent}

    def _spans(self, standoffs: Sequence[Standoff], documents: dict[str, int], codes: dict[str, int]) -> None:
        """A command for each document, so that its history can be read."""
        me = self._client.get("/user/me")["id"]

        def bring(standoff: Standoff) -> _Compared:
            compared = self._compare(standoff, documents[_key(standoff)], codes, me)
            for batch in _batches(compared.missing, SPANS_AT_ONCE):
                self._client.post("/span/bulk/create", batch)
            return compared

        for compared in self._progress("Creating spans", _parallel(bring, standoffs), len(standoffs), lambda _: 1):
            self._report.spans_created += len(compared.missing)
            self._report.spans_there += compared.there
            self._report.mismatches += compared.mismatches

    def _compare(self, standoff: Standoff, sdoc_id: int, codes: dict[str, int], me: int) -> "_Compared":
        text: str = self._client.get(f"/sdoc/data/{sdoc_id}")["text"]
        spans = self._client.pages(f"/span/sdoc/{sdoc_id}/user/{me}")
        there: Counter[Place] = Counter((span["begin"], span["end"], span["code_id"]) for span in spans)
        compared = _Compared()
        for written, passage in zip(standoff.passages, standoff.normalised(), strict=True):
            code_id = codes[name_key(passage.label)]
            place = (passage.begin, passage.end, code_id)
            if (found := _quote(text, passage)) != passage.quote:
                where = f"{standoff.name} {written.begin}-{written.end}"
                compared.mismatches.append(f"{where}: {passage.quote!r} is {found!r}")
            elif there[place]:
                there[place] -= 1
                compared.there += 1
            else:
                body = {"sdoc_id": sdoc_id, "begin": passage.begin, "end": passage.end, "code_id": code_id}
                compared.missing.append(body)
        return compared

    def _progress(self, title: str, steps: Iterable[T], total: int, size: Callable[[T], int]) -> Iterator[T]:
        if not total:
            return
        with self._bar() as bar:
            task = bar.add_task(title, total=total)
            for step in steps:
                yield step
                bar.advance(task, size(step))

    def _bar(self) -> Progress:
        columns = (TextColumn("{task.description:<18}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        return Progress(*columns, console=self._console, disable=not self._console.is_terminal)

    @contextmanager
    def _timed(self, name: str) -> Iterator[None]:
        begun = time.perf_counter()
        yield
        self._report.seconds[name] = round(time.perf_counter() - begun, 2)


def _key(standoff: Standoff) -> str:
    return name_key(f"{standoff.name}.txt")


def _quote(text: str, passage: Passage) -> str | None:
    """What the text says there, as brat would quote it; None where there is no text."""
    if passage.end > len(text):
        return None
    return " ".join(text[begin:end] for begin, end in passage.ranges).replace("\n", " ")


def _parallel(work: Callable[[T], S], items: Sequence[T]) -> Iterator[S]:
    with ThreadPoolExecutor(CONNECTIONS) as pool:
        yield from pool.map(work, items)


def _batches(items: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    for first in range(0, len(items), size):
        yield items[first : first + size]


def _loads(paths: Iterable[Path]) -> Iterator[list[Path]]:
    """Files that go together into one request."""
    load: list[Path] = []
    weight = 0
    for path in paths:
        size = path.stat().st_size
        if load and (len(load) == FILES_AT_ONCE or weight + size > BYTES_AT_ONCE):
            yield load
            load, weight = [], 0
        load.append(path)
        weight += size
    if load:
        yield load


def _below(prefix: str) -> Callable[[str], bool]:
    return lambda label: label.startswith(f"{prefix}_")
