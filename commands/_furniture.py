"""What every new project has from the start: codes for named entities, and the usual metadata of texts."""

from collections.abc import Iterator, Mapping, Sequence

from commands._palette import color_of
from commands.dto_base import name_key
from events._event import Fact, stream
from events._words import MetaTypeName
from events.code_events import CodeCreated
from events.project_metadata_events import ProjectMetadataCreated

SYSTEM_CODE = "SYSTEM_CODE"
ENTITY_CODES: Mapping[str, str] = {
    "PERSON": "Somebody, real or imagined, by name or otherwise",
    "ORGANIZATION": "A company, a party, an authority or another body of people",
    "LOCATION": "A country, a city, a building or another place",
    "DATE": "A day, a period or another moment",
    "EVENT": "A war, a storm, a feast or something else that happens once",
    "WORK_OF_ART": "A book, a song, a painting or another work with a title",
}
TEXT_METADATA: Mapping[str, tuple[MetaTypeName, str]] = {
    "language": ("STRING", "The language that the text is written in"),
    "author": ("STRING", "Who wrote or said it"),
    "date": ("DATE", "When it was written or said"),
    "url": ("STRING", "Where it was found"),
    "keywords": ("LIST", "What it is about, in a few words"),
}
CODES = 1 + len(ENTITY_CODES)
DEFINITIONS = len(TEXT_METADATA)


def furniture(code_ids: Sequence[int], projmeta_ids: Sequence[int]) -> Iterator[Fact]:
    """The facts, with `CODES` and `DEFINITIONS` fresh ids."""
    root_id, *entity_ids = code_ids
    yield _code(root_id, SYSTEM_CODE, "What the system marks by itself", None)
    for id, (name, description) in zip(entity_ids, ENTITY_CODES.items(), strict=True):
        yield _code(id, name, description, root_id)
    for id, (key, (metatype, description)) in zip(projmeta_ids, TEXT_METADATA.items(), strict=True):
        definition = ProjectMetadataCreated(
            key=key,
            name_key=name_key(key),
            metatype=metatype,
            doctype="text",
            description=description,
            read_only=False,
        )
        yield Fact(stream("projmeta", id), definition)


def _code(id: int, name: str, description: str, parent_id: int | None) -> Fact:
    key = name_key(name)
    code = CodeCreated(
        name=name,
        name_key=key,
        color=color_of(key),
        description=description,
        parent_id=parent_id,
        enabled=True,
        is_system=True,
    )
    return Fact(stream("code", id), code)
