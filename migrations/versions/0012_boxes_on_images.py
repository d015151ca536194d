"""The size of images, and boxes on them.

Tables that were kept from a rebuild, or are being built, have the shape of before and are given up: `rebuild` makes
new ones.
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _give_up_copies()
    op.execute(f"CREATE SEQUENCE log.bbox_annotation_id MAXVALUE {2**53 - 1}")
    for column in ("image_width", "image_height"):
        op.add_column("source_document", sa.Column(column, sa.Integer(), nullable=True), schema="inline")
    op.create_table(
        "bbox_annotation",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("project_id", sa.BigInteger(), nullable=False),
        sa.Column("sdoc_id", sa.BigInteger(), nullable=False),
        sa.Column("code_id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("x_min", sa.Integer(), nullable=False),
        sa.Column("x_max", sa.Integer(), nullable=False),
        sa.Column("y_min", sa.Integer(), nullable=False),
        sa.Column("y_max", sa.Integer(), nullable=False),
        sa.Column("codebook_version_id", sa.BigInteger(), nullable=True),
        sa.Column("coded_revision", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bbox_annotation")),
        schema="inline",
    )
    for columns in (["code_id", "user_id"], ["project_id", "id"], ["sdoc_id", "user_id"]):
        name = op.f(f"ix_bbox_annotation_{'_'.join(columns)}")
        op.create_index(name, "bbox_annotation", columns, unique=False, schema="inline")
    op.add_column("memo", sa.Column("bbox_annotation_id", sa.BigInteger(), nullable=True), schema="inline")
    op.create_foreign_key(
        op.f("fk_memo_bbox_annotation_id"),
        "memo",
        "bbox_annotation",
        ["bbox_annotation_id"],
        ["id"],
        source_schema="inline",
        referent_schema="inline",
        deferrable=True,
    )
    op.create_index(
        op.f("ix_memo_bbox_annotation_id"),
        "memo",
        ["bbox_annotation_id"],
        unique=False,
        schema="inline",
        postgresql_where=sa.text("bbox_annotation_id IS NOT NULL"),
    )


def _give_up_copies() -> None:
    copies = "DELETE FROM behind.read_model WHERE model = 'inline' AND state <> 'serving' RETURNING version"
    for (version,) in op.get_bind().execute(sa.text(copies)).all():
        op.execute(f"DROP SCHEMA IF EXISTS inline_{version} CASCADE")
