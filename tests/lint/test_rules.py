"""The house rules hold, and would be seen broken."""

from collections.abc import Iterable

import pytest
from grimp import ImportGraph
from importlinter.domain.contract import ContractCheck

from tests.lint import crud_order
from tests.lint.contracts import NamesContract


def test_methods_of_cruds_stand_in_order() -> None:
    assert crud_order.main() == 0


def test_a_misplaced_method_is_found() -> None:
    source = """
class CRUDCode(CRUDBase):
    def create_many(self): ...
    def readable(self): ...
    def read_by_name(self): ...
    def _helper(self): ...
    def delete(self): ...
    def update(self): ...
"""
    assert list(crud_order.misplaced(source)) == [
        (5, "CRUDCode.read_by_name belongs before readable"),
        (7, "CRUDCode.delete belongs before readable"),
        (8, "CRUDCode.update belongs before readable"),
    ]


def test_a_class_in_order_is_left_alone() -> None:
    source = """
class CRUDTag(CRUDBase):
    def create(self): ...
    def read(self): ...
    def read_by_name(self): ...
    def update(self): ...
    def readable(self): ...
"""
    assert list(crud_order.misplaced(source)) == []


def checked(imports: Iterable[tuple[str, str]], **options: list[str]) -> ContractCheck:
    graph = ImportGraph()
    for importer, imported in imports:
        graph.add_import(importer=importer, imported=imported, line_number=1, line_contents="")
    session = {"root_packages": ["api", "commands"], "include_external_packages": True}
    contract = NamesContract(name="a rule", session_options=session, contract_options=options)
    return contract.check(graph, verbose=False)


@pytest.mark.parametrize(
    ("imported", "kept"),
    [
        ("commands.code_dto", True),
        ("commands._decider", True),
        ("sqlalchemy", True),
        ("commands.tag_dto", False),
        ("commands.code_decider", False),
        ("psycopg", False),
    ],
)
def test_a_module_imports_what_its_name_allows(imported: str, kept: bool) -> None:
    options = {
        "modules": ["api.{area}_endpoint"],
        "may_import": ["commands.{area}_dto", "commands._*"],
        "may_not_import": ["psycopg*"],
    }
    assert checked([("api.code_endpoint", imported)], **options).kept is kept
    assert checked([("api.main", imported)], **options).kept
    assert checked([("api.code_endpoint", imported)], **options, but_not=["api.code_*"]).kept


def test_what_is_excused_must_be_there() -> None:
    options = {"modules": ["api.{area}_endpoint"], "may_not_import": ["commands.{any}_dto"]}
    excuse = {"ignore_imports": ["api.code_endpoint -> commands.tag_dto"]}
    assert checked([("api.code_endpoint", "commands.tag_dto")], **options, **excuse).kept
    assert not checked([("api.code_endpoint", "commands.memo_dto")], **options, **excuse).kept
    assert not checked([("api.code_endpoint", "commands._decider")], **options, **excuse).kept


def test_an_exception_may_be_of_the_same_area() -> None:
    options = {
        "modules": ["api.{area}_endpoint"],
        "may_not_import": ["commands.{any}_dto"],
        "except_for": ["commands.{area}_dto"],
    }
    assert checked([("api.code_endpoint", "commands.code_dto")], **options).kept
    assert not checked([("api.code_endpoint", "commands.tag_dto")], **options).kept


@pytest.mark.parametrize(("imported", "kept"), [("commands._decider", True), ("commands.code_decider", False)])
def test_machinery_is_told_from_areas_by_its_underscore(imported: str, kept: bool) -> None:
    options = {"modules": ["*._*"], "may_not_import": ["*.{any}_decider"]}
    assert checked([("api._writing", imported)], **options).kept is kept
    assert checked([("api.code_endpoint", imported)], **options).kept
