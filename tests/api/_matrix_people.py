"""Who may do what: the installation, accounts, projects, members, and the history of a project."""

from typing import Any

from projections._follow import Follower
from projections._rebuild import abandon, building, finish, request
from projections._registry import versions
from projections.memo_text import MEMO_TEXT
from tests.api import _world
from tests.api._people import PASSWORD
from tests.api._row import name, new, row, the
from tests.api._world import Things


def _signed(t: Things) -> dict[str, Any]:
    sdoc_id = t.the("sdoc")
    expires, signature = t.world.app.state.services.content_signatures.sign(f"sdoc {sdoc_id}", 600)
    return {"expires": expires, "signature": signature}


def _new_email(_: Things) -> str:
    return f"{_world.name('bob')}@example.org".replace(" ", "-")


def _strangers_email(t: Things) -> str:
    return t.world.double("stranger").email


def _refresh_token(t: Things) -> str:
    credentials = {"username": t.world.owner.email, "password": PASSWORD}
    return str(t.world.owner.http.post("/authentication/login", data=credentials).json()["refresh_token"])


def _not_building(t: Things) -> str:
    """A read model that nobody makes anew."""
    services = t.world.app.state.services
    services.read_models.ensure()
    if building(services.postgres, "inline"):
        abandon(services.postgres, services.read_models, "inline")
    return "inline"


def _building(t: Things) -> str:
    """A read model that is being made anew."""
    services = t.world.app.state.services
    services.read_models.ensure()
    if not building(services.postgres, "inline"):
        request(services.postgres, services.read_models, "inline", None)
    return "inline"


def _kept(t: Things) -> str:
    """A read model of which an earlier version is kept."""
    services = t.world.app.state.services
    read_models, name = services.read_models, MEMO_TEXT.name
    read_models.ensure()
    with services.postgres.connection() as connection:
        there = [one.state for one in versions(connection, name)]
    if "kept" not in there:
        version = building(services.postgres, name) or request(services.postgres, read_models, name, None)
        follower = Follower(services.postgres, MEMO_TEXT, read_models.target(version))
        while follower.step().projects:
            pass
        assert finish(services.postgres, read_models, version, read_models.refusals)
    return name


BOB = {"email": _new_email, "first_name": "Bob", "last_name": "Boole", "password": PASSWORD}
CREDENTIALS = {"username": lambda t: t.world.owner.email, "password": PASSWORD}

EVERYBODY = [
    #    anonymous revoked stranger reader annotator editor owner
    row("307 307 307 307 307 307 307", "GET /"),
    row("200 200 200 200 200 200 200", "GET|HEAD /docs"),
    row("200 200 200 200 200 200 200", "GET|HEAD /docs/oauth2-redirect"),
    row("200 200 200 200 200 200 200", "GET|HEAD /redoc"),
    row("200 200 200 200 200 200 200", "GET|HEAD /openapi.json"),
    row("200 200 200 200 200 200 200", "GET /heartbeat"),
    row("200 200 200 200 200 200 200", "GET /info"),
    row("200 200 200 200 200 200 200", "GET /health/live"),
    row("200 200 200 200 200 200 200", "GET /health/ready"),
    row("201 201 201 201 201 201 201", "POST /authentication/register", BOB, once=True),
    row("200 200 200 200 200 200 200", "POST /authentication/login", form=CREDENTIALS),
    row(
        "200 200 200 200 200 200 200",
        "POST /authentication/refresh_access",
        params={"refresh_token": _refresh_token},
        once=True,
    ),
    row(
        "204 204 204 204 204 204 204",
        "POST /authentication/logout",
        params={"refresh_token": _refresh_token},
        once=True,
    ),
    row("200 200 200 200 200 200 200", "GET /sdoc/{sdoc_id}/content", params=_signed, sdoc_id=the("sdoc")),
    row("401 401 204 204 204 204 204", "GET /authentication/content"),
    row("401 401 200 200 200 200 200", "GET /user/me"),
    row("401 401 200 200 200 200 200", "GET /user/all"),
    row("401 401 404 200 200 200 200", "GET /user/by_id/{user_id}", user_id=the("user")),
    row("401 401 200 200 200 200 200", "GET /user/by_id/{user_id}", user_id=1, of="the system"),
    row("401 401 200 200 200 200 200", "PATCH /user/", {"first_name": name}),
    row("401 401 200 200 200 200 200", "DELETE /user/", once=True),
]

PROJECTS = [
    #    anonymous revoked stranger reader annotator editor owner
    row("401 401 201 201 201 201 201", "POST|PUT /project", {"title": "Diaries"}),
    row("401 401 200 200 200 200 200", "GET /project/user/projects"),
    row("401 401 404 200 200 200 200", "GET /project/{proj_id}", proj_id=the("project")),
    row("401 401 404 403 403 200 200", "PATCH /project/{proj_id}", {"title": name}, proj_id=the("project")),
    row("401 401 404 403 403 403 200", "DELETE /project/{proj_id}", proj_id=new("project")),
    row("401 401 404 200 200 200 200", "GET /user/{proj_id}/user", proj_id=the("project")),
    row(
        "401 401 404 403 403 403 200",
        "PATCH /user/{proj_id}/user",
        {"email": _strangers_email, "role": "reader"},
        proj_id=the("project"),
    ),
    row(
        "401 401 404 403 403 403 200",
        "PATCH /user/{proj_id}/user/{user_id}",
        {"role": "reader"},
        proj_id=the("project"),
        user_id=new("user"),
    ),
    row(
        "401 401 404 403 403 403 200",
        "DELETE /user/{proj_id}/user/{user_id}",
        proj_id=the("project"),
        user_id=new("user"),
        of="another",
    ),
    row(
        "401 401 404 200 200 200 200",
        "DELETE /user/{proj_id}/user/{user_id}",
        proj_id=the("project"),
        user_id=lambda t: t.me.id,
        of="myself",
        once=True,
    ),
    row("401 401 404 200 200 200 200", "GET /project/{proj_id}/history", proj_id=the("project")),
    row(
        "401 401 404 200 200 200 200",
        "GET /project/{proj_id}/history/{revision}",
        proj_id=the("project"),
        revision=1,
    ),
    row("401 401 404 200 200 200 200", "GET /project/{proj_id}/events", proj_id=the("project")),
]

OPERATIONS = [
    #    anonymous revoked stranger reader annotator editor owner: what one is in a project means nothing here
    row("401 401 403 403 403 403 403", "GET /projections", operator=200),
    row("401 401 403 403 403 403 403", "GET /projections/{name}/rebuild", name="inline", operator=200),
    row("401 401 403 403 403 403 403", "POST /projections/{name}/rebuild", name=_not_building, operator=202),
    row("401 401 403 403 403 403 403", "DELETE /projections/{name}/rebuild", name=_building, operator=204),
    row("401 401 403 403 403 403 403", "POST /projections/{name}/retire", name=_kept, operator=200),
    row("401 401 403 403 403 403 403", "GET /projections/{name}/verify", name="inline", operator=200),
    row("401 401 403 403 403 403 403", "GET|DELETE /projections/{name}/dead", name="inline", operator=200),
    row("401 401 403 403 403 403 403", "POST /projections/{name}/dead/retry", name="inline", operator=200),
]
