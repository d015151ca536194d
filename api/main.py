"""The composition root: everything is built and joined here, and only here."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.gzip import GZipMiddleware

from api import _errors, code_endpoint, project_endpoint
from api._middleware import Surroundings
from api._services import Services
from configs.schema import Config
from events._store import EventStore
from projections import INLINE
from projections._quote import quoter
from projections._sink import RelationalSink
from repos.blob_repo import BlobRepo
from repos.data_folder import DataFolder
from repos.postgres_repo import Postgres
from systems.token_system import AccessTokens

ROUTERS: tuple[APIRouter, ...] = (project_endpoint.router, code_endpoint.router)

EXPOSED = ["ETag", "Link", "Location", "Retry-After", "X-Project-Revision", "X-Request-ID"]


def create_app(config: Config, url: str, data_folder: DataFolder) -> FastAPI:
    """The application over one database and one data folder."""
    app = FastAPI(
        title="Palimpsest",
        version="0.1.0",
        summary="The event-sourced backend of a suite for discourse and qualitative analysis",
        generate_unique_id_function=_operation_id,
        lifespan=_lifespan,
        responses={"default": {"model": _errors.Problem, "description": "An error, as application/problem+json"}},
    )
    app.state.services = services(config, url, data_folder)
    for router in ROUTERS:
        app.include_router(router)
    _errors.install(app)
    app.add_middleware(GZipMiddleware, minimum_size=config.api.gzip_minimum_bytes, compresslevel=4)
    if config.api.cors_origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=config.api.cors_origins,
            allow_methods=["*"],
            allow_headers=["*"],
            expose_headers=EXPOSED,
        )
    app.add_middleware(Surroundings, config=config.api)
    return app


def services(config: Config, url: str, data_folder: DataFolder) -> Services:
    postgres = Postgres(url, pool_size=config.postgres.pool_size)
    blobs = BlobRepo(data_folder.blobs)
    quote = quoter(blobs)
    sink = RelationalSink(INLINE, quote)
    return Services(
        config=config,
        postgres=postgres,
        store=EventStore(postgres, sink),
        blobs=blobs,
        quote=quote,
        tokens=AccessTokens(
            (config.auth.signing_key or data_folder.own_signing_key()).encode(),
            timedelta(minutes=config.auth.access_token_minutes),
        ),
    )


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    yield
    app.state.services.postgres.close()


def _operation_id(route: APIRoute) -> str:
    return f"{route.tags[0]}-{route.name}"
