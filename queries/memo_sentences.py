"""The history of memos in words."""

from events.memo_events import (
    MemoCreated,
    MemoDeleted,
    MemoMoved,
    MemoRetitled,
    MemoRewritten,
    MemoStarred,
    MemoUnstarred,
)
from queries._telling import Tellings, tell

TELLINGS: Tellings = {
    MemoCreated: tell(
        "wrote {title:the memo} on {attached_object_id:object}", "wrote {n:memo}", now="{title}", calls="{title}"
    ),
    MemoRetitled: tell(
        "renamed {was:the memo} to {title}", "renamed {n:memo}", was="{was}", now="{title}", calls="{title}"
    ),
    MemoRewritten: tell("rewrote {0:the memo}", "rewrote {n:memo}", was="{was}", now="{content}"),
    MemoStarred: tell("starred {0:the memo}", "starred {n:memo}", was="not starred", now="starred"),
    MemoUnstarred: tell(
        "took the star off {0:the memo}", "took the stars off {n:memo}", was="starred", now="not starred"
    ),
    MemoMoved: tell(
        "moved {0:the memo} to {attached_object_id:object}",
        "moved {n:memo}",
        was="{was:object}",
        now="{attached_object_id:object}",
    ),
    MemoDeleted: tell(
        "deleted {title:the memo} on {attached_object_id:object}",
        "deleted {n:memo}",
        was="{title}",
        taken=("{title:the memo}", "{n:memo}"),
    ),
}
