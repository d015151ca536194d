"""What every new project is furnished with, under fresh ids."""

from collections.abc import Sequence

from commands._furniture import CODES, DEFINITIONS, furniture
from events._event import Fact
from repos.postgres_repo import Connection


class FurnitureMaker:
    def __init__(self, connection: Connection, project_id: int, _: object = ()) -> None:
        self._connection = connection

    def facts(self) -> Sequence[Fact]:
        return list(furniture(self._fresh("code", CODES), self._fresh("projmeta", DEFINITIONS)))

    def _fresh(self, entity: str, n: int) -> Sequence[int]:
        rows = self._connection.execute(
            "SELECT nextval($1::regclass) FROM generate_series(1, $2)", (f"log.{entity}_id", n)
        )
        return [row[0] for row in rows]
