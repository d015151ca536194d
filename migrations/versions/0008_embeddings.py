"""The cache of embeddings: vectors by model and hash of the text."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("CREATE SCHEMA cache")
    op.create_table(
        "embedding",
        sa.Column("model", sa.String(collation="C"), nullable=False),
        sa.Column("sha256", sa.LargeBinary(), nullable=False),
        sa.Column("vector", sa.LargeBinary(), nullable=False),
        sa.Column("used", sa.Date(), server_default=sa.text("CURRENT_DATE"), nullable=False),
        sa.PrimaryKeyConstraint("model", "sha256", name=op.f("pk_embedding")),
        schema="cache",
    )
    # Half-precision numbers cannot be compressed, so nobody need try.
    op.execute("ALTER TABLE cache.embedding ALTER vector SET STORAGE EXTERNAL")
    op.create_index(op.f("ix_embedding_used"), "embedding", ["used"], unique=False, schema="cache")
