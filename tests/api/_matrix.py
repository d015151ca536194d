"""Who may do what: every route of the API, written down by hand."""

from tests.api._matrix_annotations import ANNOTATIONS, MEMOS
from tests.api._matrix_codebook import CODEBOOK
from tests.api._matrix_documents import DOCUMENTS
from tests.api._matrix_people import EVERYBODY, OPERATIONS, PROJECTS
from tests.api._matrix_search import SEARCH

MATRIX = [*EVERYBODY, *PROJECTS, *OPERATIONS, *CODEBOOK, *DOCUMENTS, *ANNOTATIONS, *MEMOS, *SEARCH]
