"""What an upload brings: documents whose bytes are stored, and files that are refused by name."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain, islice

from pydantic import TypeAdapter, ValidationError

from api._upload_form import Form, Part, TooManyFiles
from commands.dto_base import Name, name_key
from commands.source_document_dto import NewDocument, NewFile
from configs.schema import DocumentsConfig
from repos.blob_repo import Blob, BlobRepo, BlobTooLarge
from repos.postgres_repo import Postgres
from systems.document_extraction_system import MEDIA_TYPES
from systems.upload_csv_system import Row, read_rows
from systems.upload_filename_system import clean_filename
from systems.upload_kind_system import HEAD_SIZE, IMAGES, Kind, Oversized, Refusal, Unreadable, inspect
from systems.upload_zip_system import ZipLimits, read_archive

MAX_DOCUMENTS = 100_000
_MB = 1_000_000
_ROWS = 1_000
_SMALL = 64_000
_SMALL_AT_ONCE = 200
_TABLE_FACTOR = 4
"""A table holds many documents, and may be this much larger than one."""
_MEDIA_TYPE = {kind: media_type for media_type, kind in MEDIA_TYPES.items()}
_KEY: TypeAdapter[str] = TypeAdapter(Name)


@dataclass(slots=True)
class _Stored:
    """A document that is on disk and has no ids yet."""

    filename: str
    kind: Kind
    blob: Blob
    metadata: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Brought:
    """The documents by the file they are made of, and the refusals, in the order of the form."""

    files: list[tuple[str, list[_Stored]]] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)

    def columns(self) -> list[str]:
        """The metadata that the documents have, each once."""
        return list(dict.fromkeys(key for _, made in self.files for one in made for key in one.metadata))

    def with_ids(self, postgres: Postgres) -> list[NewFile]:
        sdoc_ids = iter(postgres.next_ids("sdoc", sum(len(made) for _, made in self.files)))
        folder_ids = iter(postgres.next_ids("folder", len(self.files)))
        return [
            NewFile(
                next(folder_ids),
                filename,
                [
                    NewDocument(
                        next(sdoc_ids),
                        one.filename,
                        _MEDIA_TYPE[one.kind],
                        one.blob.sha256,
                        one.blob.length,
                        one.metadata,
                        "image" if one.kind in IMAGES else "text",
                    )
                    for one in made
                ],
            )
            for filename, made in self.files
        ]


class Intake:
    """Stores the files of a form among the blobs of a project."""

    def __init__(self, form: Form, blobs: BlobRepo, project_id: int, config: DocumentsConfig) -> None:
        self._form = form
        self._blobs = blobs
        self._project_id = project_id
        self._limit = config.document_limit_mb * _MB
        self._zip_limits = ZipLimits(
            entries=config.zip_files,
            total=config.zip_unpacked_mb * _MB,
            file=self._limit * _TABLE_FACTOR,
            ratio=config.zip_ratio,
        )
        self._brought = Brought()
        self._small: list[tuple[str, Kind, bytes]] = []
        self._count = 0

    def brought(self) -> Brought:
        """Raises TooManyFiles."""
        for part in self._form.files:
            self._take(part)
        if self._small:
            self._store_small()
        return self._brought

    def _take(self, part: Part) -> None:
        try:
            filename = clean_filename(part.filename)
        except Unreadable as error:
            self._refuse(part.filename, str(error))
            return
        with self._form.open(part) as file:
            found = inspect(filename, file.read(HEAD_SIZE), part.length)
        match found:
            case Refusal():
                self._refuse(found.filename, found.reason)
            case Kind.ZIP:
                self._take_archive(filename, part)
            case Kind.CSV:
                self._take_table(filename, self._form.chunks(part))
            case _:
                self._take_document(filename, found, self._form.chunks(part))

    def _take_archive(self, filename: str, part: Part) -> None:
        with self._form.open(part) as file:
            try:
                for found in read_archive(file, self._zip_limits):
                    if isinstance(found, Refusal):
                        self._refuse(found.filename, found.reason)
                    elif found.kind is Kind.CSV:
                        self._take_table(found.filename, found.chunks())
                    else:
                        self._take_document(found.filename, found.kind, found.chunks())
            except Unreadable as error:
                self._refuse(filename, str(error))

    def _take_document(self, filename: str, kind: Kind, chunks: Iterator[bytes]) -> None:
        try:
            head = next(chunks, b"")
            more = next(chunks, b"")
            if not more and len(head) <= min(_SMALL, self._limit):
                self._small.append((filename, kind, head))
                if len(self._small) == _SMALL_AT_ONCE:
                    self._store_small()
                return
            blob = self._blobs.write_stream(self._project_id, chain((head, more), chunks), self._limit)
        except BlobTooLarge:
            self._refuse(filename, f"The file has more than {self._limit:,} bytes.", oversized=True)
        except Unreadable as error:
            self._refuse(filename, str(error))
        else:
            self._accept(filename, [_Stored(filename, kind, blob)])

    def _store_small(self) -> None:
        """Many small files take one flush of the folder."""
        small, self._small = self._small, []
        blobs = self._blobs.write_many(self._project_id, (data for _, _, data in small))
        for (filename, kind, _), blob in zip(small, blobs, strict=True):
            self._accept(filename, [_Stored(filename, kind, blob)])

    def _take_table(self, filename: str, chunks: Iterator[bytes]) -> None:
        try:
            rows = read_rows(filename, self._whole(chunks))
            made, refused = self._stored_rows(rows)
        except Unreadable as error:
            self._refuse(filename, str(error), oversized=isinstance(error, Oversized))
            return
        for one in refused:
            self._refuse(one.filename, one.reason)
        if made:
            self._accept(filename, made)
        elif not refused:
            self._refuse(filename, "The table has no rows.")

    def _stored_rows(self, rows: Iterator[Row | Refusal]) -> tuple[list[_Stored], list[Refusal]]:
        """The rows of a table, on disk. Raises Unreadable, TooManyFiles."""
        made: list[_Stored] = []
        refused: list[Refusal] = []
        keys: dict[str, str] = {}
        while batch := list(islice(rows, _ROWS)):
            texts = [row for row in batch if isinstance(row, Row)]
            refused += [row for row in batch if isinstance(row, Refusal)]
            blobs = self._blobs.write_many(self._project_id, (row.text.encode() for row in texts))
            for row, blob in zip(texts, blobs, strict=True):
                keys = keys or _keys(row)
                metadata = {keys[column]: cell for column, cell in row.metadata.items() if cell}
                made.append(_Stored(row.filename, Kind.TEXT, blob, metadata))
            if self._count + len(made) > MAX_DOCUMENTS:
                raise TooManyFiles
        return made, refused

    def _whole(self, chunks: Iterator[bytes]) -> bytes:
        data = bytearray()
        for chunk in chunks:
            data += chunk
            if len(data) > self._limit * _TABLE_FACTOR:
                raise Oversized(f"The table has more than {self._limit * _TABLE_FACTOR:,} bytes.")
        return bytes(data)

    def _accept(self, filename: str, made: list[_Stored]) -> None:
        if self._small:
            self._store_small()
        self._count += len(made)
        if self._count > MAX_DOCUMENTS:
            raise TooManyFiles
        self._brought.files.append((filename, made))

    def _refuse(self, filename: str, reason: str, *, oversized: bool = False) -> None:
        self._brought.refused.append(Refusal(filename, reason, oversized))


def _keys(row: Row) -> dict[str, str]:
    """The columns of a table as keys of metadata. Raises Unreadable."""
    keys: dict[str, str] = {}
    seen: set[str] = set()
    for column in row.metadata:
        try:
            keys[column] = _KEY.validate_python(column)
        except ValidationError:
            raise Unreadable(f"The column {column[:80]!r} cannot be the name of a metadata.") from None
        if (key := name_key(keys[column])) in seen:
            raise Unreadable(f"The header (row 1) has the column {column} twice.")
        seen.add(key)
    return keys
