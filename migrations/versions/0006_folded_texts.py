"""What texts are filtered by: folded, beside the texts themselves."""

import json
from collections.abc import Iterator

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from systems.fold_system import folded

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

TEXTS = (
    ("span_annotation", "text", "text_fold", False),
    ("sentence_annotation", "text", "text_fold", False),
    ("source_document", "name", "name_fold", False),
    ("memo", "title", "title_fold", False),
    ("memo", "content", "content_fold", False),
    ("source_document_metadata", "str_value", "str_fold", True),
)
_BATCH = 10_000


def upgrade() -> None:
    for table, source, twin, nullable in TEXTS:
        op.add_column(table, sa.Column(twin, sa.String(collation="C"), nullable=True), schema="inline")
        # The database lowers what is ASCII as Python folds it; that is nearly everything, and many times as fast.
        op.execute(
            f'UPDATE inline.{table} SET {twin} = lower({source} COLLATE "C") '
            f"WHERE octet_length({source}) = char_length({source})"
        )
        _fold(table, source, twin, "varchar")
        op.alter_column(table, twin, nullable=nullable, schema="inline")
    table = "source_document_metadata"
    op.add_column(table, sa.Column("list_fold", postgresql.JSONB(), nullable=True), schema="inline")
    _fold(table, "list_value", "list_fold", "jsonb")


def _fold(table: str, source: str, twin: str, type_: str) -> None:
    """Fill the column where that has still to be done."""
    update = sa.text(
        f"UPDATE inline.{table} t SET {twin} = CAST(v.twin AS {type_}) "
        "FROM unnest(CAST(:ids AS bigint[]), CAST(:twins AS text[])) AS v(id, twin) WHERE t.id = v.id"
    )
    for rows in _batches(table, source, twin):
        twins = [folded(value) for _, value in rows]
        texts = [json.dumps(twin) if isinstance(twin, list) else twin for twin in twins]
        op.get_bind().execute(update, {"ids": [id for id, _ in rows], "twins": texts})


def _batches(table: str, source: str, twin: str) -> Iterator[list[tuple[int, object]]]:
    after = 0
    while True:
        found = op.get_bind().execute(
            sa.text(
                f"SELECT id, {source} FROM inline.{table} WHERE id > :after AND {twin} IS NULL "
                f"AND {source} IS NOT NULL ORDER BY id LIMIT {_BATCH}"
            ),
            {"after": after},
        )
        rows = [(row[0], row[1]) for row in found]
        if not rows:
            return
        yield rows
        after = rows[-1][0]
