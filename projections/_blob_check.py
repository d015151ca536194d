"""Whether the blobs that facts name are there, and are what they are named after."""

import hashlib
from collections.abc import Iterator

from events._event import Event, Recorded
from events._integrity import Difference, Kind, unreadable
from projections._write import Quote
from repos.blob_repo import BlobDamaged, BlobMissing, BlobNameInvalid, BlobRepo, NoBlobs

UNKNOWN = "\ufffd unknown \ufffd"
"""Stands for the words of a passage whose text cannot be read."""

_SUFFIX = "_sha256"
_REMEMBERED = 100_000
_CHUNK = 1024**2


class BlobCheck:
    """Looks at each blob once, or again after many others; `deep` reads its content."""

    def __init__(self, blobs: BlobRepo, *, deep: bool) -> None:
        self.count = 0
        self.unknown = False
        self._blobs = blobs
        self._deep = deep
        self._seen: set[tuple[int, str]] = set()
        # Most passages are of the same text as the one before.
        self._latest = (0, "")
        self._text = ""

    def of(self, recorded: Recorded) -> Iterator[Difference]:
        """What is wrong with the blobs that an event names."""
        event = recorded.event
        for field in _FIELDS[type(event)]:
            sha256 = getattr(event, field)
            if sha256 is None or (recorded.project_id, sha256) in self._seen:
                continue
            if len(self._seen) == _REMEMBERED:
                self._seen.clear()
            self._seen.add((recorded.project_id, sha256))
            self.count += 1
            yield from self._differences(recorded, sha256, event.blob_lengths.get(field))

    def quote(self, project_id: int, passage: Quote) -> str:
        """The passage, or UNKNOWN, and then `unknown` is set."""
        if self._latest != (project_id, passage.text_sha256):
            try:
                self._text = self._blobs.read_text(project_id, passage.text_sha256)
            except (BlobMissing, NoBlobs, BlobDamaged):
                self.unknown = True
                return UNKNOWN
            self._latest = project_id, passage.text_sha256
        return self._text[passage.begin : passage.end]

    def _differences(self, recorded: Recorded, sha256: str, length_field: str | None) -> Iterator[Difference]:
        def difference(kind: Kind, log: object = None, found: object = None) -> Difference:
            return Difference(recorded.project_id, kind, "blobs", sha256, log=log, found=found)

        try:
            size = self._blobs.size(recorded.project_id, sha256)
            content = self._hash(recorded.project_id, sha256) if self._deep else sha256
        except (BlobMissing, NoBlobs):
            yield difference("blob_missing", log=f"revision {recorded.revision}")
            return
        except BlobNameInvalid as error:
            yield unreadable(recorded.project_id, recorded.revision, error)
            return
        if length_field is not None and size != (length := getattr(recorded.event, length_field)):
            yield difference("blob_length", length, size)
        if content != sha256:
            yield difference("blob_content", sha256, content)

    def _hash(self, project_id: int, sha256: str) -> str:
        content = hashlib.sha256()
        with self._blobs.open(project_id, sha256) as file:
            while chunk := file.read(_CHUNK):
                content.update(chunk)
        return content.hexdigest()


class _Fields(dict[type[Event], tuple[str, ...]]):
    """The fields of each kind of event that name blobs."""

    def __missing__(self, kind: type[Event]) -> tuple[str, ...]:
        self[kind] = tuple(name for name in kind.model_fields if name.endswith(_SUFFIX))
        return self[kind]


_FIELDS = _Fields()
