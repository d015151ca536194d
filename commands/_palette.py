"""Colours for codes and tags that were given none."""

from hashlib import sha256

PALETTE = (
    "#4e79a7",
    "#f28e2b",
    "#e15759",
    "#76b7b2",
    "#59a14f",
    "#edc948",
    "#b07aa1",
    "#ff9da7",
    "#9c755f",
    "#bab0ac",
    "#1b9e77",
    "#d95f02",
    "#7570b3",
    "#e7298a",
    "#66a61e",
    "#a6761d",
)


def color_of(name_key: str) -> str:
    """The colour of the palette that a name always gets, so that deciding stays pure."""
    return PALETTE[sha256(name_key.encode()).digest()[0] % len(PALETTE)]
