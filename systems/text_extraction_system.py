"""From a stored file to stored text, HTML, sentences and tokens."""

from dataclasses import dataclass
from pathlib import Path

from repos.blob_offsets import encode_offsets
from repos.blob_repo import BlobRepo
from systems.text_system import process
from systems.upload_kind_system import Kind

MEDIA_TYPES = {"text/plain": Kind.TEXT, "text/markdown": Kind.MARKDOWN, "text/html": Kind.HTML}


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
    producer: str


def extract(folder: Path, project_id: int, source_sha256: str, filename: str, media_type: str) -> Extraction:
    """Read a source from the blobs in `folder`, and store what is made of it. Raises Unreadable, BlobMissing."""
    blobs = BlobRepo(folder, cache_size=0)
    made = process(filename, blobs.read_bytes(project_id, source_sha256), MEDIA_TYPES[media_type])
    parts = [made.text.encode(), made.html.encode(), encode_offsets(made.sentences), encode_offsets(made.tokens)]
    text, html, sentences, tokens = blobs.write_many(project_id, parts)
    return Extraction(
        text_sha256=text.sha256,
        text_length=len(made.text),
        html_sha256=html.sha256,
        sentences_sha256=sentences.sha256,
        sentence_count=len(made.sentences) // 2,
        tokens_sha256=tokens.sha256,
        token_count=len(made.tokens) // 2,
        producer=made.producer,
    )
