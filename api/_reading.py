"""Reads that ask many questions about one moment, and say which: the revision in `X-Project-Revision` is that one."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

from fastapi import Depends, Request
from psycopg.errors import InvalidSchemaName, UndefinedTable
from sqlalchemy import select
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.orm import Session

from api._services import Services, services_of
from events._tables import project_heads
from projections._behind import NotMade


class Reader:
    def __init__(self, request: Request, services: Services) -> None:
        self._state = request.state
        self._services = services

    @contextmanager
    def __call__(self, project_id: int) -> Iterator[Session]:
        """A session that sees the project as it was at one revision. Raises NotMade, if its read model is not there."""
        try:
            with self._services.postgres.snapshot() as db:
                at = select(project_heads.c.revision).where(project_heads.c.project_id == project_id)
                self._state.revision = db.scalar(at)
                yield db
        except ProgrammingError as error:
            if isinstance(error.orig, UndefinedTable | InvalidSchemaName):
                raise NotMade from None
            raise


async def _reader(request: Request) -> Reader:
    return Reader(request, services_of(request))


Reads = Annotated[Reader, Depends(_reader)]
