"""An upload from its form to the facts and the to-do list."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import orjson

from api._errors import TooLarge
from api._services import Services
from api._upload_form import Form
from api._writing import Writer, Written
from api.authz_user import AuthzUser
from api.intake_service import Intake
from api.processing_service import TASK, work_on
from commands._refusal import Invalid, Refused, RefusedItems, sentence
from commands.dto_base import name_key
from commands.membership_dto import Role
from commands.source_document_decider import FilenameTaken, UnfitValue, decider, metadata_values
from commands.source_document_dto import DocumentsUpload, NewDocument
from events._event import Fact, stream, stream_ids
from events._store import Head
from events.source_document_events import SourceDocumentUploaded
from projections._crud import Record
from projections.source_document_lookup import SourceDocumentLookupTables
from repos.postgres_repo import Connection
from systems.jobs_system import defer
from systems.upload_kind_system import Refusal

_FILES = ("body", "uploaded_files")


class NoFile(Invalid):
    """There is no file in the form."""


class BadSettings(Invalid):
    """The settings of an upload are a JSON object, such as {"rename": true}."""


@dataclass(frozen=True, slots=True)
class Upload:
    """Takes in what can be taken in, and says why of what cannot."""

    services: Services
    authz_user: AuthzUser
    write: Writer
    project_id: int

    def take_in(
        self, form: Form, *, rename: bool, folder_id: int | None, status: int
    ) -> tuple[list[Record], list[Record]]:
        """What was accepted and what was refused. Raises Refused if nothing was accepted."""
        head = self.authz_user.assert_in_project(self.project_id, Role.editor)
        if not form.files:
            raise NoFile(loc=_FILES)
        rename = rename or _settings(form).get("rename") is True
        brought = Intake(form, self.services.blobs, self.project_id, self.services.config.documents).brought()
        files = brought.with_ids(self.services.postgres)
        documents = [document for file in files for document in file.documents]
        columns = brought.columns()
        unfit = self._unfit(documents, columns)
        command = DocumentsUpload(
            files=[
                replace(file, documents=[one for one in file.documents if one.sdoc_id not in unfit]) for file in files
            ],
            rename=rename,
            parent_id=folder_id,
            definition_ids=dict(zip(columns, self.services.postgres.next_ids("projmeta", len(columns)), strict=True)),
        )
        try:
            written = self._record(head, command, documents, status)
        except FilenameTaken:
            raise _refused(brought.refused, documents, unfit) from None
        names = self._names(head, written)
        accepted, refused = [], list(brought.refused)
        for document, id in zip(documents, written.ids, strict=False):
            if id:
                accepted.append({"filename": names[id], "sdoc_id": id})
            else:
                refused.append(Refusal(document.filename, unfit.get(document.sdoc_id) or sentence(FilenameTaken)))
        return accepted, [{"filename": one.filename, "reason": one.reason} for one in refused]

    def _record(self, head: Head, command: DocumentsUpload, documents: Sequence[NewDocument], status: int) -> Written:
        """The ids of the answer are those of the documents, 0 for each that was not taken in."""

        def made(facts: Sequence[Fact]) -> list[int]:
            taken_in = _filenames(facts)
            return [document.sdoc_id if document.sdoc_id in taken_in else 0 for document in documents]

        # Where no file was readable there is no document, and nothing to be recorded but the refusal.
        item = ((documents[0].sdoc_id if documents else 0,), command)
        return self.write.many(decider, head, [item], status=status, bulk=False, made=made, alongside=self._put_on_list)

    def _unfit(self, documents: Sequence[NewDocument], columns: Sequence[str]) -> dict[int, str]:
        """Why documents cannot have the metadata that they came with."""
        with self.services.postgres.connection() as connection:
            lookup = SourceDocumentLookupTables(connection, self.project_id)
            defined = lookup.definitions([name_key(column) for column in columns]) if columns else {}
        unfit: dict[int, str] = {}
        for document in documents if defined else ():
            try:
                list(metadata_values(document, defined))
            except UnfitValue as refusal:
                unfit[document.sdoc_id] = refusal.detail
        return unfit

    def _names(self, head: Head, written: Written) -> dict[int, str]:
        """The names that the documents got, also of those that are gone when a request is repeated."""
        if written.receipt is not None:
            return _filenames(written.receipt.facts)
        ids = [stream("sdoc", id) for id in written.ids if id]
        with self.services.postgres.connection() as connection:
            histories = self.services.store.streams(connection, head.project_id, ids)
        return _filenames([Fact(past.stream_id, past.event) for history in histories.values() for past in history[:1]])

    def _put_on_list(self, connection: Connection, facts: Sequence[Fact]) -> None:
        documents = [
            (stream_ids(fact.stream_id)[0], fact.event.source_length)
            for fact in facts
            if isinstance(fact.event, SourceDocumentUploaded)
        ]
        defer(connection, TASK, work_on(self.project_id, documents))


def _filenames(facts: Sequence[Fact]) -> dict[int, str]:
    return {
        stream_ids(fact.stream_id)[0]: fact.event.filename
        for fact in facts
        if isinstance(fact.event, SourceDocumentUploaded)
    }


def _refused(refused: Sequence[Refusal], documents: Sequence[NewDocument], unfit: Mapping[int, str]) -> RefusedItems:
    """Nothing could be taken in: each file by name, with the reason."""
    reasons: list[Refused] = [
        (TooLarge if one.oversized else Invalid)(f"{one.filename}: {one.reason}", loc=_FILES) for one in refused
    ]
    for one in documents:
        if one.sdoc_id in unfit:
            reasons.append(Invalid(f"{one.filename}: {unfit[one.sdoc_id]}", loc=_FILES))
        else:
            reasons.append(FilenameTaken(f"{one.filename}: {sentence(FilenameTaken)}", loc=_FILES))
    return RefusedItems([(None, reason) for reason in reasons])


def _settings(form: Form) -> dict[str, object]:
    try:
        settings = orjson.loads(form.fields.get("settings") or "{}")
    except orjson.JSONDecodeError:
        settings = None
    if not isinstance(settings, dict):
        raise BadSettings(loc=("body", "settings"))
    return settings
