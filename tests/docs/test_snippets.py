"""What the pages of docs/ show is code that runs: each snippet is a piece of a tested file, word for word."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
_SNIPPET = re.compile(r"^`([\w/]+\.py)::([\w.]+)`\n+```python\n(.*?)^```$", re.M | re.S)
SNIPPETS = [
    pytest.param(page, *match.groups(), id=f"{page.name}:{match[1]}::{match[2]}")
    for page in sorted((ROOT / "docs").rglob("*.md"))
    for match in _SNIPPET.finditer(page.read_text())
]


def piece(path: Path, symbol: str) -> str:
    """The source of a class, function or assignment, decorators included."""
    source = path.read_text()
    lines = source.splitlines(keepends=True)
    for node in ast.parse(source).body:
        decorators = getattr(node, "decorator_list", [])
        names = [getattr(node, "name", None), *(getattr(target, "id", None) for target in getattr(node, "targets", []))]
        if symbol in names:
            first = min([node.lineno, *(decorator.lineno for decorator in decorators)])
            return "".join(lines[first - 1 : node.end_lineno])
    raise LookupError(f"{path} has no {symbol}")


@pytest.mark.parametrize(("page", "path", "symbol", "shown"), SNIPPETS)
def test_a_snippet_is_what_the_code_says(page: Path, path: str, symbol: str, shown: str) -> None:
    assert shown == piece(ROOT / path, symbol), f"{page.name} shows another {symbol} than {path} has"


def test_there_are_snippets() -> None:
    assert len(SNIPPETS) >= 5
