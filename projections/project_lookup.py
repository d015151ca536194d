"""What every new project is furnished with: system codes and metadata definitions."""

from collections.abc import Sequence

from events._event import Fact
from repos.postgres_repo import Connection


class FurnitureMaker:
    def __init__(self, connection: Connection, project_id: int, _: object = ()) -> None:
        self._connection = connection

    def facts(self) -> Sequence[Fact]:
        return []
