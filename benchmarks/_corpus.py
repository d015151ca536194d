"""Projects to measure on: made of facts, through the store, with their inline tables."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from api._services import Services
from api.main import services
from benchmarks._append_clients import Setting
from benchmarks._span import span_created
from configs.schema import load
from events._event import Envelope, Event, Fact, stream
from events._store import Append
from events.code_events import CodeCreated
from events.folder_events import FolderCreated
from events.membership_events import MemberAdded
from events.project_events import ProjectCreated
from events.source_document_events import SourceDocumentTextExtracted, SourceDocumentUploaded
from repos.blob_offsets import encode_offsets
from repos.blob_repo import BlobRepo
from repos.data_folder import open_data_folder
from systems.text_system import process
from systems.token_system import Claims

USER_ID = 10_000
SPANS_OF_A_FULL_DOCUMENT = 5_000
SPANS_OF_A_DOCUMENT = 200
CODES = 20
EVENTS_AT_ONCE = 50_000
_TEXT = "The lazy afternoon went on and on. " * 700
_ENVELOPE = Envelope(USER_ID, "benchmark")


@dataclass(frozen=True)
class Corpus:
    """A project of `events` events; the first document is full of spans."""

    project_id: int
    code_ids: Sequence[int]
    sdoc_ids: Sequence[int]
    text_sha256: str
    token: str

    @property
    def full_sdoc_id(self) -> int:
        return self.sdoc_ids[0]

    def span_body(self, place: int = 0) -> dict[str, int]:
        begin = place * 5 % 20_000
        return {"sdoc_id": self.sdoc_ids[1], "code_id": self.code_ids[0], "begin": begin, "end": begin + 14}


class Builder:
    def __init__(self, url: str, data_folder: Path) -> None:
        self.services: Services = services(load("default", [], {}), url, open_data_folder(data_folder))
        with self.services.postgres.connection() as connection:
            connection.execute(
                "INSERT INTO account.user (id, email, email_key, first_name, last_name) "
                "VALUES ($1, 'ada@example.org', 'ada@example.org', 'Ada', 'Lovelace') ON CONFLICT DO NOTHING",
                (USER_ID,),
            )

    def corpus(self, events: int, text: str = _TEXT) -> Corpus:
        """A project with this many events or a few more, whose documents all have this text."""
        postgres, store = self.services.postgres, self.services.store
        project_id = postgres.next_id("project")
        documents = 2 + max(0, events - SPANS_OF_A_FULL_DOCUMENT) // SPANS_OF_A_DOCUMENT
        code_ids, sdoc_ids = postgres.next_ids("code", CODES), postgres.next_ids("sdoc", documents)
        sha256, extracted = _extracted(self.services.blobs, project_id, text)
        facts = _facts(project_id, code_ids, sdoc_ids, postgres.next_id("folder"), extracted)
        spans = _spans(code_ids, sdoc_ids, sha256, events)
        with postgres.transaction() as connection:
            store.begin(connection, project_id)
            store.append(connection, Append(project_id, facts, _ENVELOPE))
        while batch := list(islice(spans, EVENTS_AT_ONCE)):
            ids = postgres.next_ids("span_annotation", len(batch))
            said = [Fact(stream("span_annotation", id), event) for id, event in zip(ids, batch, strict=True)]
            with postgres.connection() as connection:
                store.append(connection, Append(project_id, said, _ENVELOPE))
        with postgres.connection() as connection:
            connection.execute("ANALYZE")
        token, _ = self.services.tokens.issue(Claims(USER_ID, 0))
        return Corpus(project_id, code_ids, sdoc_ids, sha256, token)

    def setting(self, url: str, data_folder: Path, projects: int) -> Setting:
        """Small projects for clients that append."""
        made = [self.corpus(0) for _ in range(projects)]
        return Setting(
            url,
            str(open_data_folder(data_folder).blobs),
            tuple(one.project_id for one in made),
            tuple(one.code_ids[0] for one in made),
            tuple(one.sdoc_ids[0] for one in made),
            tuple(one.text_sha256 for one in made),
        )


def _extracted(blobs: BlobRepo, project_id: int, words: str) -> tuple[str, SourceDocumentTextExtracted]:
    """The text of every document, with offsets of sentences and tokens as the product stores them."""
    processed = process("afternoon.txt", words.encode())
    text = blobs.write(project_id, processed.text.encode())
    html = blobs.write(project_id, processed.html.encode())
    sentences = blobs.write(project_id, encode_offsets(processed.sentences))
    tokens = blobs.write(project_id, encode_offsets(processed.tokens))
    return text.sha256, SourceDocumentTextExtracted(
        text_version=1,
        text_sha256=text.sha256,
        text_length=len(processed.text),
        html_sha256=html.sha256,
        sentences_sha256=sentences.sha256,
        sentence_count=len(processed.sentences) // 2,
        tokens_sha256=tokens.sha256,
        token_count=len(processed.tokens) // 2,
        producer=processed.producer,
    )


def _facts(
    project_id: int,
    code_ids: Sequence[int],
    sdoc_ids: Sequence[int],
    folder_id: int,
    extracted: SourceDocumentTextExtracted,
) -> list[Fact]:
    facts = [
        Fact(stream("project", project_id), ProjectCreated(title="Afternoons", description="")),
        Fact(stream("member", USER_ID), MemberAdded(role="owner")),
        Fact(
            stream("folder", folder_id),
            FolderCreated(name="texts", name_key="texts", folder_type="normal", parent_id=None),
        ),
    ]
    for number, code_id in enumerate(code_ids):
        name = f"code {number}"
        created = CodeCreated(
            name=name, name_key=name, color="#4e79a7", description="", parent_id=None, enabled=True, is_system=False
        )
        facts.append(Fact(stream("code", code_id), created))
    for number, sdoc_id in enumerate(sdoc_ids):
        name = f"afternoon {number}.txt"
        uploaded = SourceDocumentUploaded(
            filename=name,
            name_key=name,
            name=name,
            doctype="text",
            folder_id=folder_id,
            source_sha256=extracted.text_sha256,
            source_length=extracted.text_length,
            media_type="text/plain",
        )
        facts += [Fact(stream("sdoc", sdoc_id), uploaded), Fact(stream("sdoc", sdoc_id), extracted)]
    return facts


def _spans(code_ids: Sequence[int], sdoc_ids: Sequence[int], sha256: str, events: int) -> Iterator[Event]:
    """The first document has 5,000 spans, the second none, the others 200 each, all at different places."""
    if not events:
        return
    for place in range(SPANS_OF_A_FULL_DOCUMENT):
        yield span_created(sdoc_ids[0], code_ids[place % CODES], sha256, place)
    for number, sdoc_id in enumerate(sdoc_ids[2:]):
        for place in range(SPANS_OF_A_DOCUMENT):
            yield span_created(sdoc_id, code_ids[place % CODES], sha256, place + number * SPANS_OF_A_DOCUMENT)
