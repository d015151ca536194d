"""What was written before texts were folded is folded by the migration."""

import importlib

import psycopg

import migrations
from projections._statement import quoted
from repos.embedded_postgres import EmbeddedPostgres
from repos.postgres_repo import Postgres
from tests.conftest import new_database
from tests.migrations._migrating import migrate
from tests.projections.test_folded import FOLDED, rows
from tests.queries._archive import LIBRARY, PROJECT, tell

BEFORE: str = importlib.import_module("migrations.versions.0006_folded_texts").down_revision


def copied(source: Postgres, url: str) -> None:
    """The rows as they were, without what came later."""
    with source.connection() as now, psycopg.connect(url, autocommit=True) as then:
        then.execute("SET session_replication_role = replica")
        for table in FOLDED:
            name = f"inline.{table.__tablename__}"
            columns = then.execute(
                "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0", (name,)
            )
            copy = f"COPY {name} ({quoted(one[0] for one in columns)})"
            with (
                now.cursor().copy(f"{copy} TO STDOUT") as read,
                then.cursor().copy(f"{copy} FROM STDIN") as written,
            ):
                for data in read:
                    written.write(data)


def test_old_rows_are_folded(server: EmbeddedPostgres, template: str) -> None:
    now = Postgres(new_database(server.url, "folded_now", template), pool_size=2)
    tell(now, PROJECT, list(LIBRARY.facts()))
    url = new_database(server.url, "folded_before")
    migrate(url, BEFORE)
    copied(now, url)
    migrations.upgrade(url)
    then = Postgres(url, pool_size=2)
    for table, names in FOLDED.items():
        for twin in names.values():
            expected = {row["id"]: row[twin] for row in rows(now, table)}
            assert {row["id"]: row[twin] for row in rows(then, table)} == expected
            assert expected
    now.close()
    then.close()
