"""The log, the inline tables of the daily domain, and accounts."""

from alembic import op

import migrations.tables

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

ENTITIES = ("project", "code", "user", "folder", "sdoc", "span_annotation", "sentence_annotation", "span_group")
ENTITIES += ("tag", "projmeta", "memo", "codebook_version")
# The id of a metadata value is made of both: 31 and 22 bits are the 53 that JSON numbers have.
LAST = {"sdoc": 2**31 - 1, "projmeta": 2**22 - 1}
# Authors of automatic work: they have no password, and their e-mails are of a domain that can never be.
TECHNICAL_ACCOUNTS = (
    (1, "system", "Palimpsest", "System"),
    (9990, "assistant-zeroshot", "Assistant", "Zero-Shot"),
    (9991, "assistant-fewshot", "Assistant", "Few-Shot"),
    (9992, "assistant-trained", "Assistant", "Trained"),
)


def upgrade() -> None:
    for schema in ("log", "inline", "account"):
        op.execute(f"CREATE SCHEMA IF NOT EXISTS {schema}")
    migrations.tables.metadata.create_all(op.get_bind())
    for entity in ENTITIES:
        first = 10_000 if entity == "user" else 1
        op.execute(f"CREATE SEQUENCE log.{entity}_id START {first} MAXVALUE {LAST.get(entity, 2**53 - 1)}")
    op.execute(
        "CREATE VIEW log.events_as_json AS SELECT project_id, revision, stream_id, stream_version, type, "
        "convert_from(data, 'UTF8')::jsonb AS data, actor_id, command_id, recorded_at FROM log.events"
    )
    op.execute("INSERT INTO log.project_heads (project_id) VALUES (0)")
    for id, name, first_name, last_name in TECHNICAL_ACCOUNTS:
        email = f"{name}@palimpsest.invalid"
        op.execute(
            "INSERT INTO account.user (id, email, email_key, first_name, last_name) "
            f"VALUES ({id}, '{email}', '{email}', '{first_name}', '{last_name}')"
        )
