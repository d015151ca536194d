"""The words that an annotation marks, looked up in the text it belongs to."""

from projections._coalesce import Quoter
from projections._write import Quote
from repos.blob_repo import BlobRepo


def quoter(blobs: BlobRepo) -> Quoter:
    last: tuple[int, str, str] = (0, "", "")

    def quote(project_id: int, passage: Quote) -> str:
        # The passages of a command are mostly of one text.
        nonlocal last
        of, sha256, text = last
        if sha256 != passage.text_sha256 or of != project_id:
            text = blobs.read_text(project_id, passage.text_sha256)
            last = (project_id, passage.text_sha256, text)
        return text[passage.begin : passage.end]

    return quote
