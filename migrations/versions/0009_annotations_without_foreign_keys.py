"""Annotations point to their codes and documents without foreign keys, whose checks were a seventh of appending one.

Whoever makes an annotation depends on the codebook and on no document being removed, which the head remembers.
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "project_heads",
        sa.Column("removals_revision", sa.BigInteger(), nullable=False, server_default="0"),
        schema="log",
    )
    op.execute(
        "UPDATE log.project_heads h SET removals_revision = r.revision FROM ("
        " SELECT project_id, max(revision - command_index + command_count) AS revision FROM log.events"
        " WHERE type = 'sdoc.deleted' GROUP BY project_id"
        ") r WHERE r.project_id = h.project_id"
    )
    for table in ("span_annotation", "sentence_annotation"):
        for column in ("code_id", "sdoc_id"):
            op.drop_constraint(op.f(f"fk_{table}_{column}"), table, schema="inline")
