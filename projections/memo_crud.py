"""Reading memos."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from projections._crud import CRUDBase, Record, among, records
from projections.memo_orm import ATTACHABLE, MemoORM


class CRUDMemo(CRUDBase[MemoORM]):
    hidden = frozenset(f"{table}_id" for table in ATTACHABLE)

    ### READ OPERATIONS ###
    def read_by_objects(self, db: Session, object_type: str, object_ids: Sequence[int]) -> list[Record]:
        """The memos on these objects, by id."""
        memo = self.table.c
        on_them = (memo.attached_object_type == object_type, among(memo.attached_object_id, object_ids))
        return records(db, self.readable().where(*on_them).order_by(memo.id))

    def read_by_object(self, db: Session, object_type: str, object_id: int, user_id: int | None = None) -> list[Record]:
        """The memos on an object, all or those of one user, by id."""
        memo = self.table.c
        rows = self.readable().where(memo.attached_object_type == object_type, memo.attached_object_id == object_id)
        if user_id is not None:
            rows = rows.where(memo.user_id == user_id)
        return records(db, rows.order_by(memo.id))


crud_memo = CRUDMemo(MemoORM)
