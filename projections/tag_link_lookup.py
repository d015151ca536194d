"""What the rules of tag links ask of the read tables."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from functools import cached_property

from commands.tag_link_dto import TagLinkCommand
from repos.postgres_repo import Connection


class TagLinkLookupTables:
    """Each question is one query for all commands of a request, however many they are."""

    def __init__(self, connection: Connection, project_id: int, commands: Sequence[TagLinkCommand]) -> None:
        self._connection = connection
        self._project_id = project_id
        self._asked = Counter(command.source_document_id for command in commands)
        self._asked_tags = {tag_id for command in commands for tag_id in command.tag_ids}

    def has_document(self, sdoc_id: int) -> bool:
        return sdoc_id in self._documents

    def has_tag(self, tag_id: int) -> bool:
        return tag_id in self._tags

    def is_asked_once(self, sdoc_id: int) -> bool:
        return self._asked[sdoc_id] <= 1

    def tags_of(self, sdoc_id: int) -> frozenset[int]:
        return frozenset(self._links.get(sdoc_id, ()))

    @cached_property
    def _documents(self) -> frozenset[int]:
        return self._existing("source_document", list(self._asked))

    @cached_property
    def _tags(self) -> frozenset[int]:
        return self._existing("tag", list(self._asked_tags))

    @cached_property
    def _links(self) -> dict[int, list[int]]:
        links: dict[int, list[int]] = defaultdict(list)
        for sdoc_id, tag_id in self._connection.execute(
            "SELECT sdoc_id, tag_id FROM inline.tag_link WHERE sdoc_id = ANY($1::bigint[])", (list(self._asked),)
        ):
            links[sdoc_id].append(tag_id)
        return links

    def _existing(self, table: str, ids: list[int]) -> frozenset[int]:
        rows = self._connection.execute(
            f"SELECT id FROM inline.{table} WHERE project_id = $1 AND id = ANY($2::bigint[])", (self._project_id, ids)
        )
        return frozenset(row[0] for row in rows)
