"""Logs of many documents, as if each had been uploaded and processed."""

from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from api._services import Services
from benchmarks._corpus import Builder
from events._event import Envelope, Fact, stream
from events._store import Append
from events.source_document_events import SourceDocumentTextExtracted, SourceDocumentUploaded
from repos.blob_offsets import encode_offsets

_AT_ONCE = 1_000


@dataclass(frozen=True, slots=True)
class Text:
    """A text in English, and where its sentences are, if that matters."""

    content: str
    sentences: "array[int]"


def log_of(builder: Builder, texts: Iterable[Text], sample: str) -> int:
    """A new project with a document for each of these texts, beside two with a sample of them."""
    services = builder.services
    project_id = builder.corpus(0, sample).project_id
    with services.postgres.connection() as connection:
        told = [one.event for one in services.store.read(connection, project_id)]
    uploaded = next(one for one in told if isinstance(one, SourceDocumentUploaded))
    extracted = next(one for one in told if isinstance(one, SourceDocumentTextExtracted))
    rest = iter(texts)
    while some := list(islice(rest, _AT_ONCE)):
        facts = list(_facts(services, project_id, some, uploaded, extracted))
        with services.postgres.connection() as connection:
            services.store.append(connection, Append(project_id, facts, Envelope(10_000, "benchmark")))
    return project_id


def _facts(
    services: Services,
    project_id: int,
    texts: list[Text],
    uploaded: SourceDocumentUploaded,
    extracted: SourceDocumentTextExtracted,
) -> Iterator[Fact]:
    contents = services.blobs.write_many(project_id, [one.content.encode() for one in texts])
    sentences = services.blobs.write_many(project_id, [encode_offsets(one.sentences) for one in texts])
    ids = services.postgres.next_ids("sdoc", len(texts))
    for id, text, content, offsets in zip(ids, texts, contents, sentences, strict=True):
        name = f"Document {id}"
        named = {"filename": name, "name": name, "name_key": name.casefold()}
        source = {"source_sha256": content.sha256, "source_length": content.length}
        yield Fact(stream("sdoc", id), uploaded.model_copy(update={**named, **source}))
        made = {"text_sha256": content.sha256, "text_length": len(text.content), "language": "en"}
        parted = {"sentences_sha256": offsets.sha256, "sentence_count": len(text.sentences) // 2}
        yield Fact(stream("sdoc", id), extracted.model_copy(update={**made, **parted}))
