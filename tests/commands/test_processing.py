"""What the log says of documents that were processed."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace

from commands.processing_decider import decider
from commands.processing_dto import ExtractionDone, ExtractionFailed, MeasuringDone
from events._event import Fact
from events.source_document_events import (
    SourceDocumentDeleted,
    SourceDocumentImageMeasured,
    SourceDocumentProcessingFailed,
    SourceDocumentTextExtracted,
)
from events.span_annotation_events import SpanAnnotationMoved
from tests.commands.test_source_document import letter, portrait
from tests.spec import Spec

CARRIED = Fact(
    "span_annotation-4",
    SpanAnnotationMoved(
        sdoc_id=1,
        code_id=2,
        begin=3,
        end=6,
        begin_token=1,
        end_token=2,
        text_version=2,
        text_sha256="0" * 64,
        was_begin=0,
        was_end=3,
        was_text_version=1,
    ),
)


@dataclass
class FakeProject:
    ended: bool = False

    def goes_on(self) -> bool:
        return not self.ended

    def carried_over(
        self, sdoc_id: int, before: SourceDocumentTextExtracted, now: SourceDocumentTextExtracted
    ) -> Iterable[Fact]:
        assert (before.text_version, now.text_version) == (1, 2)
        return [CARRIED]


done = ExtractionDone("a" * 64, 9, "b" * 64, "c" * 64, 2, "d" * 64, 3, "v1")
failed = ExtractionFailed("text_extraction", "No text.")
first = SourceDocumentTextExtracted(text_version=1, **asdict(done))
failure = SourceDocumentProcessingFailed(step="text_extraction", error="No text.")
document = Spec(decider, FakeProject()).given(letter)
size = MeasuringDone(640, 480, "v1")
measured = SourceDocumentImageMeasured(width=640, height=480, producer="v1")
unreadable = ExtractionFailed("image_metadata_extraction", "No image.")
damaged = SourceDocumentProcessingFailed(step="image_metadata_extraction", error="No image.")
image = document.given(portrait)


def test_the_first_text_is_version_one() -> None:
    document.when(done).then(first)


def test_the_same_text_says_nothing_whoever_made_it() -> None:
    document.given(letter, first).when(done).then_nothing()
    document.given(letter, first).when(replace(done, producer="v2")).then_nothing()


def test_a_language_that_is_recognised_later_needs_no_new_version_of_the_text() -> None:
    known = replace(done, language="de")
    document.given(letter, first).when(known).then(SourceDocumentTextExtracted(text_version=1, **asdict(known)))


def test_another_text_is_a_new_version_and_annotations_are_carried_over() -> None:
    other = replace(done, tokens_sha256="e" * 64)
    document.given(letter, first).when(other).then(
        SourceDocumentTextExtracted(text_version=2, **asdict(other)), CARRIED
    )


def test_a_failure_is_said_once() -> None:
    document.when(failed).then(failure)
    document.given(letter, failure).when(failed).then_nothing()


def test_what_had_failed_and_is_as_before_is_well_again() -> None:
    document.given(letter, first, failure).when(done).then(first)


def test_of_what_is_gone_nothing_is_said() -> None:
    deleted = SourceDocumentDeleted(filename="a", name="a")
    document.given(letter, deleted).when(done).then_nothing()
    document.knowing(FakeProject(ended=True)).when(failed).then_nothing()
    image.given(portrait, deleted).when(size).then_nothing()
    image.knowing(FakeProject(ended=True)).when(size).then_nothing()


def test_an_image_is_measured() -> None:
    image.when(size).then(measured)


def test_the_same_size_says_nothing_whoever_measured_it() -> None:
    image.given(portrait, measured).when(size).then_nothing()
    image.given(portrait, measured).when(replace(size, producer="v2")).then_nothing()


def test_another_size_is_said() -> None:
    for other in (replace(size, width=641), replace(size, height=481)):
        image.given(portrait, measured).when(other).then(SourceDocumentImageMeasured(**asdict(other)))


def test_an_image_that_cannot_be_measured_is_a_failure_said_once() -> None:
    image.when(unreadable).then(damaged)
    image.given(portrait, measured).when(unreadable).then(damaged)
    image.given(portrait, measured, damaged).when(unreadable).then_nothing()


def test_an_image_that_had_failed_and_has_its_size_again_is_well() -> None:
    image.given(portrait, damaged).when(size).then(measured)
    image.given(portrait, measured, damaged).when(size).then(measured)
    image.given(portrait, measured, damaged, measured).when(size).then_nothing()
