"""The application with three more routes, which do the least that could be done, for comparison."""

import sys
from pathlib import Path

import orjson
import uvicorn
from fastapi import APIRouter, FastAPI, Response

from api._address import Id
from api._services import Serves
from api.authz_user import Authz
from api.main import create_app
from commands.span_annotation_dto import SpanAnnotationCreate
from configs.schema import load
from projections.span_annotation_crud import crud_span_annotation
from repos.data_folder import open_data_folder

router = APIRouter(prefix="/least", tags=["least"], include_in_schema=False)


@router.post("/insert", status_code=201)
def insert(create_dto: SpanAnnotationCreate, authz_user: Authz, services: Serves) -> Response:
    """The same token and body, then one INSERT and its commit."""
    with services.postgres.connection() as connection:
        row = connection.execute(
            'INSERT INTO public.least (user_id, sdoc_id, code_id, "begin", "end") VALUES ($1, $2, $3, $4, $5) '
            "RETURNING id",
            (authz_user.id, create_dto.sdoc_id, create_dto.code_id, create_dto.begin, create_dto.end),
        ).fetchone()
    return Response(orjson.dumps({"id": row and row[0]}), 201, media_type="application/json")


@router.get("/spans/{sdoc_id}")
def spans(sdoc_id: Id, services: Serves) -> Response:
    """The same SQL, and orjson."""
    statement = crud_span_annotation.readable().where(crud_span_annotation.table.c.sdoc_id == sdoc_id)
    ordered = statement.order_by(crud_span_annotation.table.c.id)
    compiled = ordered.compile(services.postgres.engine, compile_kwargs={"literal_binds": True})
    with services.postgres.connection() as connection:
        cursor = connection.execute(str(compiled).replace("%%", "%"))
        names = [column.name for column in cursor.description or ()]
        rows = [dict(zip(names, row, strict=True)) for row in cursor]
    return Response(orjson.dumps(rows, option=orjson.OPT_UTC_Z), media_type="application/json")


def application(url: str, data_folder: Path) -> FastAPI:
    app = create_app(load("default", [], {}), url, open_data_folder(data_folder))
    app.include_router(router)
    with app.state.services.postgres.connection() as connection:
        connection.execute(
            "CREATE TABLE IF NOT EXISTS public.least (id bigserial PRIMARY KEY, user_id bigint, sdoc_id bigint, "
            'code_id bigint, "begin" int, "end" int, created timestamptz DEFAULT now())'
        )
    return app


if __name__ == "__main__":
    from loguru import logger

    logger.remove()
    logger.add(Path(sys.argv[2]) / "log" / "bench.log", level="INFO", serialize=True, enqueue=False)
    uvicorn.run(
        application(sys.argv[1], Path(sys.argv[2])),
        port=int(sys.argv[3]),
        loop="uvloop",
        http="httptools",
        ws="none",
        access_log=False,
        log_config=None,
        server_header=False,
    )
