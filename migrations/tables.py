"""Every table there is, in one metadata."""

import events._tables
import projections.code_orm
import projections.membership_orm
import projections.project_orm
import projections.user_orm  # noqa: F401
from repos.orm_base import metadata

__all__ = ["metadata"]
