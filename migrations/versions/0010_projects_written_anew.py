"""The projects that a worker is to write anew in the version of a read model that serves."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "rewrite",
        sa.Column("model", sa.String(collation="C"), nullable=False),
        sa.Column("project_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("asked", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("model", "project_id", name=op.f("pk_rewrite")),
        schema="behind",
    )
