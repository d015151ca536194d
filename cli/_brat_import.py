"""The steps of a brat import: texts, then codes, then the spans that are not there yet."""

import json
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from typing import Any, TypeVar

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from cli._client import Client
from commands.dto_base import name_key
from systems.brat_system import Standoff

FILES_AT_ONCE = 50
SPANS_AT_ONCE = 5_000
CONNECTIONS = 4
T = TypeVar("T")
Place = tuple[int, int, int]
"""Begin, end and code of a span: what tells one from another."""


@dataclass
class Report:
    """What an import found and did; `seconds` says where the time went."""

    project: str
    project_id: int = 0
    texts_uploaded: int = 0
    texts_there: int = 0
    codes_created: int = 0
    codes_there: int = 0
    spans_created: int = 0
    spans_there: int = 0
    merged_labels: list[list[str]] = field(default_factory=list)
    missing_texts: list[str] = field(default_factory=list)
    failed_texts: list[str] = field(default_factory=list)
    mismatches: list[str] = field(default_factory=list)
    left_out: dict[str, int] = field(default_factory=dict)
    joined: int = 0
    seconds: dict[str, float] = field(default_factory=dict)

    def as_json(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False, indent=1)

    def as_text(self) -> str:
        lines = [
            f"{self.project} (project {self.project_id})",
            f"  texts   {self.texts_uploaded:>7,} uploaded, {self.texts_there:,} were there",
            f"  codes   {self.codes_created:>7,} created, {self.codes_there:,} were there",
            f"  spans   {self.spans_created:>7,} created, {self.spans_there:,} were there",
        ]
        if self.merged_labels:
            lines.append(f"  {len(self.merged_labels)} groups of labels differ only in case and became one code each:")
            lines += [f"    {' = '.join(labels)}" for labels in self.merged_labels]
        if self.joined:
            lines.append(f"  {self.joined} annotations in several parts were imported as one span from first to last")
        if self.left_out:
            lines.append(f"  left out: {', '.join(f'{n:,} lines of kind {kind}' for kind, n in self.left_out.items())}")
        for title, names in (
            ("no text for", self.missing_texts),
            ("could not be processed", self.failed_texts),
            ("quoted otherwise than in the text", self.mismatches),
        ):
            lines += [f"  {title}: {name}" for name in names[:20]]
            if len(names) > 20:
                lines.append(f"  {title}: and {len(names) - 20:,} more")
        lines.append("  " + ", ".join(f"{name} {seconds:.1f} s" for name, seconds in self.seconds.items()))
        return "\n".join(lines)


