"""People, their tokens, and the throttle of logins."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

# Authors of automatic work: they have no password, and their e-mails are of a domain that can never be.
TECHNICAL_ACCOUNTS = (
    (1, "system", "Palimpsest", "System"),
    (9990, "assistant-zeroshot", "Assistant", "Zero-Shot"),
    (9991, "assistant-fewshot", "Assistant", "Few-Shot"),
    (9992, "assistant-trained", "Assistant", "Trained"),
)


def upgrade() -> None:
    op.execute("CREATE SCHEMA account")
    op.create_table(
        "attempt",
        sa.Column("key", sa.String(collation="C"), nullable=False),
        sa.Column("level", sa.Double(), nullable=False),
        sa.Column("last", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_attempt")),
        schema="account",
    )
    op.create_index(op.f("ix_attempt_last"), "attempt", ["last"], unique=False, schema="account")
    op.create_table(
        "user",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("email_key", sa.String(collation="C"), nullable=False),
        sa.Column("first_name", sa.String(), nullable=False),
        sa.Column("last_name", sa.String(), nullable=False),
        sa.Column("password_hash", sa.String(), nullable=True),
        sa.Column("token_epoch", sa.Integer(), server_default="0", nullable=False),
        sa.Column("is_operator", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("version", sa.Integer(), server_default="0", nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user")),
        sa.UniqueConstraint("email_key", name=op.f("uq_user_email_key")),
        schema="account",
    )
    op.create_table(
        "refresh_token",
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("family_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("issued", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"], ["account.user.id"], name=op.f("fk_refresh_token_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_refresh_token")),
        schema="account",
    )
    op.create_index(op.f("ix_refresh_token_expires"), "refresh_token", ["expires"], unique=False, schema="account")
    op.create_index(op.f("ix_refresh_token_family_id"), "refresh_token", ["family_id"], unique=False, schema="account")
    op.create_index(op.f("ix_refresh_token_user_id"), "refresh_token", ["user_id"], unique=False, schema="account")
    for id, name, first_name, last_name in TECHNICAL_ACCOUNTS:
        email = f"{name}@palimpsest.invalid"
        op.execute(
            "INSERT INTO account.user (id, email, email_key, first_name, last_name) "
            f"VALUES ({id}, '{email}', '{email}', '{first_name}', '{last_name}')"
        )
