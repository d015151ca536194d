"""What is filtered by stands folded beside what is written, and goes where it goes."""

from events._event import Fact
from events.memo_events import MemoRewritten
from events.source_document_events import SourceDocumentRenamed
from events.source_document_metadata_events import SourceDocumentMetadataSet
from events.span_annotation_events import SpanAnnotationMoved
from projections.code_crud import crud_code
from projections.memo_orm import MemoORM
from projections.sentence_annotation_crud import crud_sentence_annotation
from projections.sentence_annotation_orm import SentenceAnnotationORM
from projections.source_document_crud import crud_source_document
from projections.source_document_metadata_orm import SourceDocumentMetadataORM
from projections.source_document_orm import SourceDocumentORM
from projections.span_annotation_crud import crud_span_annotation
from projections.span_annotation_orm import SpanAnnotationORM
from repos.orm_base import InlineORM, folds
from repos.postgres_repo import Postgres
from systems.fold_system import folded
from tests.events.golden import example
from tests.queries._archive import AUTHOR, KEYWORDS, LIBRARY, PROJECT, YEAR, tell

FOLDED = {
    SpanAnnotationORM: {"text": "text_fold"},
    SentenceAnnotationORM: {"text": "text_fold"},
    SourceDocumentORM: {"name": "name_fold"},
    MemoORM: {"title": "title_fold", "content": "content_fold"},
    SourceDocumentMetadataORM: {"str_value": "str_fold", "list_value": "list_fold"},
}


def rows(postgres: Postgres, table: type[InlineORM]) -> list[dict[str, object]]:
    with postgres.connection() as connection:
        cursor = connection.execute(f"SELECT * FROM inline.{table.__tablename__} ORDER BY id")
        names = [column.name for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor]


def test_these_columns_are_folded() -> None:
    assert {table: found for table in InlineORM.__subclasses__() if (found := folds(table.__table__))} == FOLDED


def test_all_that_is_written_is_folded(postgres: Postgres) -> None:
    tell(postgres, PROJECT, list(LIBRARY.facts()))
    for table, names in FOLDED.items():
        found = rows(postgres, table)
        assert found
        for row in found:
            for name, twin in names.items():
                assert row[twin] == folded(row[name])


def test_what_is_rewritten_is_folded_again_and_all_else_is_left_alone(postgres: Postgres) -> None:
    tell(postgres, PROJECT, list(LIBRARY.facts()))
    before = {table: rows(postgres, table) for table in FOLDED}
    values = {AUTHOR: ("STRING", "STRASSE"), KEYWORDS: ("LIST", ["\u00c9T\u00c9"])}
    tell(
        postgres,
        PROJECT,
        [
            Fact("span_annotation-1", example(SpanAnnotationMoved).model_copy(update={"text_sha256": "LAZIER"})),
            Fact("sdoc-1", SourceDocumentRenamed(name="S\u00dc\u00dfe", was="Stra\u00dfe")),
            Fact("memo-10", example(MemoRewritten).model_copy(update={"content": "Ours"})),
            *(
                Fact(
                    f"sdocmeta-1-{definition}",
                    SourceDocumentMetadataSet.model_validate(
                        {"sdoc_id": 1, "projmeta_id": definition, "metatype": metatype, "value": value, "was": "x"}
                    ),
                )
                for definition, (metatype, value) in values.items()
            ),
        ],
    )
    changed = {
        (table.__tablename__, row["id"]): row[twin]
        for table, names in FOLDED.items()
        for row, was in zip(rows(postgres, table), before[table], strict=True)
        for twin in names.values()
        if row[twin] != was[twin]
    }
    assert sorted(map(str, changed.values())) == ["['\u00e9t\u00e9']", "lazier", "ours", "strasse", "s\u00fcsse"]


def test_numbers_with_and_without_a_point_are_written_in_one_command(postgres: Postgres) -> None:
    tell(postgres, PROJECT, list(LIBRARY.facts()))
    found = [(row["source_document_id"], row["int_value"]) for row in rows(postgres, SourceDocumentMetadataORM)]
    assert {id: value for id, value in found if value is not None} == {
        one.id: one.metadata[YEAR] for one in LIBRARY.documents if YEAR in one.metadata
    }


def test_readers_do_not_see_it(postgres: Postgres) -> None:
    tell(postgres, PROJECT, list(LIBRARY.facts()))
    with postgres.session() as db:
        for crud, id in ((crud_span_annotation, 1), (crud_sentence_annotation, 15), (crud_source_document, 1)):
            found = crud.read(db, id)
            assert found is not None
            assert not [name for name in found if name.endswith("_fold")]
        assert crud_code.read(db, 1) is not None