class BratImport:
    """One import into one project; `prefixes` are labels' prefixes that become parents."""

    def __init__(self, client: Client, title: str, prefixes: Sequence[str]) -> None:
        self._client = client
        self._prefixes = prefixes
        self._report = Report(title)
        self._console = Console(stderr=True)

    def run(self, standoffs: Sequence[Standoff]) -> Report:
        report = self._report
        project_id = report.project_id = self._project(report.project)
        other: Counter[str] = Counter()
        for standoff in standoffs:
            other += standoff.other
        report.left_out = dict(other)
        report.joined = sum(passage.pieces > 1 for standoff in standoffs for passage in standoff.passages)
        with self._timed("texts"):
            documents = self._texts(project_id, standoffs)
        with self._timed("codes"):
            codes = self._codes(project_id, standoffs)
        with self._timed("spans"):
            self._spans(standoffs, documents, codes)
        return report

    def _project(self, title: str) -> int:
        mine = self._client.get("/project/user/projects")
        same = [project["id"] for project in mine if project["title"] == title]
        return int(same[0] if same else self._client.post("/project", {"title": title, "description": ""})["id"])

    def _texts(self, project_id: int, standoffs: Sequence[Standoff]) -> dict[str, int]:
        """The ids of the texts by the name of the annotation file, all of them processed."""
        there = self._documents(project_id)
        new = [standoff.text for standoff in standoffs if standoff.text and standoff.text.name not in there]
        self._report.texts_there = sum(f"{standoff.name}.txt" in there for standoff in standoffs)
        self._report.texts_uploaded = len(new)
        for batch in self._progress("Uploading texts", _batches(new, FILES_AT_ONCE), len(new), len):
            files = [("uploaded_files", (path.name, path.read_bytes())) for path in batch]
            answer = self._client.upload(f"/docprocessing/project/{project_id}/upload", files)
            self._report.failed_texts += [
                f"{refused['filename']}: {refused['reason']}" for refused in answer["refused"]
            ]
        wanted = {f"{standoff.name}.txt" for standoff in standoffs}
        done = self._processed(project_id, wanted)
        self._report.missing_texts = sorted(wanted - done.keys())
        return {name.removesuffix(".txt"): sdoc_id for name, sdoc_id in done.items()}

    def _documents(self, project_id: int, statuses: Iterable[int] = (1, 0, -100)) -> dict[str, int]:
        path = f"/docprocessing/project/{project_id}/status/{{}}/simple"
        rows = [row for status in statuses for row in self._client.pages(path.format(status))]
        return {row["filename"]: row["id"] for row in rows}

    def _processed(self, project_id: int, wanted: set[str]) -> dict[str, int]:
        with self._bar() as bar:
            task = bar.add_task("Processing texts", total=len(wanted))
            while True:
                done = self._documents(project_id, [1])
                waiting = wanted & self._documents(project_id, [0]).keys()
                bar.update(task, completed=len(wanted & done.keys()))
                if not waiting:
                    break
                time.sleep(0.3)
        failed = wanted & self._documents(project_id, [-100]).keys()
        self._report.failed_texts += sorted(failed)
        return {name: sdoc_id for name, sdoc_id in self._documents(project_id, [1]).items() if name in wanted}

    def _codes(self, project_id: int, standoffs: Sequence[Standoff]) -> dict[str, int]:
        """The id of the code of each label, by the label's key."""
        spellings: dict[str, dict[str, None]] = defaultdict(dict)
        for standoff in standoffs:
            for passage in standoff.passages:
                spellings[name_key(passage.label)][passage.label] = None
        self._report.merged_labels = [list(labels) for labels in spellings.values() if len(labels) > 1]
        codes = {name_key(code["name"]): code["id"] for code in self._client.pages(f"/code/project/{project_id}")}
        names = {key: next(iter(labels)) for key, labels in spellings.items()}
        self._report.codes_there = len(names.keys() & codes.keys())
        parents = {name_key(prefix): prefix for prefix in self._prefixes if any(map(_below(prefix), names.values()))}
        for some in (parents, names):
            missing = [name for key, name in some.items() if key not in codes]
            self._report.codes_created += len(missing)
            for created in self._parallel("Creating codes", missing, lambda name: self._code(project_id, name, codes)):
                codes[name_key(created["name"])] = created["id"]
        return codes

    def _code(self, project_id: int, name: str, codes: dict[str, int]) -> Any:
        parent = next((codes[name_key(prefix)] for prefix in self._prefixes if _below(prefix)(name)), None)
        return self._client.post("/code", {"project_id": project_id, "name": name, "parent_id": parent})

    def _spans(self, standoffs: Sequence[Standoff], documents: dict[str, int], codes: dict[str, int]) -> None:
        me = self._client.get("/user/me")["id"]
        some = [standoff for standoff in standoffs if standoff.name in documents]
        bodies: list[dict[str, Any]] = []
        for missing in self._parallel(
            "Comparing spans", some, lambda standoff: self._missing(standoff, documents[standoff.name], codes, me)
        ):
            bodies += missing
        self._report.spans_created = len(bodies)
        for batch in self._progress("Creating spans", _batches(bodies, SPANS_AT_ONCE), len(bodies), len):
            self._client.post("/span/bulk/create", batch)

    def _missing(self, standoff: Standoff, sdoc_id: int, codes: dict[str, int], me: int) -> list[dict[str, Any]]:
        """The spans of a document that are not there yet, each as often as it should be."""
        text: str = self._client.get(f"/sdoc/data/{sdoc_id}")["text"]
        spans = self._client.pages(f"/span/sdoc/{sdoc_id}/user/{me}")
        there: Counter[Place] = Counter((span["begin"], span["end"], span["code_id"]) for span in spans)
        bodies = []
        for passage in standoff.passages:
            code_id = codes[name_key(passage.label)]
            place = (passage.begin, passage.end, code_id)
            if passage.pieces == 1 and text[passage.begin : passage.end] != passage.quote:
                where = f"{standoff.name} {passage.begin}-{passage.end}"
                self._report.mismatches.append(f"{where}: {passage.quote!r} is {text[passage.begin : passage.end]!r}")
            elif there[place]:
                there[place] -= 1
                self._report.spans_there += 1
            else:
                bodies.append({"sdoc_id": sdoc_id, "begin": passage.begin, "end": passage.end, "code_id": code_id})
        return bodies

    def _parallel(self, title: str, items: Sequence[T], work: Any) -> Iterator[Any]:
        with ThreadPoolExecutor(CONNECTIONS) as pool:
            yield from self._progress(title, pool.map(work, items), len(items), lambda _: 1)

    def _progress(self, title: str, steps: Iterable[T], total: int, size: Any) -> Iterator[T]:
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


def _batches(items: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    for first in range(0, len(items), size):
        yield items[first : first + size]


def _below(prefix: str) -> Any:
    return lambda label: label.startswith(f"{prefix}_")
