"""The methods of CRUD classes stand in the order of the guide: create, read, update, delete, other."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
ORDER = ("create", "read", "update", "delete")


def misplaced(source: str) -> Iterator[tuple[int, str]]:
    """Line and sentence for each public method of a class that stands behind one that comes after it in the order."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.ClassDef):
            continue
        furthest, before = 0, ""
        for method in node.body:
            if not isinstance(method, ast.FunctionDef) or method.name.startswith("_"):
                continue
            place = _place(method.name)
            if place < furthest:
                yield method.lineno, f"{node.name}.{method.name} belongs before {before}"
            else:
                furthest, before = place, method.name


def _place(name: str) -> int:
    return next((place for place, verb in enumerate(ORDER) if name == verb or name.startswith(f"{verb}_")), len(ORDER))


def main() -> int:
    found = [
        f"{path.relative_to(ROOT)}:{line}: {sentence}"
        for path in sorted(ROOT.glob("projections/*_crud.py"))
        for line, sentence in misplaced(path.read_text(encoding="utf-8"))
    ]
    sys.stderr.writelines(f"{line}\n" for line in found)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
