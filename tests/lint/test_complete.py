"""Nothing is forgotten: every area is in every layer, and every list of everything is whole."""

import ast
from collections.abc import Iterator

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from fastapi import APIRouter
from sqlalchemy import Table

from api._writing import LOOKUPS
from api.authz_user import Crud
from api.main import ROUTERS
from commands._decider import Decider
from migrations.tables import metadata
from projections import INLINE
from repos.orm_base import INLINE_SCHEMA, LOG_SCHEMA, InlineORM
from repos.postgres_repo import Postgres
from tests.lint._layers import ROOT, modules, stems

LAYERS = {
    ("commands", "_dto"),
    ("commands", "_decider"),
    ("projections", "_orm"),
    ("projections", "_projector"),
    ("projections", "_lookup"),
    ("queries", "_dto"),
    ("api", "_endpoint"),
    ("tests/commands", ""),
    ("tests/projections", ""),
    ("tests/api", ""),
}

WITHOUT = {
    # Who declares a version asks nothing of others.
    "codebook_version": {("projections", "_lookup")},
    # Definitions and values are tested together.
    "project_metadata": {("tests/projections", ""), ("tests/api", "")},
    "source_document_metadata": {("tests/api", "")},
    # One file answers the questions of all annotations.
    "bbox_annotation": {("projections", "_lookup")},
    "sentence_annotation": {("projections", "_lookup")},
    "span_annotation": {("projections", "_lookup")},
    # A link is read with its tag and its document.
    "tag_link": {("queries", "_dto"), ("tests/api", "")},
    # Accounts are operational rows, and no retelling of the house log.
    "user": {("projections", "_projector")},
}
"""The files that an area does without."""

MADE_FOR_A_REQUEST = {"span_annotation", "sentence_annotation", "bbox_annotation", "span_group_link"}
"""Deciders whose lookups endpoints make, because they know of which entities they will be asked."""

MACHINERY = {"events._tables", "projections._behind_tables", "projections._embedding_table"}
"""Tables that no area has."""

UNNUMBERED = {"member", "tag_link", "span_group_link", "sdocmeta"}
"""Streams that are named by the ids of what they connect."""


def areas() -> set[str]:
    return stems("events", "_events")


@pytest.mark.parametrize("area", sorted(areas()))
def test_an_area_has_its_file_in_every_layer(area: str) -> None:
    expected = {f"{layer}/{area}{suffix}.py" for layer, suffix in LAYERS - WITHOUT.get(area, set())}
    expected = {path.replace(f"/{area}.py", f"/test_{area}.py") for path in expected}
    assert {path for path in expected if not (ROOT / path).is_file()} == set()


def test_what_an_area_does_without_is_not_there() -> None:
    there = {(area, *file) for area, files in WITHOUT.items() for file in files if area in stems(*file)}
    assert there == set()
    assert set(WITHOUT) <= areas()


def test_every_projector_is_listed() -> None:
    found = {module.project for module in modules("projections", "_projector").values()}
    assert found == set(INLINE.values())


def test_every_router_is_listed() -> None:
    found = [vars(module) for module in modules("api", "_endpoint").values()]
    routers = {id(one) for names in found for one in names.values() if isinstance(one, APIRouter)}
    assert routers == {id(router) for router in ROUTERS}
    assert len(ROUTERS) == len(routers)


def deciders() -> Iterator[Decider]:  # type: ignore[type-arg]
    for module in modules("commands", "_decider").values():
        yield from (one for one in vars(module).values() if isinstance(one, Decider))


def test_every_decider_has_its_lookups() -> None:
    assert {decider.area for decider in deciders()} == set(LOOKUPS) | MADE_FOR_A_REQUEST
    assert not set(LOOKUPS) & MADE_FOR_A_REQUEST


def test_every_entity_has_a_sequence_for_its_ids(postgres: Postgres) -> None:
    with postgres.connection() as connection:
        rows = connection.execute(
            "SELECT sequencename FROM pg_sequences WHERE schemaname = 'log' AND sequencename LIKE '%_id'"
        ).fetchall()
    numbered = {decider.area for decider in deciders()} - UNNUMBERED
    assert {row[0] for row in rows} == {f"{area}_id" for area in numbered}


def test_every_table_is_in_the_metadata_of_the_migrations() -> None:
    tree = ast.parse((ROOT / "migrations" / "tables.py").read_text(encoding="utf-8"))
    imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    assert imported - MACHINERY == {f"projections.{stem}_orm" for stem in stems("projections", "_orm")}


def test_every_entity_that_requests_are_authorised_by_has_an_inline_table() -> None:
    tables = {orm.__tablename__ for orm in InlineORM.__subclasses__()}
    assert {crud.value for crud in Crud} <= tables


@pytest.mark.parametrize("orm", InlineORM.__subclasses__(), ids=lambda orm: orm.__name__)
def test_an_inline_table_says_of_every_row_which_project_it_is_in(orm: type[InlineORM]) -> None:
    table = orm.__table__
    assert isinstance(table, Table)
    assert table.schema == INLINE_SCHEMA
    assert not table.columns["project_id"].nullable


def test_migrations_make_the_tables_that_the_code_describes(postgres: Postgres) -> None:
    ours = {table.schema for table in metadata.tables.values()}
    options = {
        "include_schemas": True,
        "include_name": lambda name, kind, _: kind != "schema" or name in ours,
        "version_table_schema": LOG_SCHEMA,
        "compare_server_default": True,
    }
    with postgres.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection, opts=options), metadata) == []
