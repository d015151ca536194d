"""What a project begins with."""

from commands._furniture import CODES, DEFINITIONS, furniture
from events.code_events import CodeCreated
from events.project_metadata_events import ProjectMetadataCreated


def test_a_new_project_has_system_codes_and_metadata_of_texts() -> None:
    facts = list(furniture(range(1, CODES + 1), range(1, DEFINITIONS + 1)))
    codes = [fact.event for fact in facts if isinstance(fact.event, CodeCreated)]
    definitions = [fact.event for fact in facts if isinstance(fact.event, ProjectMetadataCreated)]
    assert len(codes) + len(definitions) == len(facts)
    root, *entities = codes
    assert (root.name, root.parent_id) == ("SYSTEM_CODE", None)
    assert {code.parent_id for code in entities} == {1}
    assert "PERSON" in {code.name for code in entities}
    assert all(code.is_system for code in codes)
    assert {definition.key for definition in definitions} == {"language", "author", "date", "url", "keywords"}
