"""The composition root: everything is built and joined here, and only here."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from functools import partial

from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.gzip import GZipMiddleware

from api import (
    _errors,
    analysis_endpoint,
    authentication_endpoint,
    bbox_annotation_endpoint,
    code_endpoint,
    codebook_version_endpoint,
    docprocessing_endpoint,
    folder_endpoint,
    general_endpoint,
    history_endpoint,
    membership_endpoint,
    memo_endpoint,
    project_endpoint,
    project_metadata_endpoint,
    projection_endpoint,
    search_annotate_endpoint,
    sentence_annotation_endpoint,
    simsearch_endpoint,
    source_document_endpoint,
    source_document_metadata_endpoint,
    span_annotation_endpoint,
    span_group_endpoint,
    statistics_endpoint,
    table_search_endpoint,
    tag_endpoint,
    tag_link_endpoint,
    text_search_endpoint,
    user_endpoint,
    word_frequency_endpoint,
)
from api._middleware import Surroundings
from api._openapi import DocumentedAPI
from api._read_models import ReadModels
from api._services import Services
from configs.schema import Config
from events._store import EventStore
from projections import INLINE
from projections._quote import quoter
from projections._sink import RelationalSink
from queries.projection_service import late
from repos.blob_repo import BlobRepo
from repos.data_folder import DataFolder
from repos.postgres_repo import Postgres
from repos.signal_repo import Announcer
from systems.garbage_system import IN_ANSWERS, collect_seldom
from systems.password_system import Passwords
from systems.readiness_system import Readiness
from systems.room_system import Room
from systems.signature_system import Signatures
from systems.throttle_system import Throttle
from systems.token_system import AccessTokens
from systems.turns_system import Turns

ROUTERS: tuple[APIRouter, ...] = (
    general_endpoint.router,
    authentication_endpoint.router,
    user_endpoint.router,
    membership_endpoint.router,
    project_endpoint.router,
    history_endpoint.router,
    code_endpoint.router,
    codebook_version_endpoint.router,
    tag_link_endpoint.router,
    tag_endpoint.router,
    project_metadata_endpoint.router,
    source_document_metadata_endpoint.router,
    folder_endpoint.router,
    docprocessing_endpoint.router,
    source_document_endpoint.router,
    source_document_endpoint.project_router,
    memo_endpoint.router,
    span_annotation_endpoint.router,
    span_group_endpoint.router,
    sentence_annotation_endpoint.router,
    bbox_annotation_endpoint.router,
    projection_endpoint.router,
    table_search_endpoint.router,
    text_search_endpoint.router,
    simsearch_endpoint.router,
    search_annotate_endpoint.router,
    word_frequency_endpoint.router,
    analysis_endpoint.router,
    statistics_endpoint.router,
)

_PATIENCE = 5.0  # seconds until somebody who finds no room to ask a read model is told to come back
EXPOSED = ["ETag", "Link", "Location", "Retry-After", "X-Project-Revision", "X-Request-ID"]


def create_app(config: Config, url: str, data_folder: DataFolder) -> FastAPI:
    """The application over one database and one data folder."""
    app = DocumentedAPI(
        title="Palimpsest",
        version="0.1.0",
        summary="The event-sourced backend of a suite for discourse and qualitative analysis",
        generate_unique_id_function=_operation_id,
        lifespan=_lifespan,
    )
    app.state.services = services(config, url, data_folder)
    for router in ROUTERS:
        app.include_router(router)
    _errors.install(app)
    app.add_middleware(GZipMiddleware, minimum_size=config.api.gzip_minimum_bytes, compresslevel=4)
    app.add_middleware(Surroundings, config=config.api)
    if config.api.cors_origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=config.api.cors_origins,
            allow_methods=["*"],
            allow_headers=["*"],
            expose_headers=EXPOSED,
        )
    return app


def services(config: Config, url: str, data_folder: DataFolder) -> Services:
    postgres = Postgres(url, pool_size=config.postgres.pool_size, lock_seconds=config.api.lock_seconds)
    blobs = BlobRepo(data_folder.blobs)
    quote = quoter(blobs)
    announcer = Announcer(url)
    sink = RelationalSink(INLINE, quote)
    read_models = ReadModels(config, postgres, blobs)
    key = (config.auth.signing_key or data_folder.own_signing_key()).encode()
    return Services(
        config=config,
        postgres=postgres,
        store=EventStore(postgres, sink, announcer.announce),
        blobs=blobs,
        quote=quote,
        tokens=AccessTokens(key, timedelta(minutes=config.auth.access_token_minutes)),
        content_signatures=Signatures(key, "content"),
        passwords=Passwords(
            time_cost=config.auth.argon2_time_cost,
            memory_kib=config.auth.argon2_memory_kib,
            parallelism=config.auth.argon2_parallelism,
            at_once=config.auth.hashes_at_once,
        ),
        throttle=Throttle(postgres),
        readiness=Readiness(partial(_late, read_models, config.read_models.late_seconds), seconds=2),
        announcer=announcer,
        read_models=read_models,
        # Who writes to the same project waits for the same lock: half of the connections are for all the others.
        turns=Turns(max(1, config.postgres.pool_size // 2), config.api.lock_seconds),
        # A read model may be in a server that is silent: who asks it leaves threads and connections for all the others.
        asking=Room(max(1, config.postgres.pool_size // 4), _PATIENCE),
        waiting=Room(max(1, config.postgres.pool_size // 2), _PATIENCE),
    )


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    collect_seldom(IN_ANSWERS)
    yield
    app.state.services.close()


def _late(read_models: ReadModels, seconds: float) -> list[str]:
    with read_models.postgres.connection() as connection:
        return late(connection, read_models.models, seconds)


def _operation_id(route: APIRoute) -> str:
    return f"{route.tags[0]}-{route.name}"
