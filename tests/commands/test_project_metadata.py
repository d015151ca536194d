"""The rules of metadata definitions."""

from collections.abc import Iterable
from dataclasses import dataclass

from commands._refusal import NotFound
from commands.project_metadata_decider import HasValues, MetadataKeyTaken, decider
from commands.project_metadata_dto import ProjectMetadataCreate, ProjectMetadataDelete, ProjectMetadataUpdate
from events._event import Fact
from events.project_metadata_events import (
    ProjectMetadataCreated,
    ProjectMetadataDeleted,
    ProjectMetadataDescribed,
    ProjectMetadataRenamed,
    ProjectMetadataRetyped,
)
from events.source_document_metadata_events import SourceDocumentMetadataCleared
from tests.spec import Spec

cleared = Fact(
    "sdocmeta-50-1", SourceDocumentMetadataCleared(sdoc_id=50, projmeta_id=1, metatype="STRING", was="Käthe")
)


@dataclass(frozen=True)
class FakeDefinitions:
    """Texts have `author` (1) and `place` (2)."""

    used: bool = False

    def holder(self, doctype: str, name_key: str) -> int | None:
        return {("text", "author"): 1, ("text", "place"): 2}.get((doctype, name_key))

    def has_values(self, projmeta_id: int) -> bool:
        return self.used

    def removals(self, projmeta_id: int) -> Iterable[Fact]:
        return [cleared] if self.used else []


author = ProjectMetadataCreated(
    key="author", name_key="author", metatype="STRING", doctype="text", description="", read_only=False
)
definition = Spec(decider, FakeDefinitions())


def test_metadata_is_defined_once_for_a_kind_of_document() -> None:
    definition.when(ProjectMetadataCreate(project_id=1, key="Author", metatype="STRING", doctype="text")).then_refused(
        MetadataKeyTaken
    )
    definition.when(ProjectMetadataCreate(project_id=1, key="Author", metatype="LIST", doctype="image")).then(
        ProjectMetadataCreated(
            key="Author", name_key="author", metatype="LIST", doctype="image", description="", read_only=False
        )
    )


def test_each_changed_field_is_a_fact_of_its_own() -> None:
    definition.given(author).when(ProjectMetadataUpdate(key="writer", metatype="LIST", description="Who")).then(
        ProjectMetadataRenamed(key="writer", name_key="writer", was="author"),
        ProjectMetadataRetyped(metatype="LIST", was="STRING"),
        ProjectMetadataDescribed(description="Who", was=""),
    )


def test_changing_nothing_says_nothing() -> None:
    definition.given(author).when(ProjectMetadataUpdate(key="author", metatype="STRING")).then_nothing()


def test_a_key_is_taken_by_others_only() -> None:
    definition.given(author).when(ProjectMetadataUpdate(key="PLACE")).then_refused(MetadataKeyTaken)
    definition.given(author).when(ProjectMetadataUpdate(key="Author")).then(
        ProjectMetadataRenamed(key="Author", name_key="author", was="author")
    )


def test_the_type_stays_as_long_as_there_are_values() -> None:
    used = definition.knowing(FakeDefinitions(used=True)).given(author)
    used.when(ProjectMetadataUpdate(metatype="NUMBER")).then_refused(HasValues)
    used.when(ProjectMetadataUpdate(metatype="STRING")).then_nothing()


def test_deleting_takes_the_values_along() -> None:
    gone = ProjectMetadataDeleted(key="author", doctype="text")
    definition.knowing(FakeDefinitions(used=True)).given(author).when(ProjectMetadataDelete()).then(cleared, gone)
    definition.given(author, gone).when(ProjectMetadataUpdate(key="x")).then_refused(NotFound)
