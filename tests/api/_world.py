"""A project with people of every role and one of everything, and a second one that none of them can see."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any, Literal, get_args

from fastapi import FastAPI
from starlette.testclient import TestClient

from api.user_service import set_operator
from commands._decider import Request
from events._event import Envelope
from events.source_document_metadata_events import value_id
from tests.api._people import Person, account, ok
from tests.documents import pictured, uploaded
from tests.read_models import catch_up

Kind = Literal[
    "project",
    "user",
    "code",
    "tag",
    "folder",
    "version",
    "definition",
    "image definition",
    "date",
    "sdoc",
    "image",
    "value",
    "span",
    "sentence",
    "bbox",
    "group",
    "memo",
    "grouped span",
    "noted span",
]
ROLES = ("reader", "annotator", "editor", "owner")
TEXT = "The sea was calm. Nobody spoke, and the 🚢 lay still.\nThen the wind came."
BOX = {"x_min": 4, "x_max": 7, "y_min": 0, "y_max": 30}
"""In an image of 40 by 30 pixels."""

_numbers = count(1_000_001)
"""Larger than the ids of what has these names, so that neither is taken for the other."""


def name(stem: str = "name") -> str:
    """Another one each time."""
    return f"{stem} {next(_numbers)}"


class World:
    """`people` by what they are: those with a role in the project, and those who can no longer or never could enter.

    `one` has one thing of each kind in the project, `elsewhere` those of a project of other people.
    """

    def __init__(self, app: FastAPI) -> None:
        self.app = app
        self.people = {
            who: account(app, who) for who in (*ROLES, "revoked", "erased", "stranger", "operator", "neighbour")
        }
        self.people["anonymous"] = Person(0, TestClient(app), "")
        self.owner = self.people["owner"]
        self.project = self.new_project()
        self.one = self._furnish(self.owner, self.project, "here.txt")
        self._number_documents_anew()
        self.elsewhere = self._furnish(self.people["neighbour"], self.people["neighbour"].project(), "elsewhere.txt")
        for former in ("revoked", "erased"):
            self.add(self.project, self.people[former], "editor")
        with app.state.services.postgres.connection() as connection:
            statement = 'UPDATE account."user" SET token_epoch = token_epoch + 1 WHERE id = $1'
            connection.execute(statement, (self.people["revoked"].id,))
        ok(self.people["erased"].http.delete("/user/"))
        appointed = Request(Envelope(self.people["operator"].id, "test"))
        set_operator(app.state.services, self.people["operator"].id, True, appointed)
        catch_up(app.state.services.read_models)

    def _number_documents_anew(self) -> None:
        """Where an answer has the id of one of the others, it must not be that of a tag as well."""
        for _ in range(100):
            self.app.state.services.postgres.next_ids("sdoc", 256)

    def new_project(self) -> int:
        """With everybody in it who has a role."""
        project = self.owner.project(title=name("Letters"))
        for role in ROLES[:-1]:
            self.add(project, self.people[role], role)
        return project

    def add(self, project: int, person: Person, role: str) -> None:
        ok(self.owner.http.patch(f"/user/{project}/user", json={"email": person.email, "role": role}))

    def double(self, who: str) -> Person:
        """Somebody else who is the same, for requests that one can make only once."""
        if who not in (*ROLES, "stranger", "operator"):
            return self.people[who]
        person = account(self.app, who)
        if who in ROLES:
            self.add(self.project, person, who)
        return person

    @contextmanager
    def annotating(self, person: Person) -> Iterator[Person]:
        """A reader may once have been more, and left work behind; who could never work here has the owner's."""
        role = next((role for role in ROLES if self.people[role] == person), None)
        if role != "reader":
            yield person if role else self.owner
            return
        path = f"/user/{self.project}/user/{person.id}"
        ok(self.owner.http.patch(path, json={"role": "annotator"}))
        yield person
        ok(self.owner.http.patch(path, json={"role": "reader"}))

    def _furnish(self, owner: Person, project: int, filename: str) -> dict[Kind, int]:
        one: dict[Kind, int] = {"project": project, "user": owner.id}
        one["sdoc"] = uploaded(self.app.state.services, project, filename, TEXT)
        maker = Maker(self.app, owner, one)
        for kind in get_args(Kind):
            one[kind] = one.get(kind) or maker.new(kind)
        link = {"source_document_ids": [one["sdoc"]], "tag_ids": [one["tag"]]}
        ok(owner.http.patch("/tag/bulk/link", json=link))
        return one


