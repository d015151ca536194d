"""The tables that are written in the transaction of the append."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("CREATE SCHEMA inline")
    op.create_table(
        "code",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("project_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("name_key", sa.String(collation="C"), nullable=False),
        sa.Column("color", sa.String(), nullable=False),
        sa.Column("description", sa.String(), nullable=False),
        sa.Column("parent_id", sa.BigInteger(), nullable=True),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("is_system", sa.Boolean(), nullable=False),
        sa.Column("meaning_revision", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["parent_id"], ["inline.code.id"], name=op.f("fk_code_parent_id"), deferrable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_code")),
        schema="inline",
    )
    op.create_index(op.f("ix_code_parent_id"), "code", ["parent_id"], unique=False, schema="inline")
    op.create_index("uq_code_name", "code", ["project_id", "name_key"], unique=True, schema="inline")
    op.create_table(
        "codebook_version",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("project_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(), nullable=True),
        sa.Column("note", sa.String(), nullable=True),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_codebook_version")),
        schema="inline",
    )
    op.create_index(
        op.f("ix_codebook_version_project_id_revision"),
        "codebook_version",
        ["project_id", "revision"],
        unique=False,
        schema="inline",
    )
    op.create_table(
        "folder",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("project_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("name_key", sa.String(collation="C"), nullable=False),
        sa.Column("folder_type", sa.String(), nullable=False),
        sa.Column("parent_id", sa.BigInteger(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["parent_id"], ["inline.folder.id"], name=op.f("fk_folder_parent_id"), deferrable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_folder")),
        schema="inline",
    )
    op.create_index(op.f("ix_folder_parent_id"), "folder", ["parent_id"], unique=False, schema="inline")
    op.create_index(op.f("ix_folder_project_id_id"), "folder", ["project_id", "id"], unique=False, schema="inline")
    op.create_index(
        "uq_folder_name",
        "folder",
        ["project_id", "parent_id", "name_key"],
        unique=True,
        schema="inline",
        postgresql_nulls_not_distinct=True,
    )
    op.create_table(
        "membership",
        sa.Column("project_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("user_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("project_id", "user_id", name=op.f("pk_membership")),
        schema="inline",
    )
    op.create_index(op.f("ix_membership_user_id"), "membership", ["user_id"], unique=False, schema="inline")
    op.create_table(
        "project",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("project_id", sa.BigInteger(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("description", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_project")),
        schema="inline",
    )
    op.create_table(
        "project_metadata",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("project_id", sa.BigInteger(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("name_key", sa.String(collation="C"), nullable=False),
        sa.Column("metatype", sa.String(collation="C"), nullable=False),
        sa.Column("doctype", sa.String(), nullable=False),
        sa.Column("description", sa.String(), nullable=False),
        sa.Column("read_only", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_project_metadata")),
        sa.UniqueConstraint("id", "metatype", name="uq_project_metadata_metatype"),
        schema="inline",
    )
    op.create_index(
        "uq_project_metadata_key",
        "project_metadata",
        ["project_id", "doctype", "name_key"],
        unique=True,
        schema="inline",
    )
    op.create_table(
        "tag",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("project_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("name_key", sa.String(collation="C"), nullable=False),
        sa.Column("color", sa.String(), nullable=False),
        sa.Column("description", sa.String(), nullable=False),
        sa.Column("parent_id", sa.BigInteger(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["parent_id"], ["inline.tag.id"], name=op.f("fk_tag_parent_id"), deferrable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tag")),
        schema="inline",
    )
    op.create_index(op.f("ix_tag_parent_id"), "tag", ["parent_id"], unique=False, schema="inline")
    op.create_index("uq_tag_name", "tag", ["project_id", "name_key"], unique=True, schema="inline")
    op.create_table(
        "source_document",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("project_id", sa.BigInteger(), nullable=False),
        sa.Column("filename", sa.String(), nullable=False),
        sa.Column("name_key", sa.String(collation="C"), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("doctype", sa.String(), nullable=False),
        sa.Column("folder_id", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("failed_step", sa.String(), nullable=True),
        sa.Column("error", sa.String(), nullable=True),
        sa.Column("media_type", sa.String(), nullable=False),
        sa.Column("source_sha256", sa.String(collation="C"), nullable=False),
        sa.Column("source_length", sa.BigInteger(), nullable=False),
        sa.Column("text_version", sa.Integer(), nullable=False),
        sa.Column("text_sha256", sa.String(collation="C"), nullable=True),
        sa.Column("text_length", sa.BigInteger(), nullable=True),
        sa.Column("html_sha256", sa.String(collation="C"), nullable=True),
        sa.Column("sentences_sha256", sa.String(collation="C"), nullable=True),
        sa.Column("sentence_count", sa.Integer(), nullable=True),
        sa.Column("tokens_sha256", sa.String(collation="C"), nullable=True),
        sa.Column("token_count", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["folder_id"], ["inline.folder.id"], name=op.f("fk_source_document_folder_id"), deferrable=True
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_source_document")),
        schema="inline",
    )
    op.create_index(
        op.f("ix_source_document_folder_id"), "source_document", ["folder_id"], unique=False, schema="inline"
    )
    op.create_index(
        op.f("ix_source_document_project_id_id"), "source_document", ["project_id", "id"], unique=False, schema="inline"
    )
    op.create_index(
        "ix_source_document_unprocessed",
        "source_document",
        ["id"],
        unique=False,
        schema="inline",
        postgresql_where=sa.text("status = 'uploaded'"),
    )
    op.create_index(
        "uq_source_document_filename", "source_document", ["project_id", "name_key"], unique=True, schema="inline"
    )
    op.create_table(
        "sentence_annotation",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("project_id", sa.BigInteger(), nullable=False),
        sa.Column("sdoc_id", sa.BigInteger(), nullable=False),
        sa.Column("code_id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("sentence_id_start", sa.Integer(), nullable=False),
        sa.Column("sentence_id_end", sa.Integer(), nullable=False),
        sa.Column("begin", sa.Integer(), nullable=False),
        sa.Column("end", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("text_version", sa.Integer(), nullable=False),
        sa.Column("codebook_version_id", sa.BigInteger(), nullable=True),
        sa.Column("coded_revision", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["code_id"], ["inline.code.id"], name=op.f("fk_sentence_annotation_code_id"), deferrable=True
        ),
        sa.ForeignKeyConstraint(
            ["sdoc_id"], ["inline.source_document.id"], name=op.f("fk_sentence_annotation_sdoc_id"), deferrable=True
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sentence_annotation")),
        schema="inline",
    )
    op.create_index(
        op.f("ix_sentence_annotation_code_id_user_id"),
        "sentence_annotation",
        ["code_id", "user_id"],
        unique=False,
        schema="inline",
    )
    op.create_index(
        op.f("ix_sentence_annotation_project_id_id"),
        "sentence_annotation",
        ["project_id", "id"],
        unique=False,
        schema="inline",
    )
    op.create_index(
        op.f("ix_sentence_annotation_sdoc_id_user_id"),
        "sentence_annotation",
        ["sdoc_id", "user_id"],
        unique=False,
        schema="inline",
    )
    op.create_table(
        "source_document_metadata",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("project_id", sa.BigInteger(), nullable=False),
        sa.Column("source_document_id", sa.BigInteger(), nullable=False),
        sa.Column("project_metadata_id", sa.BigInteger(), nullable=False),
        sa.Column("metatype", sa.String(collation="C"), nullable=False),
        sa.Column("str_value", sa.String(), nullable=True),
        sa.Column("int_value", sa.Double(), nullable=True),
        sa.Column("date_value", sa.DateTime(timezone=True), nullable=True),
        sa.Column("boolean_value", sa.Boolean(), nullable=True),
        sa.Column("list_value", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["project_metadata_id", "metatype"],
            ["inline.project_metadata.id", "inline.project_metadata.metatype"],
            name=op.f("fk_source_document_metadata_project_metadata_id_metatype"),
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["source_document_id"],
            ["inline.source_document.id"],
            name=op.f("fk_source_document_metadata_source_document_id"),
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_source_document_metadata")),
        schema="inline",
    )
    op.create_index(
        op.f("ix_source_document_metadata_project_id"),
        "source_document_metadata",
        ["project_id"],
        unique=False,
        schema="inline",
    )
    op.create_index(
        op.f("ix_source_document_metadata_project_metadata_id"),
        "source_document_metadata",
        ["project_metadata_id"],
        unique=False,
        schema="inline",
    )
    op.create_index(
        op.f("ix_source_document_metadata_source_document_id"),
        "source_document_metadata",
        ["source_document_id"],
        unique=False,
        schema="inline",
    )
    op.create_table(
        "span_annotation",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("project_id", sa.BigInteger(), nullable=False),
        sa.Column("sdoc_id", sa.BigInteger(), nullable=False),
        sa.Column("code_id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("begin", sa.Integer(), nullable=False),
        sa.Column("end", sa.Integer(), nullable=False),
        sa.Column("begin_token", sa.Integer(), nullable=False),
        sa.Column("end_token", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("text_version", sa.Integer(), nullable=False),
        sa.Column("codebook_version_id", sa.BigInteger(), nullable=True),
        sa.Column("coded_revision", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["code_id"], ["inline.code.id"], name=op.f("fk_span_annotation_code_id"), deferrable=True
        ),
        sa.ForeignKeyConstraint(
            ["sdoc_id"], ["inline.source_document.id"], name=op.f("fk_span_annotation_sdoc_id"), deferrable=True
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_span_annotation")),
        schema="inline",
    )
    op.create_index(
        op.f("ix_span_annotation_code_id_user_id"),
        "span_annotation",
        ["code_id", "user_id"],
        unique=False,
        schema="inline",
    )
    op.create_index(
        op.f("ix_span_annotation_project_id_id"), "span_annotation", ["project_id", "id"], unique=False, schema="inline"
    )
    op.create_index(
        op.f("ix_span_annotation_sdoc_id_user_id"),
        "span_annotation",
        ["sdoc_id", "user_id"],
        unique=False,
        schema="inline",
    )
    op.create_table(
        "span_group",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("project_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("sdoc_id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["sdoc_id"], ["inline.source_document.id"], name=op.f("fk_span_group_sdoc_id"), deferrable=True
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_span_group")),
        schema="inline",
    )
    op.create_index(
        op.f("ix_span_group_project_id_id"), "span_group", ["project_id", "id"], unique=False, schema="inline"
    )
    op.create_index(
        op.f("ix_span_group_sdoc_id_user_id"), "span_group", ["sdoc_id", "user_id"], unique=False, schema="inline"
    )
    op.create_table(
        "tag_link",
        sa.Column("sdoc_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("tag_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("project_id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["sdoc_id"], ["inline.source_document.id"], name=op.f("fk_tag_link_sdoc_id"), deferrable=True
        ),
        sa.ForeignKeyConstraint(["tag_id"], ["inline.tag.id"], name=op.f("fk_tag_link_tag_id"), deferrable=True),
        sa.PrimaryKeyConstraint("sdoc_id", "tag_id", name=op.f("pk_tag_link")),
        schema="inline",
    )
    op.create_index(op.f("ix_tag_link_project_id"), "tag_link", ["project_id"], unique=False, schema="inline")
    op.create_index(op.f("ix_tag_link_tag_id"), "tag_link", ["tag_id"], unique=False, schema="inline")
    op.create_table(
        "memo",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("project_id", sa.BigInteger(), nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("content", sa.String(), nullable=False),
        sa.Column("content_json", sa.String(), nullable=False),
        sa.Column("starred", sa.Boolean(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("attached_object_type", sa.String(collation="C"), nullable=False),
        sa.Column("attached_object_id", sa.BigInteger(), nullable=False),
        sa.Column("source_document_id", sa.BigInteger(), nullable=True),
        sa.Column("code_id", sa.BigInteger(), nullable=True),
        sa.Column("tag_id", sa.BigInteger(), nullable=True),
        sa.Column("span_annotation_id", sa.BigInteger(), nullable=True),
        sa.Column("sentence_annotation_id", sa.BigInteger(), nullable=True),
        sa.Column("span_group_id", sa.BigInteger(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["code_id"], ["inline.code.id"], name=op.f("fk_memo_code_id"), deferrable=True),
        sa.ForeignKeyConstraint(
            ["sentence_annotation_id"],
            ["inline.sentence_annotation.id"],
            name=op.f("fk_memo_sentence_annotation_id"),
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["source_document_id"],
            ["inline.source_document.id"],
            name=op.f("fk_memo_source_document_id"),
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["span_annotation_id"],
            ["inline.span_annotation.id"],
            name=op.f("fk_memo_span_annotation_id"),
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["span_group_id"], ["inline.span_group.id"], name=op.f("fk_memo_span_group_id"), deferrable=True
        ),
        sa.ForeignKeyConstraint(["tag_id"], ["inline.tag.id"], name=op.f("fk_memo_tag_id"), deferrable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_memo")),
        schema="inline",
    )
    op.create_index(
        op.f("ix_memo_code_id"),
        "memo",
        ["code_id"],
        unique=False,
        schema="inline",
        postgresql_where=sa.text("code_id IS NOT NULL"),
    )
    op.create_index(op.f("ix_memo_project_id"), "memo", ["project_id"], unique=False, schema="inline")
    op.create_index(
        op.f("ix_memo_sentence_annotation_id"),
        "memo",
        ["sentence_annotation_id"],
        unique=False,
        schema="inline",
        postgresql_where=sa.text("sentence_annotation_id IS NOT NULL"),
    )
    op.create_index(
        op.f("ix_memo_source_document_id"),
        "memo",
        ["source_document_id"],
        unique=False,
        schema="inline",
        postgresql_where=sa.text("source_document_id IS NOT NULL"),
    )
    op.create_index(
        op.f("ix_memo_span_annotation_id"),
        "memo",
        ["span_annotation_id"],
        unique=False,
        schema="inline",
        postgresql_where=sa.text("span_annotation_id IS NOT NULL"),
    )
    op.create_index(
        op.f("ix_memo_span_group_id"),
        "memo",
        ["span_group_id"],
        unique=False,
        schema="inline",
        postgresql_where=sa.text("span_group_id IS NOT NULL"),
    )
    op.create_index(
        op.f("ix_memo_tag_id"),
        "memo",
        ["tag_id"],
        unique=False,
        schema="inline",
        postgresql_where=sa.text("tag_id IS NOT NULL"),
    )
    op.create_index(
        "uq_memo_of_user",
        "memo",
        ["attached_object_type", "attached_object_id", "user_id"],
        unique=True,
        schema="inline",
    )
    op.create_table(
        "span_group_link",
        sa.Column("group_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("span_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("project_id", sa.BigInteger(), nullable=False),
        sa.Column("sdoc_id", sa.BigInteger(), nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["group_id"], ["inline.span_group.id"], name=op.f("fk_span_group_link_group_id"), deferrable=True
        ),
        sa.ForeignKeyConstraint(
            ["span_id"], ["inline.span_annotation.id"], name=op.f("fk_span_group_link_span_id"), deferrable=True
        ),
        sa.PrimaryKeyConstraint("group_id", "span_id", name=op.f("pk_span_group_link")),
        schema="inline",
    )
    op.create_index(
        op.f("ix_span_group_link_project_id_sdoc_id"),
        "span_group_link",
        ["project_id", "sdoc_id"],
        unique=False,
        schema="inline",
    )
    op.create_index(op.f("ix_span_group_link_span_id"), "span_group_link", ["span_id"], unique=False, schema="inline")
