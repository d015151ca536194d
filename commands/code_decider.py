"""Creating, changing, merging and deleting codes."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Protocol, assert_never

from commands._annotation import CodeIsDisabled
from commands._decider import Asked, Decider
from commands._palette import color_of
from commands._refusal import Forbidden, Invalid, NotFound, Refused
from commands.code_dto import CodeCreate, CodeDelete, CodeMerge, CodeUpdate
from commands.dto_base import name_key
from events._event import Event, Fact, stream
from events.code_events import (
    CodeCreated,
    CodeDeleted,
    CodeDescribed,
    CodeDisabled,
    CodeEnabled,
    CodeEvent,
    CodeMerged,
    CodeMoved,
    CodeRecoloured,
    CodeRenamed,
)

CodeCommand = CodeCreate | CodeUpdate | CodeDelete | CodeMerge


@dataclass(frozen=True, slots=True)
class Code:
    name: str
    color: str
    description: str
    parent_id: int | None
    enabled: bool
    is_system: bool


class CodeLookup(Protocol):
    """What the rules must know of the other codes of the project, and of what uses them."""

    @property
    def project_id(self) -> int: ...

    def holder(self, name_key: str) -> int | None: ...

    def is_asked_once(self, name_key: str) -> bool:
        """The request makes no more than one code of this name."""

    def exists(self, code_id: int) -> bool: ...

    def lineage(self, code_id: int) -> Sequence[int]:
        """The code and those above it, up to the root; empty if there is no such code."""

    def children(self, code_id: int) -> Sequence[int]: ...

    def below(self, code_id: int) -> Sequence[tuple[int, str, bool]]:
        """Id, name and `enabled` of all codes below it, the deepest first."""

    def removals(self, code_ids: Sequence[int]) -> Iterable[Fact]:
        """The end of everything that uses these codes."""

    def recodings(self, code_id: int, into_id: int) -> Iterable[Fact]:
        """Every annotation of one code, re-coded to another."""

    def is_system(self, code_id: int) -> bool: ...

    def is_enabled(self, code_id: int) -> bool: ...


class CodeNameTaken(Refused):
    """A code with this name already exists in the project."""


class CodeNamedTwice(Refused):
    """Another code of the same request has this name as well."""


class OtherProject(Invalid):
    """All codes of a request must be of one project."""


class CodeCycle(Refused):
    """A code cannot be placed below itself or below one of its own descendants."""


class SystemCode(Forbidden):
    """System codes cannot be made or changed."""


class NoSuchParent(Invalid):
    """The parent is not a code of this project."""


def decide(command: CodeCommand, code: Code | None, asked: Asked, codes: CodeLookup) -> list[Event | Fact]:
    if isinstance(command, CodeCreate):
        return [_create(command, codes)]
    if code is None:
        raise NotFound
    if code.is_system:
        raise SystemCode
    match command:
        case CodeUpdate():
            return list(_update(asked.id, command, code, codes))
        case CodeDelete():
            below = codes.below(asked.id)
            gone = [CodeDeleted(name=code.name)]
            rest = [Fact(stream("code", i), CodeDeleted(name=name)) for i, name, _ in below]
            return [*codes.removals([*(i for i, _, _ in below), asked.id]), *rest, *gone]
        case CodeMerge(into_id=into_id):
            return _merge(asked.id, code, into_id, codes)
        case _:
            assert_never(command)


def _create(command: CodeCreate, codes: CodeLookup) -> CodeCreated:
    key = name_key(command.name)
    if command.project_id != codes.project_id:
        raise OtherProject
    if command.is_system:
        raise SystemCode
    if codes.holder(key) is not None:
        raise CodeNameTaken(loc=("body", "name"))
    if not codes.is_asked_once(key):
        raise CodeNamedTwice
    if command.parent_id is not None and not codes.exists(command.parent_id):
        raise NoSuchParent(loc=("body", "parent_id"))
    return CodeCreated(
        name=command.name,
        name_key=key,
        color=command.color or color_of(key),
        description=command.description,
        parent_id=command.parent_id,
        enabled=command.enabled,
        is_system=False,
    )


def _update(code_id: int, command: CodeUpdate, code: Code, codes: CodeLookup) -> Iterator[Event | Fact]:
    if command.name is not None and command.name != code.name:
        key = name_key(command.name)
        if codes.holder(key) not in (None, code_id):
            raise CodeNameTaken(loc=("body", "name"))
        yield CodeRenamed(name=command.name, name_key=key, was=code.name)
    if command.color is not None and command.color != code.color:
        yield CodeRecoloured(color=command.color, was=code.color)
    if command.description is not None and command.description != code.description:
        yield CodeDescribed(description=command.description, was=code.description)
    if "parent_id" in command.model_fields_set and command.parent_id != code.parent_id:
        _check_parent(code_id, command.parent_id, codes)
        yield CodeMoved(parent_id=command.parent_id, was=code.parent_id)
    if command.enabled is not None:
        switched = CodeEnabled() if command.enabled else CodeDisabled()
        if command.enabled != code.enabled:
            yield switched
        for below_id, _, enabled in codes.below(code_id):
            if enabled != command.enabled:
                yield Fact(stream("code", below_id), switched)


def _check_parent(code_id: int, parent_id: int | None, codes: CodeLookup) -> None:
    if parent_id is None:
        return
    lineage = codes.lineage(parent_id)
    if not lineage:
        raise NoSuchParent(loc=("body", "parent_id"))
    if code_id in lineage:
        raise CodeCycle(loc=("body", "parent_id"))


def _merge(code_id: int, code: Code, into_id: int, codes: CodeLookup) -> list[Event | Fact]:
    lineage = codes.lineage(into_id)
    if not lineage:
        raise NotFound
    if code_id in lineage:
        raise CodeCycle
    if codes.is_system(into_id):
        raise SystemCode
    if not codes.is_enabled(into_id):
        raise CodeIsDisabled
    moved = [
        Fact(stream("code", child), CodeMoved(parent_id=into_id, was=code_id)) for child in codes.children(code_id)
    ]
    return [*codes.recodings(code_id, into_id), *moved, CodeMerged(into_id=into_id, name=code.name)]


def evolve(code: Code | None, event: CodeEvent) -> Code | None:
    match event:
        case CodeCreated():
            return Code(event.name, event.color, event.description, event.parent_id, event.enabled, event.is_system)
        case CodeDeleted() | CodeMerged():
            return None
    if code is None:
        return None
    match event:
        case CodeRenamed(name=name):
            return replace(code, name=name)
        case CodeRecoloured(color=color):
            return replace(code, color=color)
        case CodeDescribed(description=description):
            return replace(code, description=description)
        case CodeMoved(parent_id=parent_id):
            return replace(code, parent_id=parent_id)
        case CodeEnabled() | CodeDisabled():
            return replace(code, enabled=isinstance(event, CodeEnabled))
        case _:
            assert_never(event)


decider = Decider(area="code", initial=None, decide=decide, evolve=evolve)
