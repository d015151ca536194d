"""The words that an annotation marks, looked up in the text it belongs to."""

from projections._coalesce import Quoter
from projections._write import Quote
from repos.blob_repo import BlobRepo


def quoter(blobs: BlobRepo) -> Quoter:
    def quote(project_id: int, passage: Quote) -> str:
        return blobs.read_text(project_id, passage.text_sha256)[passage.begin : passage.end]

    return quote
