"""What many do at random to the few things that they share, any of which may have changed or gone meanwhile."""

from collections import defaultdict
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from random import Random
from typing import Any, Literal, get_args

from tests.api.annotated import TEXT
from tests.documents import picture

Area = Literal[
    "code",
    "tag",
    "folder",
    "sdoc",
    "span_annotation",
    "sentence_annotation",
    "bbox_annotation",
    "span_group",
    "memo",
    "projmeta",
]

PATHS: dict[Area, str] = {
    **{area: f"/{area}" for area in get_args(Area)},
    "span_annotation": "/span",
    "sentence_annotation": "/sentence",
    "bbox_annotation": "/bbox",
    "span_group": "/spangroup",
}
WEIGHTS = {
    **dict.fromkeys(("mark", "remove"), 4),
    **dict.fromkeys(
        ("code", "mark many", "recode", "change code", "mark sentence", "mark box", "link tag", "group span"), 2
    ),
    **dict.fromkeys(
        ("tag", "folder", "change tag", "change folder", "merge codes", "move document", "move box", "upload"), 1
    ),
    **dict.fromkeys(("make group", "memo", "define", "change role", "remove many"), 1),
    "mark very many": 0.3,
}
REMOVED: Sequence[Area] = (*get_args(Area), *("span_annotation",) * 6)
NOTED: Sequence[Area] = (
    "code",
    "tag",
    "sdoc",
    "span_annotation",
    "sentence_annotation",
    "bbox_annotation",
    "span_group",
)
ATTACHED = {"sdoc": "source_document"}
NAMES = "abcdefghijklmnop"
LATEST = 8
NOBODYS = 2**31 - 1
MANY = 1_100
"""More than one statement takes."""


@dataclass(frozen=True)
class Deed:
    """A request, and the area of what it makes or removes."""

    method: str
    path: str
    json: Any = None
    files: Any = None
    makes: Area | None = None
    removes: Area | None = None

    def made(self, answer: Any) -> list[int]:
        """The ids of what it has made."""
        if self.makes is None:
            return []
        if self.files:
            return [one["sdoc_id"] for one in answer["accepted"]]
        return [one["id"] for one in (answer if isinstance(answer, list) else [answer])]


