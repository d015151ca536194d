"""Answers to questions of likeness: what is asked about becomes vectors, and these find what is like it."""

from collections.abc import Sequence
from dataclasses import dataclass

from api._lateness import Lateness
from api._reading import Reader
from api._services import Services
from api.authz_user import AuthzUser, Crud
from commands._refusal import Invalid, NotFound, Refused, exception_handler
from projections._vector_reader import Hit
from projections.document_vector import DOCUMENT_VECTOR
from projections.sentence_vector import SENTENCE_VECTOR
from projections.source_document_crud import crud_source_document
from queries import sdoc_filter
from queries.simsearch_dto import Asking, SdocFilter, SentenceOf
from queries.simsearch_service import Asked, SimilaritySearch
from repos.embedder_model import Untakable


@exception_handler(409)
class NoVectorYet(Refused):
    """What is asked about cannot be compared yet: the document has no text, or its text is still being taken in."""


class QuestionRefused(Invalid):
    """The embedder does not take this text."""


@dataclass(frozen=True, slots=True)
class Likeness:
    """One question of one user."""

    services: Services
    authz_user: AuthzUser
    read: Reader
    waits: Lateness
    project_id: int

    def to(self, query: Asking, model: str, filter: SdocFilter, top_k: int, threshold: float) -> list[Hit]:
        """Raises NotFound, NoVectorYet, QuestionRefused, BadFilter, Late, Unavailable."""
        self.authz_user.assert_in_project(self.project_id)
        asked = self._asked(query)
        standing = self.waits.of(model, self.project_id)
        with self.read(self.project_id) as db:
            table = sdoc_filter.sdocs(db, self.project_id)
            search = SimilaritySearch(self.services.read_models.vectors(standing.version), table, filter.tree())
            allowed = search.allowed(db)
        hits: list[Hit] = []
        if allowed is None or allowed:
            # Nothing is read meanwhile: an embedder may take its time.
            vectors = self._vectors(query)
            with self.read(self.project_id) as db:
                hits = search.found(db, vectors, top_k, threshold, allowed, asked)
        self.waits.say(standing)
        return hits

    def _asked(self, query: Asking) -> Asked:
        """What is never among the hits."""
        match query:
            case int():
                self._check(query)
                return Asked(query)
            case SentenceOf():
                self._check(query.sdoc_id, query.sentence_id)
                return Asked(query.sdoc_id, query.sentence_id)
            case _:
                return Asked()

    def _check(self, sdoc_id: int, sentence_id: int | None = None) -> None:
        if self.authz_user.assert_in_same_project_as(Crud.SOURCE_DOCUMENT, sdoc_id).project_id != self.project_id:
            raise NotFound
        if sentence_id is None:
            return
        with self.services.postgres.session() as db:
            document = crud_source_document.read_contents(db, sdoc_id)
        if document is None or sentence_id >= (document["sentence_count"] or 0):
            raise NotFound

    def _vectors(self, query: Asking) -> list[bytes]:
        match query:
            case int():
                return [self._vector(DOCUMENT_VECTOR.name, query, 0)]
            case SentenceOf():
                return [self._vector(SENTENCE_VECTOR.name, query.sdoc_id, query.sentence_id)]
            case str():
                return self._embedded([query])
            case _:
                return self._embedded(query)

    def _vector(self, model: str, sdoc_id: int, part: int) -> bytes:
        reader = self.services.read_models.vectors(self.waits.of(model, self.project_id).version)
        vector = reader.vector(self.project_id, sdoc_id, part)
        if vector is None:
            raise NoVectorYet
        return vector

    def _embedded(self, texts: Sequence[str]) -> list[bytes]:
        vectors = []
        for one in self.services.read_models.embeddings.of_question(texts):
            if isinstance(one, Untakable):
                raise QuestionRefused(f"{QuestionRefused.__doc__} {one.reason}")
            vectors.append(one)
        return vectors
