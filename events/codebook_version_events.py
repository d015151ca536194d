"""The facts of a codebook version: a state of the codebook that the team agreed to work with."""

from typing import ClassVar, Literal

from events._event import Event, Scope


class CodebookVersionDeclared(Event):
    """It is active from its own revision to that of the next one."""

    begins: ClassVar[bool] = True
    scopes: ClassVar[tuple[Scope, ...]] = ("codebook",)
    type: Literal["codebook_version.declared"] = "codebook_version.declared"
    name: str | None
    note: str | None
    user_id: int


class CodebookVersionRenamed(Event):
    type: Literal["codebook_version.renamed"] = "codebook_version.renamed"
    name: str | None
    was: str | None


class CodebookVersionExplained(Event):
    type: Literal["codebook_version.explained"] = "codebook_version.explained"
    note: str | None
    was: str | None


CodebookVersionEvent = CodebookVersionDeclared | CodebookVersionRenamed | CodebookVersionExplained
