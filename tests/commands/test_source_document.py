"""The rules of source documents."""

from collections.abc import Collection, Iterable, Mapping, Set
from dataclasses import dataclass, field

import pytest

from commands._refusal import NotFound
from commands.source_document_decider import Defined, FilenameTaken, NoSuchFolder, NotForFiles, UnfitValue, decider
from commands.source_document_dto import (
    DocumentsUpload,
    NewDocument,
    NewFile,
    SourceDocumentDelete,
    SourceDocumentUpdate,
)
from events._event import Fact
from events.folder_events import FolderCreated, FolderDeleted
from events.memo_events import MemoDeleted
from events.project_metadata_events import ProjectMetadataCreated
from events.source_document_events import (
    SourceDocumentDeleted,
    SourceDocumentMoved,
    SourceDocumentRenamed,
    SourceDocumentUploaded,
)
from events.source_document_metadata_events import SourceDocumentMetadataSet
from tests.spec import Spec

MEMO = Fact("memo-3", MemoDeleted(title="", user_id=1, attached_object_type="source_document", attached_object_id=1))


@dataclass
class FakeDocuments:
    names: frozenset[str] = frozenset()
    folder_names: frozenset[str] = frozenset()
    folders: dict[int, str] = field(default_factory=dict)
    defined: dict[str, Defined] = field(default_factory=dict)
    lonely: str | None = None

    def filenames_taken(self, name_keys: Collection[str]) -> Set[str]:
        return self.names & set(name_keys)

    def folder_names_taken(self, parent_id: int | None, name_keys: Collection[str]) -> Set[str]:
        return self.folder_names & set(name_keys)

    def folder_type(self, folder_id: int) -> str | None:
        return self.folders.get(folder_id)

    def definitions(self, name_keys: Collection[str]) -> Mapping[str, Defined]:
        return {key: self.defined[key] for key in name_keys if key in self.defined}

    def left_empty(self, folder_id: int) -> str | None:
        return self.lonely

    def removals(self, sdoc_id: int) -> Iterable[Fact]:
        return [MEMO]


def file(id: int, filename: str, **metadata: str) -> NewFile:
    return NewFile(100 + id, filename, [NewDocument(id, filename, "text/plain", "0" * 64, 5, metadata)])


def folder_made(id: int, name: str, parent_id: int | None = None) -> Fact:
    made = FolderCreated(name=name, name_key=name.casefold(), folder_type="sdoc_folder", parent_id=parent_id)
    return Fact(f"folder-{100 + id}", made)


def uploaded(filename: str, folder_id: int = 101) -> SourceDocumentUploaded:
    return SourceDocumentUploaded(
        filename=filename,
        name_key=filename.casefold(),
        name=filename,
        doctype="text",
        folder_id=folder_id,
        source_sha256="0" * 64,
        source_length=5,
        media_type="text/plain",
    )


letter = uploaded("Letter.txt")
portrait = uploaded("Ada.png").model_copy(update={"doctype": "image", "media_type": "image/png"})
documents = Spec(decider, FakeDocuments())


def test_each_file_gets_a_folder_and_its_document() -> None:
    documents.when(DocumentsUpload([file(1, "Letter.txt"), file(2, "b.txt")])).then(
        folder_made(1, "Letter.txt"),
        Fact("sdoc-1", letter),
        folder_made(2, "b.txt"),
        Fact("sdoc-2", uploaded("b.txt", 102)),
    )


def test_an_image_is_taken_in_as_one() -> None:
    image = NewDocument(1, "Ada.png", "image/png", "0" * 64, 5, doctype="image")
    documents.when(DocumentsUpload([NewFile(101, "Ada.png", [image])])).then(
        folder_made(1, "Ada.png"), Fact("sdoc-1", portrait)
    )


def test_files_whose_names_are_taken_stay_out() -> None:
    taken = documents.knowing(FakeDocuments(names=frozenset({"letter.txt"})))
    taken.when(DocumentsUpload([file(2, "LETTER.txt"), file(1, "b.txt"), file(3, "B.txt")])).then(
        folder_made(1, "b.txt"), Fact("sdoc-1", uploaded("b.txt"))
    )
    taken.when(DocumentsUpload([file(1, "letter.TXT")])).then_refused(FilenameTaken)


