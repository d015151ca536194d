"""Runs migrations on the connection that `upgrade` holds."""

from alembic import context
from sqlalchemy import text

import migrations.tables
from repos.orm_base import LOG_SCHEMA

connection = context.config.attributes["connection"]
connection.execute(text(f"CREATE SCHEMA IF NOT EXISTS {LOG_SCHEMA}"))
context.configure(
    connection=connection,
    target_metadata=migrations.tables.metadata,
    include_schemas=True,
    version_table_schema=LOG_SCHEMA,
)
with context.begin_transaction():
    context.run_migrations()
