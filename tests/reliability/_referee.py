"""Judges a log by the rules that no key of a table guards, without the code that decided it.

Whether other things that are pointed to are there, and names are given once, PostgreSQL sees to.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from events._event import Recorded


@dataclass
class Referee:
    """What is so far: who owns the project, which codes are disabled, what stands below what, and what is pointed to by
    which annotations."""

    _owners: set[str] = field(default_factory=set)
    _disabled: set[int] = field(default_factory=set)
    _parents: dict[str, str | None] = field(default_factory=dict)
    _pointing: dict[str, set[str]] = field(default_factory=dict)
    _recoded: list[str] = field(default_factory=list)
    _ended: bool = False

    def watch(self, log: Iterable[Recorded]) -> list[str]:
        """The rules that were broken, with their places."""
        return [
            f"revision {recorded.revision}, {recorded.event.type}: {complaint}"
            for recorded in log
            for complaint in self._judge(recorded)
        ]

    def _judge(self, recorded: Recorded) -> Iterator[str]:
        event: Any = recorded.event
        thing, id = recorded.stream_id, recorded.entity_id
        if self._ended:
            yield "the project has ended"
        self._ended = self._ended or event.ends
        match event.type:
            case "member.added" | "member.role_changed" | "member.removed":
                self._owners.discard(thing)
                if event.role == "owner" and event.type != "member.removed":
                    self._owners.add(thing)
            case "code.disabled":
                self._disabled.add(id)
            case "code.enabled":
                self._disabled.discard(id)
            case "span_annotation.created" | "sentence_annotation.created" | "bbox_annotation.created":
                if event.code_id in self._disabled:
                    yield "its code is disabled"
                yield from self._point(thing, f"code-{event.code_id}", f"sdoc-{event.sdoc_id}")
            case "span_annotation.recoded" | "sentence_annotation.recoded" | "bbox_annotation.recoded":
                if event.code_id in self._disabled:
                    self._recoded.append("its new code is disabled")
                self._pointing.get(f"code-{event.was}", set()).discard(thing)
                yield from self._point(thing, f"code-{event.code_id}")
            case "span_annotation.deleted" | "sentence_annotation.deleted" | "bbox_annotation.deleted":
                for target in (f"code-{event.code_id}", f"sdoc-{event.sdoc_id}"):
                    self._pointing.get(target, set()).discard(thing)
            case "code.created" | "sdoc.uploaded":
                self._pointing[thing] = set()
            case "code.merged" | "code.deleted" | "sdoc.deleted":
                if self._pointing.pop(thing, ()):
                    yield "annotations still point to it"
                if event.type == "code.merged":
                    # Into a code that is no longer used one may still merge another.
                    self._recoded.clear()
        if event.type in ("code.created", "code.moved", "tag.created", "tag.moved", "folder.created", "folder.moved"):
            self._parents[thing] = f"{event.area}-{event.parent_id}" if event.parent_id else None
            if thing in self._above(thing):
                yield "it stands below itself"
        if event.type == "code.created" and not event.enabled:
            self._disabled.add(id)
        if recorded.command_index == recorded.command_count:
            yield from self._recoded
            self._recoded.clear()
            if not self._owners and not self._ended:
                yield "nobody owns the project"

    def _point(self, thing: str, *targets: str) -> Iterator[str]:
        for target in targets:
            if target in self._pointing:
                self._pointing[target].add(thing)
            else:
                yield f"{target} is not there"

    def _above(self, thing: str) -> Iterator[str]:
        up = self._parents.get(thing)
        seen: set[str] = set()
        while up is not None and up not in seen:
            yield up
            seen.add(up)
            up = self._parents.get(up)
