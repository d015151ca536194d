"""The rules of codebook versions."""

from commands._refusal import NotFound
from commands.codebook_version_decider import decider
from commands.codebook_version_dto import CodebookVersionCreate, CodebookVersionUpdate
from events.codebook_version_events import CodebookVersionDeclared, CodebookVersionExplained, CodebookVersionRenamed
from tests.spec import ADA, Spec

declared = CodebookVersionDeclared(name="Pilot", note=None, user_id=ADA)
version = Spec(decider)


def test_a_version_is_declared_by_somebody() -> None:
    version.when(CodebookVersionCreate(project_id=1, name="Pilot")).then(declared)


def test_name_and_note_change_and_can_be_emptied() -> None:
    version.given(declared).when(CodebookVersionUpdate(name=None, note="Five codes")).then(
        CodebookVersionRenamed(name=None, was="Pilot"), CodebookVersionExplained(note="Five codes", was=None)
    )


def test_changing_nothing_says_nothing() -> None:
    version.given(declared).when(CodebookVersionUpdate(name="Pilot", note=None)).then_nothing()


def test_what_was_never_declared_does_not_change() -> None:
    version.when(CodebookVersionUpdate(name="x")).then_refused(NotFound)
