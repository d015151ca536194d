"""Samples of documents that are alike but for their tags."""

from collections.abc import Sequence
from random import Random

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from projections._crud import Record, among
from projections.tag_link_orm import TagLinkORM


def sample_by_tags(
    db: Session, project_id: int, groups: Sequence[Sequence[int]], n: int, share: float, random: Random
) -> list[Record]:
    """For each combination of one tag of every group, the documents that carry just these of them, and samples.

    The fixed samples have `n` documents, or as many as the smallest combination, so that all are of one size.
    """
    combinations: dict[tuple[int, ...], list[int]] = {}
    link = TagLinkORM.__table__.c
    asked = [tag_id for group in groups for tag_id in group]
    rows = select(link.sdoc_id, func.array_agg(link.tag_id)).where(
        link.project_id == project_id, among(link.tag_id, asked)
    )
    for sdoc_id, tag_ids in db.execute(rows.group_by(link.sdoc_id).order_by(link.sdoc_id)):
        carried = [[tag_id for tag_id in group if tag_id in tag_ids] for group in groups]
        if all(len(tags) == 1 for tags in carried):
            combinations.setdefault(tuple(tags[0] for tags in carried), []).append(sdoc_id)
    fixed = min([n, *map(len, combinations.values())])
    return [
        {
            "tags": list(tags),
            "sdocs": sdocs,
            "sample_fixed": sorted(random.sample(sdocs, fixed)),
            "sample_relative": sorted(random.sample(sdocs, round(share * len(sdocs)))),
        }
        for tags, sdocs in sorted(combinations.items())
    ]
