"""Read models behind the log: their versions, checkpoints and dead letters, and where memos last changed."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "project_heads", sa.Column("memos_revision", sa.BigInteger(), nullable=False, server_default="0"), schema="log"
    )
    op.execute(
        "UPDATE log.project_heads h SET memos_revision = m.revision FROM ("
        " SELECT project_id, max(revision - command_index + command_count) AS revision FROM log.events"
        " WHERE type LIKE 'memo.%' GROUP BY project_id"
        ") m WHERE m.project_id = h.project_id"
    )
    op.execute("CREATE SCHEMA behind")
    op.create_table(
        "read_model",
        sa.Column("model", sa.String(collation="C"), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("backend", sa.String(collation="C"), nullable=False),
        sa.Column("state", sa.String(collation="C"), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("error", sa.String(), nullable=True),
        sa.Column("rate", sa.Float(), server_default="0", nullable=False),
        sa.Column("worked", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("model", "version", name=op.f("pk_read_model")),
        schema="behind",
    )
    for state in ("serving", "building"):
        op.create_index(
            f"uq_read_model_{state}",
            "read_model",
            ["model"],
            unique=True,
            schema="behind",
            postgresql_where=sa.text(f"state = '{state}'"),
        )
    op.create_table(
        "checkpoint",
        sa.Column("model", sa.String(collation="C"), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("project_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("revision", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("moved", sa.DateTime(timezone=True), nullable=True),
        _of_read_model("checkpoint"),
        sa.PrimaryKeyConstraint("model", "version", "project_id", name=op.f("pk_checkpoint")),
        schema="behind",
        postgresql_with={"fillfactor": "50"},
    )
    op.create_table(
        "dead_letter",
        sa.Column("model", sa.String(collation="C"), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("project_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("stream_id", sa.String(collation="C"), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("error", sa.String(), nullable=False),
        sa.Column("parked", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        _of_read_model("dead_letter"),
        sa.PrimaryKeyConstraint("model", "version", "project_id", "stream_id", name=op.f("pk_dead_letter")),
        schema="behind",
    )


def _of_read_model(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["model", "version"],
        ["behind.read_model.model", "behind.read_model.version"],
        name=op.f(f"fk_{table}_model_version"),
        ondelete="CASCADE",
    )
