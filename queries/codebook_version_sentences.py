"""The history of codebook versions in words."""

from events.codebook_version_events import (
    CodebookVersionDeclared,
    CodebookVersionExplained,
    CodebookVersionRenamed,
)
from queries._telling import Tellings, tell

TELLINGS: Tellings = {
    CodebookVersionDeclared: tell(
        "declared {name:the codebook version}", "declared {n:codebook version}", now="{name}", calls="{name}"
    ),
    CodebookVersionRenamed: tell(
        "renamed {was:the codebook version} to {name}",
        "renamed {n:codebook version}",
        was="{was}",
        now="{name}",
        calls="{name}",
    ),
    CodebookVersionExplained: tell(
        "explained {0:the codebook version}", "explained {n:codebook version}", was="{was}", now="{note}"
    ),
}
