"""Reading codes."""

from projections._crud import CRUDBase
from projections.code_orm import CodeORM


class CRUDCode(CRUDBase[CodeORM]):
    pass


crud_code = CRUDCode(CodeORM)
