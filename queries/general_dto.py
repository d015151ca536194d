"""What everybody may know of this installation."""

from typing import Literal

from pydantic import BaseModel


class InstanceInfo(BaseModel):
    is_oidc_enabled: bool
    oidc_provider_name: str
    is_stable: bool
    glitchtip_public_key: str | None
    glitchtip_project_id: int | None
    version: str


class Alive(BaseModel):
    status: Literal["alive"] = "alive"


class Ready(BaseModel):
    """`late` names the read models whose answers are behind, because what keeps them cannot be reached, or nobody
    retells them, or not fast enough."""

    status: Literal["ready"] = "ready"
    late: list[str] = []
