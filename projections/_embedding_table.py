"""Vectors of texts that were made once, so that no text is embedded twice by the same model."""

from sqlalchemy import Column, Date, LargeBinary, String, Table, func

from repos.orm_base import CACHE_SCHEMA, metadata

# Packed vectors as bytes, and no type of an extension: the database may have none if the vectors are kept elsewhere.
embedding = Table(
    "embedding",
    metadata,
    Column("model", String(collation="C"), primary_key=True),
    Column("sha256", LargeBinary, primary_key=True),
    Column("vector", LargeBinary, nullable=False),
    # When it was last needed, give or take a month: what nobody needs for a year may be collected.
    Column("used", Date, nullable=False, server_default=func.current_date(), index=True),
    schema=CACHE_SCHEMA,
)
