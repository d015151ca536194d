"""Taking in, renaming, moving and deleting source documents."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, replace
from typing import NamedTuple, Protocol, assert_never

from commands._decider import Asked, Decider
from commands._metadata_value import read_value
from commands._naming import settled
from commands._refusal import Invalid, NotFound, Refused
from commands.dto_base import name_key
from commands.source_document_dto import (
    DocumentsUpload,
    NewDocument,
    NewFile,
    SourceDocumentDelete,
    SourceDocumentUpdate,
)
from events._event import Event, Fact, stream
from events._words import MetaTypeName
from events.folder_events import FolderCreated, FolderDeleted
from events.project_metadata_events import ProjectMetadataCreated
from events.source_document_events import (
    SourceDocumentDeleted,
    SourceDocumentEvent,
    SourceDocumentImageMeasured,
    SourceDocumentMoved,
    SourceDocumentProcessingFailed,
    SourceDocumentRenamed,
    SourceDocumentTextExtracted,
    SourceDocumentUploaded,
)
from events.source_document_metadata_events import MetaValue, SourceDocumentMetadataSet

SourceDocumentCommand = DocumentsUpload | SourceDocumentUpdate | SourceDocumentDelete


@dataclass(frozen=True, slots=True)
class SourceDocument:
    """`text` or `image` is what was found in it last, `failure` why it was tried again in vain."""

    filename: str
    name: str
    folder_id: int
    text: SourceDocumentTextExtracted | None = None
    image: SourceDocumentImageMeasured | None = None
    failure: SourceDocumentProcessingFailed | None = None


class Defined(NamedTuple):
    """What is needed of a metadata definition to give a document a value of it."""

    id: int
    metatype: MetaTypeName
    read_only: bool = False


class SourceDocumentLookup(Protocol):
    """What the rules must know of the other documents of the project, and of what hangs on this one."""

    def filenames_taken(self, name_keys: Collection[str]) -> Set[str]: ...

    def folder_names_taken(self, parent_id: int | None, name_keys: Collection[str]) -> Set[str]: ...

    def folder_type(self, folder_id: int) -> str | None: ...

    def definitions(self, name_keys: Collection[str]) -> Mapping[str, Defined]:
        """The metadata of texts that is defined already, by the name key of its key."""

    def left_empty(self, folder_id: int) -> str | None:
        """The name of the folder if it was made for a file and holds this one document."""

    def removals(self, sdoc_id: int) -> Iterable[Fact]:
        """The end of everything that hangs on the document."""


class FilenameTaken(Refused):
    """A document with this file name is in the project already."""


class NoSuchFolder(Invalid):
    """The folder is not one of this project."""


class NotForFiles(Invalid):
    """Files are put into folders of type normal."""


class UnfitValue(Invalid):
    """A value is not one that its metadata can have."""


def decide(
    command: SourceDocumentCommand, document: SourceDocument | None, asked: Asked, documents: SourceDocumentLookup
) -> list[Event | Fact]:
    if isinstance(command, DocumentsUpload):
        return list(_take_in(command, documents))
    if document is None:
        raise NotFound
    match command:
        case SourceDocumentUpdate():
            return list(_update(command, document, documents))
        case SourceDocumentDelete():
            return list(_delete(asked.id, document, documents))
        case _:
            assert_never(command)


def _take_in(command: DocumentsUpload, documents: SourceDocumentLookup) -> Iterator[Fact]:
    """Folders, documents and metadata of the files whose names are free."""
    if command.parent_id is not None and (place := documents.folder_type(command.parent_id)) != "normal":
        raise NotForFiles if place else NoSuchFolder
    wanted = [document.filename for file in command.files for document in file.documents]
    names = iter(settled(wanted, documents.filenames_taken, rename=command.rename))
    taken_in: list[tuple[NewFile, list[tuple[str, NewDocument]]]] = []
    for file in command.files:
        named = [(name, document) for document in file.documents if (name := next(names)) is not None]
        if named:
            taken_in.append((file, named))
    if not taken_in:
        raise FilenameTaken
    folder_names = settled(
        [file.filename for file, _ in taken_in],
        lambda keys: documents.folder_names_taken(command.parent_id, keys),
        rename=True,
    )
    definitions = _Definitions(command, documents)
    yield from definitions.missing()
    for (file, named), folder_name in zip(taken_in, folder_names, strict=True):
        assert folder_name is not None
        yield Fact(stream("folder", file.folder_id), _folder(folder_name, command.parent_id))
        for name, document in named:
            yield Fact(stream("sdoc", document.sdoc_id), _uploaded(name, document, file.folder_id))
            yield from definitions.values(document)


def _folder(name: str, parent_id: int | None) -> FolderCreated:
    return FolderCreated(name=name, name_key=name_key(name), folder_type="sdoc_folder", parent_id=parent_id)


def _uploaded(filename: str, document: NewDocument, folder_id: int) -> SourceDocumentUploaded:
    return SourceDocumentUploaded(
        filename=filename,
        name_key=name_key(filename),
        name=filename,
        doctype=document.doctype,
        folder_id=folder_id,
        source_sha256=document.source_sha256,
        source_length=document.source_length,
        media_type=document.media_type,
    )


class _Definitions:
    """The metadata definitions that the columns of an upload belong to, made where there are none."""

    def __init__(self, command: DocumentsUpload, documents: SourceDocumentLookup) -> None:
        asked = {name_key(key): (id, key) for key, id in command.definition_ids.items()}
        known = documents.definitions(asked) if asked else {}
        self._missing = {own: one for own, one in asked.items() if own not in known}
        self._all = {**known, **{own: Defined(id, "STRING") for own, (id, _) in self._missing.items()}}

    def missing(self) -> Iterator[Fact]:
        for own, (id, key) in self._missing.items():
            yield Fact(
                stream("projmeta", id),
                ProjectMetadataCreated(
                    key=key, name_key=own, metatype="STRING", doctype="text", description="", read_only=False
                ),
            )

    def values(self, document: NewDocument) -> Iterator[Fact]:
        for (id, metatype, _), value in metadata_values(document, self._all):
            yield Fact(
                stream("sdocmeta", document.sdoc_id, id),
                SourceDocumentMetadataSet(
                    sdoc_id=document.sdoc_id, projmeta_id=id, metatype=metatype, value=value, was=None
                ),
            )


def metadata_values(document: NewDocument, defined: Mapping[str, Defined]) -> Iterator[tuple[Defined, MetaValue]]:
    """The values of a new document, where they are defined. Raises UnfitValue."""
    for key, text in document.metadata.items():
        definition = defined.get(name_key(key))
        if definition is None:
            continue
        if definition.read_only:
            raise UnfitValue(f"The values of the metadata {key} come from the server alone: leave the column out.")
        try:
            yield definition, read_value(definition.metatype, text)
        except ValueError:
            raise UnfitValue(
                f"The metadata {key} is of type {definition.metatype}, and {text[:80]!r} is none."
            ) from None


def _update(
    command: SourceDocumentUpdate, document: SourceDocument, documents: SourceDocumentLookup
) -> Iterator[Event]:
    if command.name is not None and command.name != document.name:
        yield SourceDocumentRenamed(name=command.name, was=document.name)
    if command.folder_id is not None and command.folder_id != document.folder_id:
        if documents.folder_type(command.folder_id) is None:
            raise NoSuchFolder(loc=("body", "folder_id"))
        yield SourceDocumentMoved(folder_id=command.folder_id, was=document.folder_id)


def _delete(sdoc_id: int, document: SourceDocument, documents: SourceDocumentLookup) -> Iterator[Event | Fact]:
    yield from documents.removals(sdoc_id)
    yield SourceDocumentDeleted(filename=document.filename, name=document.name)
    if (folder := documents.left_empty(document.folder_id)) is not None:
        yield Fact(stream("folder", document.folder_id), FolderDeleted(name=folder))


def evolve(document: SourceDocument | None, event: SourceDocumentEvent) -> SourceDocument | None:
    match event:
        case SourceDocumentUploaded():
            return SourceDocument(event.filename, event.name, event.folder_id)
        case SourceDocumentDeleted():
            return None
    if document is None:
        return None
    match event:
        case SourceDocumentTextExtracted():
            return replace(document, text=event, failure=None)
        case SourceDocumentImageMeasured():
            return replace(document, image=event, failure=None)
        case SourceDocumentProcessingFailed():
            return replace(document, failure=event)
        case SourceDocumentRenamed(name=name):
            return replace(document, name=name)
        case SourceDocumentMoved(folder_id=folder_id):
            return replace(document, folder_id=folder_id)
        case _:
            assert_never(event)


decider = Decider(area="sdoc", initial=None, decide=decide, evolve=evolve)
