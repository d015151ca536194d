"""Finding what means alike, over HTTP."""

from typing import Annotated

from fastapi import Body, Depends, Query, Response

from api._address import Id, Whole
from api._answers import answer_all
from api._lateness import Waits
from api._reading import Reads
from api._routes import AreaRouter
from api._services import Serves
from api.authz_user import Authz
from api.simsearch_service import Likeness
from projections.document_vector import DOCUMENT_VECTOR
from projections.sentence_vector import SENTENCE_VECTOR
from queries.simsearch_dto import MAX_HITS, Question, SdocFilter, SimSearchDocumentHit, SimSearchSentenceHit

router = AreaRouter(prefix="/simsearch", tags=["simsearch"])

Asking = Annotated[Question, Body()]
TopK = Annotated[Whole, Query(ge=1, le=MAX_HITS, description="How many hits at the most")]
Threshold = Annotated[
    float, Query(ge=-1, le=1, allow_inf_nan=False, description="The lowest score of a hit; -1 lets everything through")
]


async def _likeness(proj_id: Id, authz_user: Authz, read: Reads, waits: Waits, services: Serves) -> Likeness:
    return Likeness(services, authz_user, read, waits, proj_id)


Likenesses = Annotated[Likeness, Depends(_likeness)]


@router.post("/sentences", response_model=list[SimSearchSentenceHit], summary="Sentences that mean alike")
def find_similar_sentences(
    query: Asking, filter: SdocFilter, likeness: Likenesses, top_k: TopK = 10, threshold: Threshold = 0.0
) -> Response:
    """In any language that the embedder knows, the most alike first. If the filter lets nothing through, none."""
    hits = likeness.to(query, SENTENCE_VECTOR.name, filter, top_k, threshold)
    return answer_all([{"sdoc_id": hit.sdoc_id, "sentence_id": hit.part, "score": hit.score} for hit in hits])


@router.post("/documents", response_model=list[SimSearchDocumentHit], summary="Documents that are about the same")
def find_similar_documents(
    query: Asking, filter: SdocFilter, likeness: Likenesses, top_k: TopK = 10, threshold: Threshold = 0.0
) -> Response:
    """A document is compared by what its sentences mean on the whole, the most alike first."""
    hits = likeness.to(query, DOCUMENT_VECTOR.name, filter, top_k, threshold)
    return answer_all([{"sdoc_id": hit.sdoc_id, "score": hit.score} for hit in hits])
