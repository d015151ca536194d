"""What readers see, retold from the log: `INLINE` lists every projector of the inline tables."""

from projections._write import Projector
from projections.code_projector import project as code
from projections.membership_projector import project as membership
from projections.project_projector import project as project

INLINE: tuple[Projector, ...] = (project, membership, code)
