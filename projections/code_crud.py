"""Reading codes."""

from collections.abc import Mapping
from typing import Any, ClassVar

from sqlalchemy import Select

from projections._crud import CRUDBase
from projections.code_orm import CodeORM
from projections.memo_orm import memo_ids


class CRUDCode(CRUDBase[CodeORM]):
    derived: ClassVar[Mapping[str, Any]] = {"memo_ids": []}

    ### OTHER OPERATIONS ###
    def readable(self) -> Select[Any]:
        return super().readable().add_columns(memo_ids("code", self.table.c.id))


crud_code = CRUDCode(CodeORM)
