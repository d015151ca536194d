"""The log: heads, events, the keys of repeated requests, and the sequences that ids come from."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

ENTITIES = (
    *("project", "code", "user", "folder", "sdoc", "span_annotation", "sentence_annotation", "span_group"),
    *("tag", "projmeta", "memo", "codebook_version"),
)
# The id of a metadata value is made of both: 31 and 22 bits are the 53 that JSON numbers have.
LAST = {"sdoc": 2**31 - 1, "projmeta": 2**22 - 1}


def upgrade() -> None:
    op.execute("CREATE SCHEMA IF NOT EXISTS log")
    op.create_table(
        "aggregate_event",
        sa.Column("project_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("purpose", sa.String(collation="C"), nullable=False),
        sa.Column("stream_id", sa.String(collation="C"), nullable=False),
        sa.Column("stream_version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("type", sa.String(collation="C"), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint(
            "project_id", "purpose", "stream_id", "stream_version", name=op.f("pk_aggregate_event")
        ),
        schema="log",
    )
    op.create_table(
        "events",
        sa.Column("project_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("revision", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("stream_id", sa.String(collation="C"), nullable=False),
        sa.Column("stream_version", sa.Integer(), nullable=False),
        sa.Column("type", sa.String(collation="C"), nullable=False),
        sa.Column("schema_version", sa.SmallInteger(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.Column("actor_id", sa.BigInteger(), nullable=False),
        sa.Column("command_id", sa.Uuid(), nullable=False),
        sa.Column("command_index", sa.Integer(), nullable=False),
        sa.Column("command_count", sa.Integer(), nullable=False),
        sa.Column("correlation_id", sa.String(), nullable=False),
        sa.Column("causation_id", sa.Uuid(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("project_id", "revision", name=op.f("pk_events")),
        sa.UniqueConstraint("project_id", "stream_id", "stream_version", name="uq_events_stream_version"),
        schema="log",
    )
    op.create_table(
        "idempotency_key",
        sa.Column("actor_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("route", sa.String(collation="C"), nullable=False),
        sa.Column("key", sa.String(collation="C"), nullable=False),
        sa.Column("body_hash", sa.LargeBinary(), nullable=False),
        sa.Column("project_id", sa.BigInteger(), nullable=False),
        sa.Column("command_id", sa.Uuid(), nullable=False),
        sa.Column("status", sa.SmallInteger(), nullable=False),
        sa.Column("ids", postgresql.ARRAY(sa.BigInteger()), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("actor_id", "route", "key", name=op.f("pk_idempotency_key")),
        schema="log",
    )
    op.create_index("ix_idempotency_key_recorded_at", "idempotency_key", ["recorded_at"], unique=False, schema="log")
    op.create_table(
        "project_heads",
        sa.Column("project_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("revision", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("codebook_revision", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("members_revision", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("folders_revision", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("documents_revision", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("ended", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("project_id", name=op.f("pk_project_heads")),
        schema="log",
        postgresql_with={"fillfactor": "50"},
    )
    op.create_table(
        "tracking",
        sa.Column("project_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("application_name", sa.String(collation="C"), nullable=False),
        sa.Column("notification_id", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("project_id", "application_name", name=op.f("pk_tracking")),
        schema="log",
        postgresql_with={"fillfactor": "50"},
    )
    for entity in ENTITIES:
        first = 10_000 if entity == "user" else 1
        op.execute(f"CREATE SEQUENCE log.{entity}_id START {first} MAXVALUE {LAST.get(entity, 2**53 - 1)}")
    op.execute(
        "CREATE VIEW log.events_as_json AS SELECT project_id, revision, stream_id, stream_version, type, "
        "convert_from(data, 'UTF8')::jsonb AS data, actor_id, command_id, recorded_at FROM log.events"
    )
    op.execute("INSERT INTO log.project_heads (project_id) VALUES (0)")
