"""The routes of an area, some of which the contract of existing front ends knows by another method as well."""

from collections.abc import Callable
from typing import Any, TypeVar

from fastapi import APIRouter
from starlette.routing import Match
from starlette.types import Scope

F = TypeVar("F", bound=Callable[..., Any])


class AreaRouter(APIRouter):
    """All routes below one prefix: requests for others pass by without a look at each."""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        if self.prefix not in scope["path"]:
            return Match.NONE, {}
        return super().matches(scope)


def creates(router: APIRouter, path: str = "", *, response_model: Any, summary: str) -> Callable[[F], F]:
    """`POST` + 201; `PUT`, which existing front ends send, does the same and stays out of the schema."""

    def register(endpoint: F) -> F:
        router.post(path, response_model=response_model, status_code=201, summary=summary)(endpoint)
        router.put(path, response_model=response_model, status_code=201, include_in_schema=False)(endpoint)
        return endpoint

    return register
