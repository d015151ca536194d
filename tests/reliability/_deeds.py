"""What a researcher does all day, at random: each deed with the events that it must have become."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

from tests.reliability._writer import Acknowledged, Expected, Request, Writer

TEXT = " ".join(f"This is sentence {number} of a letter that nobody has sent." for number in range(200))
MANY = 1_100
"""More spans than one statement takes."""


@dataclass(frozen=True)
class Place:
    """What all share: a project with documents and codes."""

    project: int
    sdocs: Sequence[int]
    codes: Sequence[int]


@dataclass
class Researcher:
    """Changes what is its own and what all share, one thing after the other; `spans` and `codes` are its own."""

    writer: Writer
    place: Place
    random: Random
    name: str
    spans: dict[int, int] = field(default_factory=dict)
    codes: dict[int, bool] = field(default_factory=dict)
    tags: dict[int, bool] = field(default_factory=dict)
    _number: int = 0

    def do_something(self) -> None:
        """One write, answered. Raises BadAnswer, Unanswered."""
        deeds: list[tuple[int, Callable[[], None]]] = [
            (8, self.mark),
            (3, self.mark_some),
            (2, self.make_code),
            (1, self.describe_project),
            (1, self.make_folder),
            (1, self.upload),
            (1, self.make_tag),
        ]
        if self.spans:
            deeds += [(4, self.recode), (2, self.recode_some), (2, self.move), (2, self.unmark), (1, self.unmark_some)]
        if self.codes:
            deeds += [(3, self.rename_code), (1, self.note_code), (1, self.delete_code), (1, self.merge_code)]
        if self.tags:
            deeds += [(2, self.tag_or_untag)]
        weights, functions = zip(*deeds, strict=True)
        self.random.choices(functions, weights)[0]()

    def mark(self) -> None:
        body = self._span()
        span = self._done("POST", "/span", body, lambda span: [(f"span_annotation-{span['id']}", "created")])
        self.spans[span["id"]] = body["code_id"]

    def mark_some(self) -> None:
        number = MANY if self.random.random() < 0.03 else self.random.randint(2, 40)
        bodies = [self._span() for _ in range(number)]
        made = self._done(
            "POST",
            "/span/bulk/create",
            bodies,
            lambda spans: [(f"span_annotation-{one['id']}", "created") for one in spans],
        )
        assert len(made) == number
        self.spans |= {one["id"]: one["code_id"] for one in made}

    def recode(self) -> None:
        self._recode(self._some_spans(1), bulk=False)

    def recode_some(self) -> None:
        self._recode(self._some_spans(30), bulk=True)

    def move(self) -> None:
        (span,) = self._some_spans(1)
        begin = self._counted()  # larger each time, so that it always moves
        body = {"begin": begin, "end": begin + 1}
        self._done("PATCH", f"/span/{span}", body, lambda _: [(f"span_annotation-{span}", "moved")])

    def unmark(self) -> None:
        (span,) = self._some_spans(1)
        self._done("DELETE", f"/span/{span}", None, lambda _: [(f"span_annotation-{span}", "deleted")])
        del self.spans[span]

    def unmark_some(self) -> None:
        spans = self._some_spans(30)
        self._done(
            "DELETE", "/span/bulk/delete", spans, lambda _: [(f"span_annotation-{one}", "deleted") for one in spans]
        )
        for span in spans:
            del self.spans[span]

    def make_code(self) -> None:
        body = {"project_id": self.place.project, "name": self._new_name()}
        code = self._done("POST", "/code", body, lambda code: [(f"code-{code['id']}", "created")])
        self.codes[code["id"]] = False

    def rename_code(self) -> None:
        code = self.random.choice([*self.codes, *self.place.codes])
        body = {"name": self._new_name()}
        self._done("PATCH", f"/code/{code}", body, lambda _: [(f"code-{code}", "renamed")])

    def note_code(self) -> None:
        bare = [code for code, noted in self.codes.items() if not noted]
        if not bare:
            return
        path = f"/memo?attached_object_id={bare[0]}&attached_object_type=code"
        body = {"title": self._new_name(), "content": "Why?", "content_json": ""}
        self._done("POST", path, body, lambda memo: [(f"memo-{memo['id']}", "created")])
        self.codes[bare[0]] = True

    def delete_code(self) -> None:
        code, noted = self.random.choice(list(self.codes.items()))
        gone = [span for span, of in self.spans.items() if of == code]
        self._done(
            "DELETE",
            f"/code/{code}",
            None,
            lambda _: [
                *((f"span_annotation-{span}", "deleted") for span in gone),
                *([("memo", "deleted")] if noted else []),
                (f"code-{code}", "deleted"),
            ],
        )
        del self.codes[code]
        for span in gone:
            del self.spans[span]

    def merge_code(self) -> None:
        bare = [code for code, noted in self.codes.items() if not noted]
        if not bare:
            return
        code, into = bare[0], self.random.choice(self.place.codes)
        recoded = [span for span, of in self.spans.items() if of == code]
        self._done(
            "POST",
            f"/code/{code}/merge_into/{into}",
            None,
            lambda _: [*((f"span_annotation-{span}", "recoded") for span in recoded), (f"code-{code}", "merged")],
        )
        del self.codes[code]
        self.spans |= dict.fromkeys(recoded, into)

    def describe_project(self) -> None:
        path = f"/project/{self.place.project}"
        self._done(
            "PATCH", path, {"description": self._new_name()}, lambda _: [(f"project-{self.place.project}", "described")]
        )

    def make_folder(self) -> None:
        body = {"project_id": self.place.project, "name": self._new_name(), "folder_type": "normal"}
        self._done("POST", "/folder/", body, lambda folder: [(f"folder-{folder['id']}", "created")])

    def make_tag(self) -> None:
        body = {"project_id": self.place.project, "name": self._new_name()}
        tag = self._done("POST", "/tag", body, lambda tag: [(f"tag-{tag['id']}", "created")])
        self.tags[tag["id"]] = False

    def tag_or_untag(self) -> None:
        tag, linked = self.random.choice(list(self.tags.items()))
        sdoc = self.place.sdocs[0]
        method, path, verb = ("DELETE", "unlink", "unlinked") if linked else ("PATCH", "link", "linked")
        body = {"source_document_ids": [sdoc], "tag_ids": [tag]}
        self._done(method, f"/tag/bulk/{path}", body, lambda _: [(f"tag_link-{sdoc}-{tag}", verb)])
        self.tags[tag] = not linked

    def upload(self) -> None:
        names = [f"{self._new_name()}.txt" for _ in range(self.random.randint(1, 3))]
        files = [("uploaded_files", (name, f"A note called {name}.".encode())) for name in names]
        request = Request("POST", f"/docprocessing/project/{self.place.project}/upload", files=files)
        self._send(
            request,
            lambda told: [
                *(("folder", "created") for _ in names),
                *((f"sdoc-{one['sdoc_id']}", "uploaded") for one in told["accepted"]),
            ],
        )

    def _recode(self, spans: list[int], *, bulk: bool) -> None:
        others = {span: self._code(self.spans[span]) for span in spans}
        if bulk:
            body: Any = [{"span_annotation_id": span, "code_id": code} for span, code in others.items()]
            path = "/span/bulk/update"
        else:
            body, path = {"code_id": others[spans[0]]}, f"/span/{spans[0]}"
        self._done("PATCH", path, body, lambda _: [(f"span_annotation-{span}", "recoded") for span in spans])
        self.spans |= others

    def _span(self) -> dict[str, int]:
        begin = self.random.randrange(len(TEXT) - 50)
        end = begin + self.random.randint(1, 50)
        return {"sdoc_id": self.random.choice(self.place.sdocs), "code_id": self._code(), "begin": begin, "end": end}

    def _code(self, other_than: int = 0) -> int:
        return self.random.choice([code for code in (*self.place.codes, *self.codes) if code != other_than])

    def _some_spans(self, most: int) -> list[int]:
        return self.random.sample(list(self.spans), min(len(self.spans), self.random.randint(1, most)))

    def _new_name(self) -> str:
        return f"{self.name} {self._counted()}"

    def _counted(self) -> int:
        self._number += 1
        return self._number

    def _done(self, method: str, path: str, json: Any, expected: Callable[[Any], Sequence[tuple[str, str]]]) -> Any:
        return self._send(Request(method, path, json), expected)

    def _send(self, request: Request, expected: Callable[[Any], Sequence[tuple[str, str]]]) -> Any:
        status, answer = self.writer.write(request)
        self.writer.acknowledged.append(Acknowledged(request, status, answer, _typed(expected(answer))))
        return answer


def _typed(events: Sequence[tuple[str, str]]) -> Expected:
    """The types in full: of ("code-1", "renamed"), code.renamed; without an id, any stream of the area will do."""
    return Counter((stream if "-" in stream else "", f"{stream.partition('-')[0]}.{verb}") for stream, verb in events)
