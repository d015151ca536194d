"""Reading codebook versions."""

from projections._crud import CRUDBase
from projections.codebook_version_orm import CodebookVersionORM


class CRUDCodebookVersion(CRUDBase[CodebookVersionORM]):
    pass


crud_codebook_version = CRUDCodebookVersion(CodebookVersionORM)
