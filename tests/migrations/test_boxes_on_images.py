"""Copies of the inline tables that have no room for boxes are given up by the migration, and nothing else is."""

import importlib

import psycopg

from repos.embedded_postgres import EmbeddedPostgres
from tests.conftest import new_database
from tests.migrations._migrating import migrate

MIGRATION = importlib.import_module("migrations.versions.0012_boxes_on_images")
VERSIONS = [
    ("inline", 1, "kept"),
    ("inline", 2, "kept"),
    ("inline", 3, "serving"),
    ("inline", 4, "building"),
    ("words", 1, "kept"),
    ("words", 2, "serving"),
    ("words", 3, "building"),
]
"""Of these the first lost its schema, and the one of the inline tables that serves is in the schema `inline`."""
SCHEMAS = {"inline_2", "inline_4", "words_1", "words_2", "words_3"}


def arranged(connection: psycopg.Connection) -> None:
    """Read models in all states, each with a checkpoint and a table."""
    for model, version, state in VERSIONS:
        connection.execute(
            "INSERT INTO behind.read_model (model, version, backend, state) VALUES (%s, %s, 'postgres', %s)",
            (model, version, state),
        )
        connection.execute(
            "INSERT INTO behind.checkpoint (model, version, project_id) VALUES (%s, %s, 1)", (model, version)
        )
    for schema in SCHEMAS:
        connection.execute(f"CREATE SCHEMA {schema} CREATE TABLE memo (id bigint)")


def versions(connection: psycopg.Connection, table: str) -> list[tuple[str, int]]:
    return connection.execute(f"SELECT model, version FROM behind.{table} ORDER BY model, version").fetchall()


def schemas(connection: psycopg.Connection) -> set[str]:
    found = connection.execute("SELECT nspname FROM pg_namespace WHERE nspname ~ '^(inline|words)'")
    return {name for (name,) in found}


def test_copies_of_the_inline_tables_are_given_up_and_other_read_models_stay(server: EmbeddedPostgres) -> None:
    url = new_database(server.url, "before_boxes")
    migrate(url, MIGRATION.down_revision)
    with psycopg.connect(url, autocommit=True) as connection:
        arranged(connection)
        migrate(url, MIGRATION.revision)
        left = [("inline", 3), ("words", 1), ("words", 2), ("words", 3)]
        assert versions(connection, "read_model") == versions(connection, "checkpoint") == left
        assert schemas(connection) == {"inline", "words_1", "words_2", "words_3"}
