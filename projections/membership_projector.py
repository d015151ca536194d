"""Retells who is a member of which project, in which role."""

from collections.abc import Iterator

from events._event import Recorded
from events.membership_events import MemberAdded, MemberRemoved, MemberRoleChanged
from projections._write import RECORDED_AT, Create, Delete, Update, Write
from projections.membership_orm import MembershipORM


def project(recorded: Recorded) -> Iterator[Write]:
    match recorded.event:
        case MemberAdded(role=role):
            yield Create(
                MembershipORM,
                {
                    "project_id": recorded.project_id,
                    "user_id": recorded.entity_id,
                    "role": role,
                    "version": recorded.version,
                    "created": RECORDED_AT,
                    "updated": RECORDED_AT,
                },
            )
        case MemberRoleChanged(role=role):
            values = {"role": role, "version": recorded.version, "updated": RECORDED_AT}
            yield Update(MembershipORM, (recorded.project_id, recorded.entity_id), values)
        case MemberRemoved():
            yield Delete(MembershipORM, (recorded.project_id, recorded.entity_id))
