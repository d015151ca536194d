"""`ETag` and `If-Match`: nobody overwrites what they have not read."""

import httpx2
import pytest

from tests.api._people import Person, ok
from tests.api._row import Row, Sent
from tests.api._sending import FIRST_OF_ROUTE, send
from tests.api._world import Things, World

READ_ELSEWHERE = {
    "/user/": "/user/me",
    "/user/{proj_id}/user/{user_id}": "/user/{proj_id}/user",
    "/span/{span_id}/groups": "/span/{span_id}",
    "/span/{span_id}/group/{group_id}": "/span/{span_id}",
}
VERSIONED = [
    row
    for row in FIRST_OF_ROUTE
    if row.methods in ("PATCH", "PUT", "DELETE") and ("{" in row.route or row.route in READ_ELSEWHERE)
    if not row.route.startswith(("/docprocessing", "/projections")) and row.route != "/user/{proj_id}/user"
]


def etag(world: World, row: Row, sent: Sent, me: Person) -> str:
    """Of the entity that the request would change."""
    path = READ_ELSEWHERE.get(row.route, row.route).format_map(sent.path)
    answer = me.http.get(path)
    if isinstance(found := ok(answer), list):
        (member,) = [one for one in found if one["id"] == sent.path["user_id"]]
        return f'"{member["version"]}"'
    return answer.headers["etag"]


@pytest.mark.parametrize("row", VERSIONED, ids=str)
def test_a_change_can_depend_on_what_was_read(world: World, row: Row) -> None:
    me = world.double("owner") if row.once else world.owner
    sent = row.about(Things(world, me))
    current = etag(world, row, sent, me)

    def asked(if_match: str) -> httpx2.Response:
        return send(me.http, row.methods, row, sent, headers={"If-Match": if_match})

    stale = asked('"777"')
    assert (stale.status_code, stale.json()["type"]) == (412, "urn:palimpsest:problem:version-mismatch")
    assert etag(world, row, sent, me) == current
    changed = asked(current)
    assert changed.is_success, changed.text
    if row.methods != "DELETE":
        assert changed.headers["etag"] == etag(world, row, sent, me)


def test_an_etag_is_taken_as_clients_write_it(ada: Person) -> None:
    code = ok(ada.http.post("/code", json={"project_id": ada.project(), "name": "joy"}))
    path = f"/code/{code['id']}"
    for number, written in enumerate(['"1"', 'W/"2"', "3", "*", ' "5" ']):
        answer = ada.http.patch(path, json={"name": f"joy {number}"}, headers={"If-Match": written})
        assert answer.headers["etag"] == f'"{number + 2}"'
    for nonsense in ('"one"', "", '"1", "two"', '"-1"', '"99999999999"'):
        refused = ada.http.patch(path, json={"name": "delight"}, headers={"If-Match": nonsense})
        assert (refused.status_code, refused.json()["errors"][0]["loc"]) == (422, ["header", "If-Match"])


def test_a_read_is_never_answered_with_not_modified(ada: Person) -> None:
    """What is counted from other entities changes without the version."""
    code = ok(ada.http.post("/code", json={"project_id": ada.project(), "name": "joy"}))
    again = ada.http.get(f"/code/{code['id']}", headers={"If-None-Match": '"1"'})
    assert (again.status_code, again.json()) == (200, code)
