"""The facts of a code: a named label that researchers put on passages."""

from typing import ClassVar, Literal

from events._event import Event, Scope


class _CodebookEvent(Event):
    scopes: ClassVar[tuple[Scope, ...]] = ("codebook",)


class CodeCreated(_CodebookEvent):
    begins: ClassVar[bool] = True
    type: Literal["code.created"] = "code.created"
    name: str
    name_key: str
    color: str
    description: str
    parent_id: int | None
    enabled: bool
    is_system: bool


class CodeRenamed(_CodebookEvent):
    type: Literal["code.renamed"] = "code.renamed"
    name: str
    name_key: str
    was: str


class CodeRecoloured(_CodebookEvent):
    type: Literal["code.recoloured"] = "code.recoloured"
    color: str
    was: str


class CodeDescribed(_CodebookEvent):
    type: Literal["code.described"] = "code.described"
    description: str
    was: str


class CodeMoved(_CodebookEvent):
    type: Literal["code.moved"] = "code.moved"
    parent_id: int | None
    was: int | None


class CodeEnabled(_CodebookEvent):
    type: Literal["code.enabled"] = "code.enabled"


class CodeDisabled(_CodebookEvent):
    type: Literal["code.disabled"] = "code.disabled"


class CodeMerged(_CodebookEvent):
    """The code is gone; what it marked is marked by `into_id` now, as facts of their own say."""

    type: Literal["code.merged"] = "code.merged"
    into_id: int
    name: str


class CodeDeleted(_CodebookEvent):
    type: Literal["code.deleted"] = "code.deleted"
    name: str


CodeEvent = (
    CodeCreated
    | CodeRenamed
    | CodeRecoloured
    | CodeDescribed
    | CodeMoved
    | CodeEnabled
    | CodeDisabled
    | CodeMerged
    | CodeDeleted
)
