"""What an import found and did, in words and as JSON."""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field

SHOWN = 20


@dataclass
class ImportReport:
    """`seconds` says where the time went; the revisions are those of the project before and after."""

    project: str
    project_id: int = 0
    revision_before: int = 0
    revision: int = 0
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

    @property
    def complete(self) -> bool:
        """Everything of the folder is in the project now."""
        return not (self.missing_texts or self.failed_texts or self.mismatches)

    def as_json(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False, indent=1)

    def as_text(self) -> str:
        return "\n".join(self._lines())

    def _lines(self) -> Iterator[str]:
        yield f"{self.project} (project {self.project_id}), {self._outcome()}"
        yield f"  texts   {self.texts_uploaded:>7,} uploaded, {self.texts_there:,} were there"
        yield f"  codes   {self.codes_created:>7,} created, {self.codes_there:,} were there"
        yield f"  spans   {self.spans_created:>7,} created, {self.spans_there:,} were there"
        if self.merged_labels:
            yield f"  {len(self.merged_labels):,} groups of labels differ only in case and are one code each:"
            yield from (f"    {' = '.join(labels)}" for labels in self.merged_labels)
        if self.joined:
            yield f"  {_annotations(self.joined)} in several parts: one span each, from the first part to the last"
        if self.left_out:
            yield f"  left out: {', '.join(f'{n:,} lines of kind {kind}' for kind, n in self.left_out.items())}"
        for title, names in (
            ("no text for", self.missing_texts),
            ("not taken in", self.failed_texts),
            ("quoted otherwise than in the text, and left out", self.mismatches),
        ):
            yield from (f"  {title}: {name}" for name in names[:SHOWN])
            if len(names) > SHOWN:
                yield f"  {title}: and {len(names) - SHOWN:,} more"
        yield "  " + ", ".join(f"{name} {seconds:.1f} s" for name, seconds in self.seconds.items())

    def _outcome(self) -> str:
        if self.revision == self.revision_before:
            return f"nothing changed: it is at revision {self.revision:,}"
        return f"now at revision {self.revision:,}"


def _annotations(n: int) -> str:
    return "1 annotation" if n == 1 else f"{n:,} annotations"
