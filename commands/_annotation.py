"""What all annotations obey: where they may be, which codes they may use, and who may change them."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol
from uuid import UUID

from commands._decider import Asked
from commands._refusal import Forbidden, Invalid, NotFound, Refused
from events._event import Fact
from events._words import DocTypeName

MAX_QUOTED = 100_000_000
"""Code points in all passages of one request."""


class SourceText(Protocol):
    """The present text of a document; its words and sentences are counted from 0."""

    @property
    def version(self) -> int: ...

    @property
    def sha256(self) -> str: ...

    @property
    def length(self) -> int:
        """In code points."""

    @property
    def sentence_count(self) -> int: ...

    def quote(self, begin: int, end: int) -> str: ...

    def tokens(self, begin: int, end: int) -> tuple[int, int]:
        """The tokens [first, last) that the code points [begin, end) touch."""

    def sentences(self, start: int, end: int) -> tuple[int, int]:
        """The code points that the sentences from `start` to `end`, both included, reach over."""


class SourceImage(NamedTuple):
    """An image as it is shown, in pixels."""

    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Document:
    """A document of the project; one that is not processed has nothing in it yet, maybe because of a `failure`."""

    doctype: DocTypeName
    content: SourceText | SourceImage | None
    failure: str | None = None


class AnnotationLookup(Protocol):
    """What the rules must know of the documents and codes of the project."""

    @property
    def codebook_version_id(self) -> int | None:
        """The version of the codebook that is active."""

    def document(self, sdoc_id: int) -> Document | None: ...

    def enabled(self, code_id: int) -> bool | None:
        """None if the project has no such code."""

    def has_room(self, length: int) -> bool:
        """Whether the passages of this request may have so many more code points together."""

    def removals(self, id: int) -> Sequence[Fact]:
        """The end of everything that hangs on the annotation."""

    def new_uuid(self) -> UUID: ...


class NoSuchDocument(NotFound):
    """There is no such document in the project."""


class NoSuchCode(Invalid):
    """The code is not a code of this project."""


class CodeIsDisabled(Refused):
    """The code is disabled: enable it, or use another one."""


class NotProcessed(Refused):
    """The document has not been processed yet: wait until it has been."""


class NotReadable(Refused):
    """The document could not be processed: there is nothing to mark in it."""


class OtherKind(Invalid):
    """The document is of another kind than what this is put on."""


class OutsideDocument(Invalid):
    """The place is empty or not inside the document."""


class TooMuchText(Invalid):
    """The passages of one request may have at most 100,000,000 characters together."""


class Contradiction(Invalid):
    """The request says something else about this place than the document."""


class NotYours(Forbidden):
    """Only its author or an editor of the project may change this."""


def check_own(asked: Asked, user_id: int) -> None:
    if not asked.may_edit and asked.actor_id != user_id:
        raise NotYours


def check_code(code_id: int, annotations: AnnotationLookup) -> None:
    enabled = annotations.enabled(code_id)
    if enabled is None:
        raise NoSuchCode(loc=("body", "code_id"))
    if not enabled:
        raise CodeIsDisabled(loc=("body", "code_id"))


def text_of(sdoc_id: int, annotations: AnnotationLookup) -> SourceText:
    """Raises NoSuchDocument, OtherKind, NotProcessed, NotReadable."""
    text = _content("text", sdoc_id, annotations)
    assert not isinstance(text, SourceImage)
    return text


def image_of(sdoc_id: int, annotations: AnnotationLookup) -> SourceImage:
    """Raises NoSuchDocument, OtherKind, NotProcessed, NotReadable."""
    image = _content("image", sdoc_id, annotations)
    assert isinstance(image, SourceImage)
    return image


def _content(doctype: DocTypeName, sdoc_id: int, annotations: AnnotationLookup) -> SourceText | SourceImage:
    document = annotations.document(sdoc_id)
    if document is None:
        raise NoSuchDocument(loc=("body", "sdoc_id"))
    if document.doctype != doctype:
        raise OtherKind(f"The document is of type {document.doctype}, not {doctype}.", loc=("body", "sdoc_id"))
    if document.content is None:
        if document.failure is not None:
            raise NotReadable(f"The document could not be processed. {document.failure}", loc=("body", "sdoc_id"))
        raise NotProcessed(loc=("body", "sdoc_id"))
    return document.content


def check_room(begin: int, end: int, annotations: AnnotationLookup) -> None:
    if not annotations.has_room(end - begin):
        raise TooMuchText


def check_said(name: str, said: int | str | None, found: int | str) -> None:
    """What a client says of a place without need must be true; of words, blanks between them do not count."""
    if said is None or said == found:
        return
    if isinstance(said, str) and isinstance(found, str):
        if _words(said) != _words(found):
            raise Contradiction("The document has other words at this place.", loc=("body", name))
        return
    raise Contradiction(f"The document has {found} at this place, not {said}.", loc=("body", name))


def _words(text: str) -> str:
    return "".join(unicodedata.normalize("NFC", text).split())
