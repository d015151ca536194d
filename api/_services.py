"""What every request needs of the running process: made once, in the composition root."""

from dataclasses import dataclass
from typing import Annotated, cast

from fastapi import Depends, Request

from api._read_models import ReadModels
from configs.schema import Config
from events._store import EventStore
from projections._coalesce import Quoter
from repos.blob_repo import BlobRepo
from repos.postgres_repo import Postgres
from repos.signal_repo import Announcer
from systems.password_system import Passwords
from systems.readiness_system import Readiness
from systems.room_system import Room
from systems.signature_system import Signatures
from systems.throttle_system import Throttle
from systems.token_system import AccessTokens
from systems.turns_system import Turns


@dataclass(frozen=True, slots=True)
class Services:
    config: Config
    postgres: Postgres
    store: EventStore
    blobs: BlobRepo
    quote: Quoter
    tokens: AccessTokens
    content_signatures: Signatures
    passwords: Passwords
    throttle: Throttle
    readiness: Readiness[list[str]]
    announcer: Announcer
    read_models: ReadModels
    turns: Turns
    asking: Room
    waiting: Room

    def close(self) -> None:
        self.announcer.close()
        self.read_models.close()
        self.postgres.close()


def services_of(request: Request) -> Services:
    """For dependencies of every request, of which each further one has its price."""
    return cast(Services, request.app.state.services)


async def _services(request: Request) -> Services:
    return services_of(request)


Serves = Annotated[Services, Depends(_services)]
