"""What is remembered of read models behind the log: their versions, how far each has come, what it could not take,
and which projects are to be written anew."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Float,
    ForeignKeyConstraint,
    Index,
    Integer,
    String,
    Table,
    false,
    func,
)

from repos.orm_base import BEHIND_SCHEMA, metadata

read_model = Table(
    "read_model",
    metadata,
    Column("model", String(collation="C"), primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("backend", String(collation="C"), nullable=False),
    Column("state", String(collation="C"), nullable=False),
    Column("since", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("error", String),
    Column("rate", Float, nullable=False, server_default="0"),
    Column("worked", DateTime(timezone=True)),
    Column("trouble", String(collation="C")),
    Column("rests_until", DateTime(timezone=True)),
    Column("served", Boolean, nullable=False, server_default=false()),
    Index("uq_read_model_serving", "model", unique=True, postgresql_where="state = 'serving'"),
    Index("uq_read_model_building", "model", unique=True, postgresql_where="state = 'building'"),
    schema=BEHIND_SCHEMA,
)

last_version = Table(
    "last_version",
    metadata,
    Column("model", String(collation="C"), primary_key=True),
    Column("version", Integer, nullable=False),
    schema=BEHIND_SCHEMA,
)

checkpoint = Table(
    "checkpoint",
    metadata,
    Column("model", String(collation="C"), primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("project_id", BigInteger, primary_key=True, autoincrement=False),
    Column("revision", BigInteger, nullable=False, server_default="0"),
    Column("moved", DateTime(timezone=True)),
    ForeignKeyConstraint(
        ["model", "version"],
        [f"{BEHIND_SCHEMA}.read_model.model", f"{BEHIND_SCHEMA}.read_model.version"],
        ondelete="CASCADE",
    ),
    schema=BEHIND_SCHEMA,
    postgresql_with={"fillfactor": "50"},
)

dead_letter = Table(
    "dead_letter",
    metadata,
    Column("model", String(collation="C"), primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("project_id", BigInteger, primary_key=True, autoincrement=False),
    Column("stream_id", String(collation="C"), primary_key=True),
    Column("revision", BigInteger, nullable=False),
    Column("error", String, nullable=False),
    Column("parked", DateTime(timezone=True), nullable=False, server_default=func.now()),
    ForeignKeyConstraint(
        ["model", "version"],
        [f"{BEHIND_SCHEMA}.read_model.model", f"{BEHIND_SCHEMA}.read_model.version"],
        ondelete="CASCADE",
    ),
    schema=BEHIND_SCHEMA,
)

rewrite = Table(
    "rewrite",
    metadata,
    Column("model", String(collation="C"), primary_key=True),
    Column("project_id", BigInteger, primary_key=True, autoincrement=False),
    Column("asked", DateTime(timezone=True), nullable=False, server_default=func.now()),
    schema=BEHIND_SCHEMA,
)
