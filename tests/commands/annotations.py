"""A project's documents and codes as the rules of annotations see them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from commands._annotation import Document, SourceImage
from events._event import Fact

UUID_OF_NEW = UUID("01890a5d-ac96-774b-bcce-b302099a8057")
TEXT = "Call me Ishmael. Some years ago."
SHA256 = "5" * 64


@dataclass(frozen=True)
class FakeText:
    """Tokens end at blanks, sentences at full stops."""

    content: str = TEXT
    version: int = 3
    sha256: str = SHA256

    @property
    def length(self) -> int:
        return len(self.content)

    @property
    def sentence_count(self) -> int:
        return self.content.count(".")

    def quote(self, begin: int, end: int) -> str:
        return self.content[begin:end]

    def tokens(self, begin: int, end: int) -> tuple[int, int]:
        return self.content.count(" ", 0, begin), self.content.count(" ", 0, end - 1) + 1

    def sentences(self, start: int, end: int) -> tuple[int, int]:
        parts = self.content.split(".")
        return sum(len(part) + 1 for part in parts[:start]), sum(len(part) + 1 for part in parts[: end + 1])


@dataclass
class FakeAnnotations:
    """Document 7 has a text, document 8 none yet; 9 is an image, 10 one that was not
    processed, 11 one that could not be. Codes 4 and 5 are enabled, code 6 is not."""

    documents: dict[int, Document] = field(
        default_factory=lambda: {
            7: Document("text", FakeText()),
            8: Document("text", None),
            9: Document("image", SourceImage(640, 480)),
            10: Document("image", None),
            11: Document("image", None, "The image is damaged."),
        }
    )
    codes: dict[int, bool] = field(default_factory=lambda: {4: True, 5: True, 6: False})
    codebook_version_id: int | None = 9
    hanging: Sequence[Fact] = ()
    room: int = 1_000

    def document(self, sdoc_id: int) -> Document | None:
        return self.documents.get(sdoc_id)

    def enabled(self, code_id: int) -> bool | None:
        return self.codes.get(code_id)

    def has_room(self, length: int) -> bool:
        return length <= self.room

    def removals(self, id: int) -> Sequence[Fact]:
        return self.hanging

    def new_uuid(self) -> UUID:
        return UUID_OF_NEW
