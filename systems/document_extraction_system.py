"""From stored files to stored texts, HTML, sentences and tokens, and to the sizes of images."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from repos.blob_offsets import encode_offsets
from repos.blob_repo import BlobMissing, BlobRepo
from systems.image_system import Measurement, measure
from systems.text_system import process
from systems.upload_kind_system import IMAGES, Kind, Unreadable

MEDIA_TYPES = {
    "text/plain": Kind.TEXT,
    "text/markdown": Kind.MARKDOWN,
    "text/html": Kind.HTML,
    "image/png": Kind.PNG,
    "image/jpeg": Kind.JPEG,
    "image/gif": Kind.GIF,
    "image/webp": Kind.WEBP,
}


@dataclass(frozen=True, slots=True)
class Source:
    """A file among the blobs."""

    filename: str
    media_type: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Extraction:
    """Hashes of blobs, and what they count: code points, sentences, tokens."""

    text_sha256: str
    text_length: int
    html_sha256: str
    sentences_sha256: str
    sentence_count: int
    tokens_sha256: str
    token_count: int
    language: str | None
    producer: str


@dataclass(frozen=True, slots=True)
class NoExtraction:
    """Why a document has no text, or an image no size, as a sentence."""

    reason: str


Extracted = Extraction | Measurement | NoExtraction


def extract(folder: Path, project_id: int, sources: Sequence[Source]) -> list[Extracted]:
    """Read files from the blobs in `folder`, and store what is made of them; all of it is in memory at a time."""
    blobs = BlobRepo(folder, cache_size=0)
    found = [_made(blobs, project_id, source) for source in sources]
    contents = [part for made in found if isinstance(made, _Made) for part in made.parts]
    stored = iter(blobs.write_many(project_id, contents))
    outcomes: list[Extracted] = []
    for made in found:
        if not isinstance(made, _Made):
            outcomes.append(made)
            continue
        text, html, sentences, tokens = (next(stored).sha256 for _ in made.parts)
        outcomes.append(
            Extraction(
                text_sha256=text,
                text_length=made.text_length,
                html_sha256=html,
                sentences_sha256=sentences,
                sentence_count=made.sentence_count,
                tokens_sha256=tokens,
                token_count=made.token_count,
                language=made.language,
                producer=made.producer,
            )
        )
    return outcomes


@dataclass(frozen=True, slots=True)
class _Made:
    """Text, HTML, sentences and tokens as they are stored, and what they count."""

    parts: tuple[bytes, bytes, bytes, bytes]
    text_length: int
    sentence_count: int
    token_count: int
    language: str | None
    producer: str


def _made(blobs: BlobRepo, project_id: int, source: Source) -> _Made | Measurement | NoExtraction:
    kind = MEDIA_TYPES[source.media_type]
    try:
        data = blobs.read_bytes(project_id, source.sha256)
        if kind in IMAGES:
            return measure(data, kind)
        made = process(source.filename, data, kind)
    except Unreadable as error:
        return NoExtraction(str(error))
    except BlobMissing:
        return NoExtraction("The uploaded file is not in the data folder any more.")
    return _Made(
        (made.text.encode(), made.html.encode(), encode_offsets(made.sentences), encode_offsets(made.tokens)),
        len(made.text),
        len(made.sentences) // 2,
        len(made.tokens) // 2,
        made.language,
        made.producer,
    )
