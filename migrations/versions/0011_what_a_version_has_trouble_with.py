"""What the error of a version of a read model keeps it from, in a column of its own."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("read_model", sa.Column("trouble", sa.String(collation="C"), nullable=True), schema="behind")
    # Whatever is still wrong is noted again within seconds.
    op.execute("UPDATE behind.read_model SET error = NULL")
