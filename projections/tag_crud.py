"""Reading tags."""

from collections.abc import Mapping
from typing import Any, ClassVar

from sqlalchemy import Select

from projections._crud import CRUDBase
from projections.memo_orm import memo_ids
from projections.tag_orm import TagORM


class CRUDTag(CRUDBase[TagORM]):
    derived: ClassVar[Mapping[str, Any]] = {"memo_ids": []}

    ### OTHER OPERATIONS ###
    def readable(self) -> Select[Any]:
        return super().readable().add_columns(memo_ids("tag", self.table.c.id))


crud_tag = CRUDTag(TagORM)
