"""What anybody may ask of this installation: whether it lives, and what it is."""

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from api._errors import unavailable
from api._services import Serves
from queries.general_dto import Alive, InstanceInfo, Ready

router = APIRouter(tags=["general"])


@router.get("/", include_in_schema=False)
def root(request: Request) -> Response:
    return RedirectResponse(request.scope.get("root_path", "") + str(request.app.docs_url))


@router.get("/heartbeat", summary="Whether the API answers")
async def heartbeat() -> Alive:
    return Alive()


@router.get("/info", summary="What this installation is")
async def info(request: Request) -> InstanceInfo:
    return InstanceInfo(
        is_oidc_enabled=False,
        oidc_provider_name="",
        is_stable=True,
        glitchtip_public_key=None,
        glitchtip_project_id=None,
        version=request.app.version,
    )


@router.get("/health/live", summary="Whether the process lives")
async def live() -> Alive:
    return Alive()


@router.get(
    "/health/ready", response_model=Ready, summary="Whether the database answers, and so requests can be served"
)
async def ready(services: Serves) -> Ready | Response:
    late = await services.readiness.answer()
    return unavailable() if late is None else Ready(late=late)
