"""Many who change the same few things at the same time, in every way there is."""

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from random import Random
from typing import Any, Literal

from tests.api._people import Person
from tests.api.annotated import TEXT

Kind = Literal["code", "tag", "folder", "sdoc", "span", "sentence", "group", "memo", "projmeta"]
Deed = tuple[str, str, Any]
"""Method, path and body of a request."""


class Storm:
    """Requests about things that anybody may have changed or removed meanwhile; what is made is shared by all."""

    def __init__(self, project: int, people: Sequence[Person]) -> None:
        self.project = project
        self.people = people
        self.statuses: Counter[int] = Counter()
        self.things: defaultdict[Kind, list[int]] = defaultdict(list)
        self._deeds: tuple[Callable[[Random], tuple[Kind | None, Deed]], ...] = (
            self._make_code,
            self._change_code,
            self._remove,
            self._merge_codes,
            self._make_tag,
            self._change_tag,
            self._link_tag,
            self._make_folder,
            self._change_folder,
            self._move_document,
            self._mark,
            self._mark,
            self._mark_many,
            self._recode,
            self._mark_sentence,
            self._make_group,
            self._group_span,
            self._make_memo,
            self._define,
            self._change_role,
        )

    def rage(self, number: int, times: int) -> None:
        """What one of them does; the same number does the same again, as far as the others let it."""
        random = Random(number)
        http = self.people[number % len(self.people)].http
        for _ in range(times):
            kind, (method, path, body) = random.choice(self._deeds)(random)
            response = http.request(method, path, json=body)
            self.statuses[response.status_code] += 1
            if kind is not None and response.status_code == 201:
                made = response.json()
                self.things[kind] += [one["id"] for one in (made if isinstance(made, list) else [made])]

    def _some(self, random: Random, kind: Kind) -> int:
        """One of the last few, so that they often meet; 1 if there is none."""
        return random.choice(self.things[kind][-8:] or [1])

    def _named(self, random: Random, **more: Any) -> dict[str, Any]:
        return {"project_id": self.project, "name": random.choice("abcdefgh"), **more}

    def _perhaps(self, random: Random, kind: Kind) -> int | None:
        return self._some(random, kind) if random.random() < 0.6 else None

    def _make_code(self, random: Random) -> tuple[Kind, Deed]:
        return "code", ("POST", "/code", self._named(random, parent_id=self._perhaps(random, "code")))

    def _change_code(self, random: Random) -> tuple[None, Deed]:
        changes: list[dict[str, Any]] = [
            {"name": random.choice("abcdefgh")},
            {"parent_id": self._perhaps(random, "code")},
            {"enabled": random.random() < 0.6},
            {"description": random.choice("xyz")},
        ]
        return None, ("PATCH", f"/code/{self._some(random, 'code')}", random.choice(changes))

    def _remove(self, random: Random) -> tuple[None, Deed]:
        paths: list[tuple[Kind, str]] = [
            ("code", "code"),
            ("tag", "tag"),
            ("folder", "folder"),
            ("sdoc", "sdoc"),
            ("span", "span"),
            ("sentence", "sentence"),
            ("group", "spangroup"),
            ("memo", "memo"),
            ("projmeta", "projmeta"),
        ]
        kind, path = random.choice(paths)
        return None, ("DELETE", f"/{path}/{self._some(random, kind)}", None)

    def _merge_codes(self, random: Random) -> tuple[None, Deed]:
        one, other = self._some(random, "code"), self._some(random, "code")
        return None, ("POST", f"/code/{one}/merge_into/{other}", None)

    def _make_tag(self, random: Random) -> tuple[Kind, Deed]:
        return "tag", ("POST", "/tag", self._named(random, parent_id=self._perhaps(random, "tag")))

    def _change_tag(self, random: Random) -> tuple[None, Deed]:
        change = random.choice([{"name": random.choice("abcdefgh")}, {"parent_id": self._perhaps(random, "tag")}])
        return None, ("PATCH", f"/tag/{self._some(random, 'tag')}", change)

    def _link_tag(self, random: Random) -> tuple[None, Deed]:
        method, path = random.choice([("PATCH", "link"), ("PATCH", "link"), ("DELETE", "unlink")])
        body = {"source_document_ids": [self._some(random, "sdoc")], "tag_ids": [self._some(random, "tag")]}
        return None, (method, f"/tag/bulk/{path}", body)

    def _make_folder(self, random: Random) -> tuple[Kind, Deed]:
        return "folder", ("POST", "/folder/", self._named(random, parent_id=self._perhaps(random, "folder")))

    def _change_folder(self, random: Random) -> tuple[None, Deed]:
        change = random.choice([{"name": random.choice("abcdefgh")}, {"parent_id": self._perhaps(random, "folder")}])
        return None, ("PUT", f"/folder/{self._some(random, 'folder')}", change)

    def _move_document(self, random: Random) -> tuple[None, Deed]:
        sdoc = self._some(random, "sdoc")
        return None, (
            "PATCH",
            f"/sdoc/{sdoc}",
            {"folder_id": self._some(random, "folder"), "name": random.choice("ab")},
        )

    def _span(self, random: Random) -> dict[str, int]:
        begin = random.randrange(len(TEXT) - 5)
        return {
            "sdoc_id": self._some(random, "sdoc"),
            "code_id": self._some(random, "code"),
            "begin": begin,
            "end": begin + 5,
        }

    def _mark(self, random: Random) -> tuple[Kind, Deed]:
        return "span", ("POST", "/span", self._span(random))

    def _mark_many(self, random: Random) -> tuple[Kind, Deed]:
        return "span", ("POST", "/span/bulk/create", [self._span(random) for _ in range(3)])

    def _recode(self, random: Random) -> tuple[None, Deed]:
        return None, ("PATCH", f"/span/{self._some(random, 'span')}", {"code_id": self._some(random, "code")})

    def _mark_sentence(self, random: Random) -> tuple[Kind, Deed]:
        place = {"sdoc_id": self._some(random, "sdoc"), "code_id": self._some(random, "code")}
        return "sentence", ("POST", "/sentence", {**place, "sentence_id_start": 0, "sentence_id_end": 1})

    def _make_group(self, random: Random) -> tuple[Kind, Deed]:
        sdoc = self._some(random, "sdoc")
        return "group", (
            "POST",
            "/spangroup",
            {"sdoc_id": sdoc, "name": random.choice("abc"), "span_annotation_ids": []},
        )

    def _group_span(self, random: Random) -> tuple[None, Deed]:
        method = random.choice(["PATCH", "PATCH", "DELETE"])
        return None, (method, f"/span/{self._some(random, 'span')}/group/{self._some(random, 'group')}", None)

    def _make_memo(self, random: Random) -> tuple[Kind, Deed]:
        kinds: list[tuple[Kind, str]] = [
            ("code", "code"),
            ("tag", "tag"),
            ("sdoc", "source_document"),
            ("span", "span_annotation"),
            ("sentence", "sentence_annotation"),
            ("group", "span_group"),
        ]
        kind, name = random.choice(kinds)
        path = f"/memo?attached_object_id={self._some(random, kind)}&attached_object_type={name}"
        return "memo", ("POST", path, {"title": "Why?", "content": "", "content_json": ""})

    def _define(self, random: Random) -> tuple[Kind, Deed]:
        definition = {"metatype": "STRING", "doctype": "text", "description": "", "key": random.choice("abcd")}
        return "projmeta", ("POST", "/projmeta", {"project_id": self.project, **definition})

    def _change_role(self, random: Random) -> tuple[None, Deed]:
        somebody = random.choice(self.people).id
        role = random.choice(["owner", "owner", "editor", "annotator"])
        return None, ("PATCH", f"/user/{self.project}/user/{somebody}", {"role": role})