class Maker:
    """Makes new entities in a project, in somebody's name; a method for each kind."""

    def __init__(self, app: FastAPI, who: Person, one: dict[Kind, int]) -> None:
        self._app, self._who, self._one = app, who, one

    def new(self, kind: Kind) -> int:
        make: Callable[[], int] = getattr(self, kind.replace(" ", "_"))
        return make()

    def code(self) -> int:
        return self._post("/code", project_id=self._one["project"], name=name("code"))

    def tag(self) -> int:
        return self._post("/tag", project_id=self._one["project"], name=name("tag"))

    def folder(self) -> int:
        return self._post("/folder/", project_id=self._one["project"], name=name("folder"))

    def version(self) -> int:
        return self._post("/codebookversion", project_id=self._one["project"], name=name("version"))

    def definition(self, metatype: str = "STRING", doctype: str = "text") -> int:
        what = {"key": name("key"), "metatype": metatype, "doctype": doctype}
        return self._post("/projmeta", project_id=self._one["project"], **what)

    def image_definition(self) -> int:
        return self.definition(doctype="image")

    def date(self) -> int:
        return self.definition("DATE")

    def value(self) -> int:
        return value_id(self._one["sdoc"], self.definition())

    def sdoc(self) -> int:
        return uploaded(self._app.state.services, self._one["project"], f"{name('sea')}.txt", TEXT)

    def image(self) -> int:
        return pictured(self._app.state.services, self._one["project"], f"{name('sea')}.png", 40, 30)

    def span(self) -> int:
        return self._post("/span", sdoc_id=self._one["sdoc"], code_id=self._one["code"], begin=4, end=7)

    def sentence(self) -> int:
        place = {"sentence_id_start": 0, "sentence_id_end": 1}
        return self._post("/sentence", sdoc_id=self._one["sdoc"], code_id=self._one["code"], **place)

    def bbox(self) -> int:
        return self._post("/bbox", sdoc_id=self._one["image"], code_id=self._one["code"], **BOX)

    def group(self) -> int:
        return self._post("/spangroup", sdoc_id=self._one["sdoc"], name=name("group"))

    def grouped_span(self) -> int:
        span_id = self.span()
        ok(self._who.http.patch(f"/span/{span_id}/group/{self.group()}"))
        return span_id

    def noted_span(self) -> int:
        """With a memo on it."""
        span_id = self.span()
        self._note(span_id)
        return span_id

    def memo(self) -> int:
        """On a span that is made for it, because one may write only one memo on something."""
        return self._note(self.span())

    def _note(self, span_id: int) -> int:
        place = f"attached_object_type=span_annotation&attached_object_id={span_id}"
        return self._post(f"/memo?{place}", title="Why?", content="Because.")

    def _post(self, path: str, **body: Any) -> int:
        return int(ok(self._who.http.post(path, json=body))["id"])


class Things:
    """What a request is about. `the("code")` is there for everybody, `new("code")` is made for this request.

    What is made is the owner's, or `mine` if that is asked for. All come out of `_give`, so that others can be given.
    """

    def __init__(self, world: World, me: Person) -> None:
        self.world, self.me = world, me

    def the(self, kind: Kind) -> int:
        return self._give(kind, lambda: self.world.one[kind])

    def new(self, kind: Kind, *, mine: bool = False) -> int:
        return self._give(kind, lambda: self._made(kind, mine))

    def _give(self, kind: Kind, make: Callable[[], int]) -> int:
        return make()

    def _made(self, kind: Kind, mine: bool) -> int:
        world = self.world
        if kind == "project":
            return world.new_project()
        if kind == "user":
            return world.double("annotator").id
        if not mine:
            return Maker(world.app, world.owner, world.one).new(kind)
        with world.annotating(self.me) as me:
            return Maker(world.app, me, world.one).new(kind)


class Nothing(Things):
    """In the place of everything, ids that nothing ever had."""

    def _give(self, kind: Kind, make: Callable[[], int]) -> int:
        return never(kind)


class Counted(Things):
    """Remembers the kinds of the things that were given."""

    def __init__(self, world: World, me: Person) -> None:
        super().__init__(world, me)
        self.kinds: list[Kind] = []

    def _give(self, kind: Kind, make: Callable[[], int]) -> int:
        self.kinds.append(kind)
        return make()


class Instead(Things):
    """In the `place`-th place the thing of the other project, or one that never was."""

    def __init__(self, world: World, me: Person, place: int, *, exists: bool) -> None:
        super().__init__(world, me)
        self._places, self._place, self._exists = count(), place, exists
        self.given = 0

    def _give(self, kind: Kind, make: Callable[[], int]) -> int:
        if next(self._places) != self._place:
            return make()
        self.given = self.world.elsewhere[kind] if self._exists else never(kind)
        return self.given


def never(kind: Kind) -> int:
    """An id that nothing ever had, another one each time."""
    number = next(_numbers)
    return value_id(2**30 + number, 17) if kind == "value" else 2**40 + number
