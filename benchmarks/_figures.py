"""Figures with their bars: measured in pairs, printed as they come, kept as JSON."""

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median

from rich.console import Console

PAIRS = 5
_console = Console(highlight=False, soft_wrap=True)


@dataclass(frozen=True, slots=True)
class Figure:
    """`bar` is what was asked of it; a figure without one is only told, and one without a value was not measured.

    `note` is for who looks on; it is not kept.
    """

    name: str
    value: float | None
    unit: str
    bar: str | None = None
    ok: bool | None = None
    note: str = ""


class Report:
    def __init__(self) -> None:
        self.figures: list[Figure] = []

    def tell(self, name: str, value: float, unit: str, note: str = "") -> None:
        self._add(Figure(name, round(value, 3), unit, note=note))

    def at_least(self, name: str, value: float, bar: float, unit: str = "x", note: str = "") -> None:
        self._add(Figure(name, round(value, 3), unit, f">= {bar:g}", value >= bar, note))

    def under(self, name: str, value: float, bar: float, unit: str, note: str = "") -> None:
        self._add(Figure(name, round(value, 3), unit, f"< {bar:g}", value < bar, note))

    def unmeasured(self, name: str, unit: str, why: str) -> None:
        self._add(Figure(name, None, unit, note=f"not measured: {why}"))

    def _add(self, figure: Figure) -> None:
        self.figures.append(figure)
        mark = {None: " ", True: "[green]+[/green]", False: "[red]-[/red]"}[figure.ok]
        bar = f"(bar {figure.bar} {figure.unit})" if figure.bar else ""
        value = "-" if figure.value is None else f"{figure.value:,.3f}"
        _console.print(f"{mark} {figure.name:<24} {value:>12} {figure.unit:<10} {bar} {figure.note}")

    def keep(self, path: Path) -> bool:
        """Write all figures to a file; whether every bar was met."""
        path.parent.mkdir(parents=True, exist_ok=True)
        kept = [{name: value for name, value in asdict(figure).items() if name != "note"} for figure in self.figures]
        path.write_text(json.dumps(kept, indent=1, allow_nan=False) + "\n")
        return all(figure.ok is not False for figure in self.figures)


@dataclass(frozen=True, slots=True)
class Paired:
    """Medians of interleaved pairs, and the ratio of each pair."""

    ours: float
    theirs: float
    ratios: Sequence[float]

    @property
    def ratio(self) -> float:
        return median(self.ratios)

    def note(self, unit: str) -> str:
        pairs = f"median of {len(self.ratios)} interleaved pairs, {min(self.ratios):.3g}-{max(self.ratios):.3g}"
        return f"{self.ours:,.1f} against {self.theirs:,.1f} {unit}, {pairs}"


def paired(ours: Callable[[], float], theirs: Callable[[], float], pairs: int = PAIRS) -> Paired:
    """Measure two things in turn, so that a machine that slows down slows both; neither always comes first."""
    our: list[float] = []
    their: list[float] = []
    for number in range(pairs):
        for measure, into in [(ours, our), (theirs, their)][:: -1 if number % 2 else 1]:
            into.append(measure())
    return Paired(median(our), median(their), [a / b for a, b in zip(our, their, strict=True)])
