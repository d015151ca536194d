"""The to-do list: the tables and functions of procrastinate, in a schema of their own.

They are as the pinned version of the library ships them; when a later version changes them, the
library's own migrations become a revision here.
"""

from alembic import op
from procrastinate.schema import SchemaManager

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("CREATE SCHEMA jobs")
    op.execute("SET LOCAL search_path = jobs")
    # The driver's own statement, because `:name` and `%` mean nothing in here.
    driver = op.get_bind().connection.driver_connection
    assert driver is not None
    with driver.cursor() as cursor:
        cursor.execute(SchemaManager.get_schema())
    op.execute("SET LOCAL search_path = DEFAULT")
