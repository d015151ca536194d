"""The log, the inline tables of the daily domain, and accounts."""

from alembic import op

import migrations.tables

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

ENTITIES = ("project", "code", "user")


def upgrade() -> None:
    for schema in ("log", "inline", "account"):
        op.execute(f"CREATE SCHEMA IF NOT EXISTS {schema}")
    migrations.tables.metadata.create_all(op.get_bind())
    for entity in ENTITIES:
        first = 10_000 if entity == "user" else 1
        op.execute(f"CREATE SEQUENCE log.{entity}_id START {first} MAXVALUE 9007199254740991")
    op.execute(
        "CREATE VIEW log.events_as_json AS SELECT project_id, revision, stream_id, stream_version, type, "
        "convert_from(data, 'UTF8')::jsonb AS data, actor_id, command_id, recorded_at FROM log.events"
    )
