"""Import contracts by the names of files, so that a new area obeys them without being listed."""

import re
from collections.abc import Sequence
from typing import Any

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output

AREA = "{area}"
MEANING = {"*": ".*", "{any}": r"[a-z]\w*", AREA: r"(?P<area>[a-z]\w*)"}


class NamesContract(Contract):
    """Modules with these names import what they may, and nothing that they may not.

    Names are patterns: `*` stands for anything, `{any}` for a name that is not machinery's, `{area}` for the same name
    on both sides. `modules` are checked, except `but_not`. `may_import` is all they may import of ours;
    `may_not_import` is forbidden, ours or not, unless it is in `except_for`. Direct imports count. What
    `ignore_imports` excuses, as `a -> b`, must be there.
    """

    type_name = "names"

    modules = fields.ListField(subfield=fields.StringField())
    but_not = fields.ListField(subfield=fields.StringField(), required=False, default=())
    may_import = fields.ListField(subfield=fields.StringField(), required=False, default=())
    may_not_import = fields.ListField(subfield=fields.StringField(), required=False, default=())
    except_for = fields.ListField(subfield=fields.StringField(), required=False, default=())
    ignore_imports = fields.ListField(subfield=fields.StringField(), required=False, default=())

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        ours = tuple(self.session_options["root_packages"])
        broken = {
            f"{importer} -> {imported}": _line(graph, importer, imported)
            for importer in sorted(graph.modules)
            if (area := self._area(importer)) is not None
            for imported in sorted(graph.find_modules_directly_imported_by(importer))
            if not self._allowed(imported, area, ours)
        }
        excused = set(_of(self.ignore_imports))
        found = {names: line for names, line in broken.items() if names not in excused}
        vain = sorted(excused - set(broken))
        return ContractCheck(kept=not found and not vain, metadata={"found": found, "vain": vain})

    def render_broken_contract(self, check: ContractCheck) -> None:
        for names, line in check.metadata["found"].items():
            output.print_error(f"{names} (line {line})", bold=False)
        for names in check.metadata["vain"]:
            output.print_error(f"{names} is excused, and not there", bold=False)

    def _area(self, importer: str) -> str | None:
        """What `{area}` stands for in a module that is checked ("" if nothing), None for one that is not."""
        if _first(_of(self.but_not), importer) is not None:
            return None
        match = _first(_of(self.modules), importer)
        return None if match is None else match.groupdict().get("area") or ""

    def _allowed(self, imported: str, area: str, ours: tuple[str, ...]) -> bool:
        def listed(patterns: Any) -> bool:
            return _first([pattern.replace(AREA, area) for pattern in _of(patterns)], imported) is not None

        if listed(self.may_not_import) and not listed(self.except_for):
            return False
        return not _of(self.may_import) or imported.split(".")[0] not in ours or listed(self.may_import)


def _of(patterns: Any) -> Sequence[str]:
    """The value of a field, which the library's own types do not know."""
    return list(patterns)


def _first(patterns: Sequence[str], name: str) -> re.Match[str] | None:
    matches = (re.fullmatch(_expression(pattern), name) for pattern in patterns)
    return next((match for match in matches if match), None)


def _expression(pattern: str) -> str:
    words = re.split(r"(\*|\{any\}|\{area\})", pattern)
    return "".join(MEANING.get(word, re.escape(word)) for word in words)


def _line(graph: ImportGraph, importer: str, imported: str) -> int:
    details = graph.get_import_details(importer=importer, imported=imported)
    return details[0]["line_number"] if details else 0
