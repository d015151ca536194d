"""Writes the examples that are missing, and the published contract; an example that is there is never changed."""

import sys

from events import REGISTRY
from tests.events.golden import VOCABULARY, example, golden, vocabulary

for kind in REGISTRY.values():
    if not (path := golden(kind)).exists():
        path.write_bytes(example(kind).encoded() + b"\n")
        sys.stdout.write(f"{path.name}\n")
VOCABULARY.write_text(vocabulary(), encoding="utf-8")
