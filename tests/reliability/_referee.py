"""Judges a log by the rules of the domain alone, without the code that decided it: no event may break one."""

from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from events._event import Recorded

Thing = tuple[str, ...]
"""An area and ids: ("code", "17")."""

ATTACHED = {"source_document": "sdoc"}
TREES = ("code", "tag", "folder")
BEGINS = ("created", "uploaded", "linked", "added")
ENDS = ("deleted", "merged", "unlinked", "removed")
REFERENCES = {"sdoc_id": "sdoc", "code_id": "code", "tag_id": "tag", "folder_id": "folder"}


@dataclass
class Referee:
    """The things that are there, what each is about, how many are about each, and what is taken.

    `complaints` are the rules that were broken, with their places.
    """

    complaints: list[str] = field(default_factory=list)
    _about: dict[Thing, set[Thing]] = field(default_factory=dict)
    _used: Counter[Thing] = field(default_factory=Counter)
    _disabled: set[Thing] = field(default_factory=set)
    _taken: dict[Thing, Hashable] = field(default_factory=dict)
    _holders: dict[Hashable, Thing] = field(default_factory=dict)
    _owners: set[Thing] = field(default_factory=set)
    _ended: bool = False

    def watch(self, log: Iterable[Recorded]) -> list[str]:
        for recorded in log:
            for complaint in self._judge(recorded):
                self.complaints.append(f"revision {recorded.revision}, {recorded.event.type}: {complaint}")
        return self.complaints

    def _judge(self, recorded: Recorded) -> Iterator[str]:
        area, *ids = recorded.stream_id.split("-")
        thing: Thing = (area, *ids)
        said = recorded.event.model_dump()
        verb = recorded.event.type.partition(".")[2]
        if self._ended:
            yield "the project has ended"
        self._ended = self._ended or recorded.event.ends
        if area == "member":
            self._owners -= {thing}
            self._owners |= {thing} if verb != "removed" and said["role"] == "owner" else set()
        elif area == "project":
            pass
        elif verb in BEGINS:
            if thing in self._about:
                yield "it is there already"
            yield from self._now_about(thing, _about(thing, said))
            yield from self._now_taken(thing, said)
            if said.get("enabled") is False:
                self._disabled.add(thing)
        elif verb in ENDS:
            yield from self._gone(thing)
        elif area == "sdocmeta":
            yield from self._missing([("sdoc", ids[0]), ("projmeta", ids[1])])
        else:
            yield from self._changed(thing, verb, said)
        if recorded.command_index == recorded.command_count and not self._owners and not self._ended:
            yield "nobody owns the project"

    def _changed(self, thing: Thing, verb: str, said: Mapping[str, Any]) -> Iterator[str]:
        if thing not in self._about:
            yield "it is not there"
            return
        if verb in ("moved", "recoded"):
            yield from self._now_about(thing, _about(thing, said))
        if verb in ("renamed", "moved"):
            yield from self._now_taken(thing, said)
        if verb in ("disabled", "enabled"):
            self._disabled -= {thing}
            self._disabled |= {thing} if verb == "disabled" else set()

    def _now_about(self, thing: Thing, about: set[Thing]) -> Iterator[str]:
        before = self._about.get(thing, set())
        yield from self._missing(about)
        # What was marked with a code before it was disabled may be moved.
        yield from (f"{one} is disabled" for one in (about - before) & self._disabled if thing[0] != "code")
        self._used.subtract(before)
        self._used.update(about)
        self._about[thing] = about
        if thing[0] in TREES and thing in self._above(thing):
            yield "it is below itself"

    def _above(self, thing: Thing) -> Iterator[Thing]:
        seen = set()
        while thing not in seen:
            seen.add(thing)
            up = [one for one in self._about.get(thing, ()) if one[0] == thing[0]]
            if not up:
                return
            thing = up[0]
            yield thing

    def _now_taken(self, thing: Thing, said: Mapping[str, Any]) -> Iterator[str]:
        key = self._key(thing, said)
        if key is None:
            return
        self._free(thing)
        if (holder := self._holders.get(key)) is not None:
            yield f"{key} is taken by {holder}"
        self._holders[key] = thing
        self._taken[thing] = key

    def _key(self, thing: Thing, said: Mapping[str, Any]) -> Hashable:
        """What no other thing may have; None if the fact says nothing of it."""
        if thing[0] == "memo" and "user_id" in said:
            return "memo", said["user_id"], said["attached_object_type"], said["attached_object_id"]
        had: Any = self._taken.get(thing, (thing[0], None, None))
        if thing[0] == "memo":
            return None if "attached_object_id" not in said else (*had[:3], said["attached_object_id"])
        if thing[0] == "folder":
            return "folder", said.get("name_key", had[1]), said["parent_id"] if "parent_id" in said else had[2]
        if "name_key" not in said:
            return None
        return thing[0], said["name_key"], said.get("doctype", had[2]) if thing[0] == "projmeta" else None

    def _gone(self, thing: Thing) -> Iterator[str]:
        if thing not in self._about:
            yield "it is not there"
            return
        if self._used[thing]:
            users = [user for user, about in self._about.items() if thing in about]
            yield f"{users[:3]} need it"
        self._used.subtract(self._about.pop(thing))
        self._disabled -= {thing}
        self._free(thing)

    def _free(self, thing: Thing) -> None:
        key = self._taken.pop(thing, None)
        if self._holders.get(key) == thing:
            del self._holders[key]

    def _missing(self, things: Iterable[Thing]) -> Iterator[str]:
        return (f"{one} is not there" for one in things if one not in self._about)


def _about(thing: Thing, said: Mapping[str, Any]) -> set[Thing]:
    """What a fact names of other things."""
    area, *ids = thing
    about: set[Thing] = {(of, str(said[name])) for name, of in REFERENCES.items() if name in said}
    if area in TREES and said.get("parent_id") is not None:
        about.add((area, str(said["parent_id"])))
    if area == "span_group_link":
        about |= {("span_group", ids[0]), ("span_annotation", ids[1])}
    if "attached_object_type" in said and said["attached_object_type"] != "project":
        kind = said["attached_object_type"]
        about.add((ATTACHED.get(kind, kind), str(said["attached_object_id"])))
    return about
