"""Read models behind the log: which version answers, how far it has come, and waiting for it."""

import time
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import Depends, Header, Query, Request

from api._address import Whole
from api._services import Services, services_of
from commands._refusal import Refused, exception_handler
from commands.dto_base import MAX_ID
from projections._registry import NotServed
from queries.projection_service import Standing, standing
from systems.room_system import Place

_FIRST_PAUSE, _LONGEST_PAUSE = 0.001, 0.05
_AT_LEAST = 1.0
"""Seconds that everybody may wait for a revision, also where others want the place: what they ask for may be there."""


@exception_handler(503)
class Late(Refused):
    """What you ask has not been retold up to this revision yet: try again in a moment, or ask without min_revision."""


class Lateness:
    """`min_revision` of a request: the answer must know at least this revision of the project."""

    def __init__(self, request: Request, services: Services, min_revision: int, place: Place) -> None:
        self._services = services
        self._min_revision = min_revision
        self._place = place
        self._state = request.state

    def of(self, model: str, project_id: int) -> Standing:
        """The version that answers, once it has come far enough; the answer says how far. Raises Late."""
        asked = self._services.read_models.model(model)
        begun = time.monotonic()
        deadline = begun + self._services.config.read_models.wait_seconds
        pause = _FIRST_PAUSE
        while True:
            try:
                with self._services.postgres.connection() as connection:
                    found = standing(connection, asked, project_id)
            except NotServed:
                found = None
            if found is not None and found.revision >= self._min_revision:
                self._state.revision = found.revision
                return found
            now = time.monotonic()
            if now + pause > deadline or (now > begun + _AT_LEAST and self._place.is_wanted):
                raise Late
            time.sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE)

    def is_behind(self, standing: Standing) -> bool:
        """Whether more has happened in the project, up to the moment that is read, than the version knew."""
        return bool(standing.revision < self._state.revision)

    def say(self, standing: Standing) -> None:
        """The answer says how far the read model had come, whatever was read after that."""
        self._state.revision = standing.revision


async def _lateness(
    request: Request,
    min_revision: Annotated[
        Whole, Query(ge=0, le=MAX_ID, description="Wait until the answer knows this revision of the project")
    ] = 0,
    x_min_revision: Annotated[
        Whole, Header(alias="X-Min-Revision", ge=0, le=MAX_ID, description="The same as `min_revision`")
    ] = 0,
) -> AsyncIterator[Lateness]:
    services = services_of(request)
    revision = max(min_revision, x_min_revision)
    # Who waits for a revision does not keep those from asking who do not.
    async with (services.waiting if revision else services.asking).place() as place:
        yield Lateness(request, services, revision, place)


Waits = Annotated[Lateness, Depends(_lateness, scope="function")]
