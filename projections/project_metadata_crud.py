"""Reading metadata definitions."""

from projections._crud import CRUDBase
from projections.project_metadata_orm import ProjectMetadataORM


class CRUDProjectMetadata(CRUDBase[ProjectMetadataORM]):
    pass


crud_project_metadata = CRUDProjectMetadata(ProjectMetadataORM)
