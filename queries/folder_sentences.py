"""The history of folders in words."""

from events.folder_events import FolderCreated, FolderDeleted, FolderMoved, FolderRenamed
from queries._telling import Tellings, tell

TELLINGS: Tellings = {
    FolderCreated: tell("made {name:the folder}", "made {n:folder}", now="{name}", calls="{name}"),
    FolderRenamed: tell(
        "renamed {was:the folder} to {name}", "renamed {n:folder}", was="{was}", now="{name}", calls="{name}"
    ),
    FolderMoved: tell(
        "moved {0:the folder} {parent_id:into folder}",
        "moved {n:folder} {parent_id:into folder}",
        "moved {n:folder}",
        was="{was:folder}",
        now="{parent_id:folder}",
    ),
    FolderDeleted: tell(
        "deleted {name:the folder}",
        "deleted {n:folder}",
        was="{name}",
        taken=("{name:the folder}", "{n:folder}"),
        below="{n:folder} inside it",
    ),
}
