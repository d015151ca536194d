"""What a version of a read model has trouble with, how long it rests, and whether it has served; and which number was
given last, because a process that has read from a version may remember it longer than the database does."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for column in (
        sa.Column("trouble", sa.String(collation="C"), nullable=True),
        sa.Column("rests_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("served", sa.Boolean(), server_default=sa.text("false"), nullable=False),
    ):
        op.add_column("read_model", column, schema="behind")
    # Whatever is still wrong is noted again within seconds.
    op.execute("UPDATE behind.read_model SET error = NULL, served = state <> 'building'")
    op.create_table(
        "last_version",
        sa.Column("model", sa.String(collation="C"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("model", name=op.f("pk_last_version")),
        schema="behind",
    )
    op.execute("INSERT INTO behind.last_version SELECT model, max(version) FROM behind.read_model GROUP BY model")