class Storm:
    """Requests in one project by these users, about `things`, which are shared by all."""

    def __init__(self, project: int, users: Sequence[int]) -> None:
        self.project = project
        self.things: defaultdict[Area, list[int]] = defaultdict(list)
        self._users = users

    def done(self, deed: Deed, answer: Any) -> None:
        """Others hear of it."""
        if deed.makes is not None:
            self.things[deed.makes] += deed.made(answer)
        if deed.removes is not None and isinstance(answer, dict):
            with suppress(ValueError):  # somebody else was told first
                self.things[deed.removes].remove(answer["id"])

    def deed(self, dice: Random) -> Deed:
        """The next one."""

        def some(area: Area) -> int:
            """One of the last few, so that they often meet."""
            return dice.choice(self.things[area][-LATEST:] or [NOBODYS])

        def perhaps(area: Area) -> int | None:
            return some(area) if dice.random() < 0.6 else None

        def name() -> dict[str, str]:
            return {"name": dice.choice(NAMES)}

        def span() -> dict[str, int]:
            begin = dice.randrange(len(TEXT) - 5)
            return {"sdoc_id": some("sdoc"), "code_id": some("code"), "begin": begin, "end": begin + 5}

        area: Area
        body: Any
        match dice.choices(list(WEIGHTS), list(WEIGHTS.values()))[0]:
            case "code" | "tag" | "folder" as kind:
                body = {"project_id": self.project, "parent_id": perhaps(kind), **name()}
                return Deed("POST", PATHS[kind] + "/" * (kind == "folder"), body, makes=kind)
            case "change code":
                changes: list[dict[str, Any]] = [
                    name(),
                    {"parent_id": perhaps("code")},
                    {"description": name()["name"]},
                ]
                changes += [{"enabled": False}, {"enabled": True}, {"enabled": True}]
                return Deed("PATCH", f"/code/{some('code')}", dice.choice(changes))
            case "change tag":
                return Deed("PATCH", f"/tag/{some('tag')}", dice.choice([name(), {"parent_id": perhaps("tag")}]))
            case "change folder":
                change = dice.choice([name(), {"parent_id": perhaps("folder")}])
                return Deed("PUT", f"/folder/{some('folder')}", change)
            case "merge codes":
                return Deed("POST", f"/code/{some('code')}/merge_into/{some('code')}")
            case "link tag":
                method, verb = dice.choice([("PATCH", "link"), ("PATCH", "link"), ("DELETE", "unlink")])
                body = {"source_document_ids": [some("sdoc")], "tag_ids": [some("tag")]}
                return Deed(method, f"/tag/bulk/{verb}", body)
            case "upload":
                files = [
                    ("uploaded_files", (f"{dice.randrange(10**6)}{suffix}", content))
                    for suffix, content in ((".txt", TEXT.encode()), (".png", picture()))
                ]
                path = f"/docprocessing/project/{self.project}/upload?rename={dice.random() < 0.5}"
                return Deed("POST", path, files=files, makes="sdoc")
            case "move document":
                return Deed("PATCH", f"/sdoc/{some('sdoc')}", {"folder_id": some("folder"), **name()})
            case "mark":
                return Deed("POST", "/span", span(), makes="span_annotation")
            case "mark many" | "mark very many" as what:
                body = [span()] * MANY if what == "mark very many" else [span() for _ in range(3)]
                return Deed("POST", "/span/bulk/create", body, makes="span_annotation")
            case "recode":
                return Deed("PATCH", f"/span/{some('span_annotation')}", {"code_id": some("code")})
            case "mark sentence":
                body = {"sdoc_id": some("sdoc"), "code_id": some("code"), "sentence_id_start": 0, "sentence_id_end": 1}
                return Deed("POST", "/sentence", body, makes="sentence_annotation")
            case "mark box":
                box = {"x_min": dice.randrange(9), "x_max": 10, "y_min": 0, "y_max": dice.randrange(1, 10)}
                return Deed(
                    "POST", "/bbox", {"sdoc_id": some("sdoc"), "code_id": some("code"), **box}, makes="bbox_annotation"
                )
            case "move box":
                return Deed("PATCH", f"/bbox/{some('bbox_annotation')}", {"x_max": dice.randrange(1, 12)})
            case "make group":
                body = {"sdoc_id": some("sdoc"), "span_annotation_ids": [], **name()}
                return Deed("POST", "/spangroup", body, makes="span_group")
            case "group span":
                method = dice.choice(["PATCH", "PATCH", "DELETE"])
                return Deed(method, f"/span/{some('span_annotation')}/group/{some('span_group')}")
            case "memo":
                area = dice.choice(NOTED)
                path = f"/memo?attached_object_id={some(area)}&attached_object_type={ATTACHED.get(area, area)}"
                return Deed("POST", path, {"title": "Why?", "content": "", "content_json": ""}, makes="memo")
            case "define":
                definition = {"metatype": "STRING", "doctype": "text", "description": "", "key": dice.choice(NAMES)}
                return Deed("POST", "/projmeta", {"project_id": self.project, **definition}, makes="projmeta")
            case "change role":
                role = dice.choice(["owner", "owner", "editor", "annotator"])
                return Deed("PATCH", f"/user/{self.project}/user/{dice.choice(self._users)}", {"role": role})
            case "remove many":
                return Deed("DELETE", "/span/bulk/delete", [some("span_annotation") for _ in range(3)])
            case _:
                area = dice.choice(REMOVED)
                return Deed("DELETE", f"{PATHS[area]}/{some(area)}", removes=area)
