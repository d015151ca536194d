"""Declaring and describing versions of the codebook."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import assert_never

from commands._decider import Asked, Decider
from commands._refusal import NotFound
from commands.codebook_version_dto import CodebookVersionCreate, CodebookVersionUpdate
from events._event import Event
from events.codebook_version_events import (
    CodebookVersionDeclared,
    CodebookVersionEvent,
    CodebookVersionExplained,
    CodebookVersionRenamed,
)

CodebookVersionCommand = CodebookVersionCreate | CodebookVersionUpdate


@dataclass(frozen=True, slots=True)
class CodebookVersion:
    name: str | None
    note: str | None


def decide(
    command: CodebookVersionCommand, version: CodebookVersion | None, asked: Asked, _: object
) -> Sequence[Event]:
    if isinstance(command, CodebookVersionCreate):
        return [CodebookVersionDeclared(name=command.name, note=command.note, user_id=asked.actor_id)]
    if version is None:
        raise NotFound
    return list(_update(command, version))


def _update(command: CodebookVersionUpdate, version: CodebookVersion) -> Iterator[Event]:
    if "name" in command.model_fields_set and command.name != version.name:
        yield CodebookVersionRenamed(name=command.name, was=version.name)
    if "note" in command.model_fields_set and command.note != version.note:
        yield CodebookVersionExplained(note=command.note, was=version.note)


def evolve(version: CodebookVersion | None, event: CodebookVersionEvent) -> CodebookVersion | None:
    match event:
        case CodebookVersionDeclared(name=name, note=note):
            return CodebookVersion(name, note)
    if version is None:
        return None
    match event:
        case CodebookVersionRenamed(name=name):
            return replace(version, name=name)
        case CodebookVersionExplained(note=note):
            return replace(version, note=note)
        case _:
            assert_never(event)


decider = Decider(area="codebook_version", initial=None, decide=decide, evolve=evolve)