def test_names_that_are_taken_get_a_number_if_wanted() -> None:
    taken = documents.knowing(FakeDocuments(names=frozenset({"a.txt", "a (2).txt"}), folder_names=frozenset({"a.txt"})))
    taken.when(DocumentsUpload([file(1, "a.txt")], rename=True)).then(
        folder_made(1, "a (2).txt"), Fact("sdoc-1", uploaded("a (3).txt"))
    )


def test_files_go_into_a_normal_folder_of_the_project() -> None:
    known = documents.knowing(FakeDocuments(folders={5: "normal", 6: "sdoc_folder"}))
    into = known.when(DocumentsUpload([file(1, "Letter.txt")], parent_id=5))
    into.then(folder_made(1, "Letter.txt", 5), Fact("sdoc-1", letter))
    known.when(DocumentsUpload([file(1, "a")], parent_id=6)).then_refused(NotForFiles)
    known.when(DocumentsUpload([file(1, "a")], parent_id=7)).then_refused(NoSuchFolder)


def test_columns_become_metadata_made_where_there_is_none() -> None:
    defined = {"year": Defined(9, "NUMBER"), "sum": Defined(10, "STRING", read_only=True)}
    known = documents.knowing(FakeDocuments(defined=defined))
    ids = {"Year": 20, "Place": 21}
    known.when(DocumentsUpload([file(1, "Letter.txt", Year="1916", Place="Paris")], definition_ids=ids)).then(
        Fact(
            "projmeta-21",
            ProjectMetadataCreated(
                key="Place", name_key="place", metatype="STRING", doctype="text", description="", read_only=False
            ),
        ),
        folder_made(1, "Letter.txt"),
        Fact("sdoc-1", letter),
        Fact(
            "sdocmeta-1-9",
            SourceDocumentMetadataSet(sdoc_id=1, projmeta_id=9, metatype="NUMBER", value=1916, was=None),
        ),
        Fact(
            "sdocmeta-1-21",
            SourceDocumentMetadataSet(sdoc_id=1, projmeta_id=21, metatype="STRING", value="Paris", was=None),
        ),
    )
    known.when(DocumentsUpload([file(1, "a", Year="soon")], definition_ids=ids)).then_refused(UnfitValue)
    known.when(DocumentsUpload([file(1, "a", Sum="x")], definition_ids={"Sum": 22})).then_refused(UnfitValue)


def test_each_change_is_a_fact_of_its_own() -> None:
    known = documents.knowing(FakeDocuments(folders={5: "normal"})).given(letter)
    known.when(SourceDocumentUpdate(name="To Bob", folder_id=5)).then(
        SourceDocumentRenamed(name="To Bob", was="Letter.txt"), SourceDocumentMoved(folder_id=5, was=101)
    )
    known.when(SourceDocumentUpdate(name="Letter.txt", folder_id=101)).then_nothing()
    known.when(SourceDocumentUpdate(folder_id=6)).then_refused(NoSuchFolder)


@pytest.mark.parametrize(
    ("lonely", "folder_too"),
    [(None, []), ("Letter.txt", [Fact("folder-101", FolderDeleted(name="Letter.txt"))])],
)
def test_a_document_goes_with_all_that_hangs_on_it(lonely: str | None, folder_too: list[Fact]) -> None:
    known = documents.knowing(FakeDocuments(lonely=lonely)).given(letter, SourceDocumentRenamed(name="Bob", was="x"))
    known.when(SourceDocumentDelete()).then(MEMO, SourceDocumentDeleted(filename="Letter.txt", name="Bob"), *folder_too)


def test_a_deleted_document_cannot_be_renamed() -> None:
    gone = documents.given(letter, SourceDocumentDeleted(filename="Letter.txt", name="Letter.txt"))
    gone.when(SourceDocumentUpdate(name="x")).then_refused(NotFound)
