"""The rules of folders."""

from collections.abc import Iterable, Set
from dataclasses import dataclass, field

from commands._decider import Asked
from commands._refusal import NotFound
from commands.folder_decider import FolderCycle, FolderNameTaken, HoldsDocumentsOnly, NoSuchParentFolder, decider
from commands.folder_dto import FolderCreate, FolderDelete, FolderMove, FolderUpdate
from events._event import Fact
from events.folder_events import FolderCreated, FolderDeleted, FolderMoved, FolderRenamed
from events.source_document_events import SourceDocumentDeleted
from tests.spec import ADA, Spec

INSIDE = Fact("sdoc-7", SourceDocumentDeleted(filename="a.txt", name="A"))


@dataclass
class FakeFolders:
    """Folders of `id: (name_key, parent_id, folder_type)`."""

    folders: dict[int, tuple[str, int | None, str]] = field(default_factory=dict)

    def folder_type(self, folder_id: int) -> str | None:
        return self.folders[folder_id][2] if folder_id in self.folders else None

    def lineage(self, folder_id: int) -> Set[int]:
        parent = self.folders[folder_id][1]
        return {folder_id, *(self.lineage(parent) if parent else ())}

    def namesakes(self, name_key: str, parent_id: int | None) -> Set[int]:
        return {id for id, (key, parent, _) in self.folders.items() if (key, parent) == (name_key, parent_id)}

    def removals(self, folder_id: int) -> Iterable[Fact]:
        return [INSIDE]


def created(name: str = "Letters", parent_id: int | None = None) -> FolderCreated:
    return FolderCreated(name=name, name_key=name.casefold(), folder_type="normal", parent_id=parent_id)


letters = created()
FOLDERS = FakeFolders({1: ("letters", None, "normal"), 2: ("early", 1, "normal"), 3: ("a.txt", None, "sdoc_folder")})
folder = Spec(decider, FOLDERS)


def test_a_folder_is_created() -> None:
    Spec(decider, FakeFolders()).when(FolderCreate(project_id=1, name="Letters")).then(letters)


def test_a_name_is_taken_among_siblings_and_in_the_root_too() -> None:
    folder.when(FolderCreate(project_id=1, name="LETTERS")).then_refused(FolderNameTaken)
    folder.when(FolderCreate(project_id=1, name="Early", parent_id=1)).then_refused(FolderNameTaken)
    folder.when(FolderCreate(project_id=1, name="Early")).then(created("Early"))


def test_a_parent_must_be_a_folder_for_folders() -> None:
    folder.when(FolderCreate(project_id=1, name="x", parent_id=9)).then_refused(NoSuchParentFolder)
    folder.when(FolderCreate(project_id=1, name="x", parent_id=3)).then_refused(HoldsDocumentsOnly)


def test_a_folder_is_renamed() -> None:
    folder.given(letters).when(FolderUpdate(name="Post")).then(
        FolderRenamed(name="Post", name_key="post", was="Letters")
    )
    folder.given(letters).when(FolderUpdate(name="LETTERS")).then(
        FolderRenamed(name="LETTERS", name_key="letters", was="Letters")
    )
    folder.given(letters).when(FolderUpdate(name="Letters")).then_nothing()
    folder.given(letters).when(FolderUpdate(name="A.TXT")).then_refused(FolderNameTaken)


def test_a_folder_cannot_go_below_itself() -> None:
    folder.given(letters).when(FolderUpdate(parent_id=2)).then_refused(FolderCycle)
    folder.given(letters).when(FolderMove(folder_id=1, parent_id=1)).then_refused(FolderCycle)


def test_null_moves_it_to_the_root() -> None:
    folder.given(created(parent_id=2)).when(FolderUpdate(parent_id=None)).then(FolderMoved(parent_id=None, was=2))
    folder.given(letters).when(FolderUpdate(parent_id=None)).then_nothing()


def test_a_name_that_is_taken_there_can_be_changed_on_the_way() -> None:
    folders = FakeFolders({**FOLDERS.folders, 4: ("letters", 2, "normal")})
    other = Spec(decider, folders, Asked((4,), ADA)).given(created(parent_id=2))
    other.when(FolderUpdate(parent_id=None)).then_refused(FolderNameTaken)
    other.when(FolderUpdate(parent_id=None, name="Old")).then(
        FolderMoved(parent_id=None, was=2), FolderRenamed(name="Old", name_key="old", was="Letters")
    )


def test_what_is_inside_goes_first() -> None:
    folder.given(letters).when(FolderDelete()).then(INSIDE, FolderDeleted(name="Letters"))


def test_a_deleted_folder_cannot_be_renamed() -> None:
    folder.given(letters, FolderDeleted(name="Letters")).when(FolderUpdate(name="x")).then_refused(NotFound)
