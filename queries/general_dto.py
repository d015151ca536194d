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
    status: Literal["ready"] = "ready"
