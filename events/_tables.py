"""The tables of the log: heads, events, keys of requests that may be repeated, and what recorders keep besides."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    String,
    Table,
    UniqueConstraint,
    Uuid,
    func,
)
from sqlalchemy.dialects.postgresql import ARRAY

from events._event import SCOPES
from repos.orm_base import LOG_SCHEMA, metadata

EVENT_COLUMNS = (
    "event_id",
    "project_id",
    "revision",
    "stream_id",
    "stream_version",
    "type",
    "schema_version",
    "data",
    "actor_id",
    "command_id",
    "command_index",
    "command_count",
    "correlation_id",
    "causation_id",
    "recorded_at",
)

project_heads = Table(
    "project_heads",
    metadata,
    Column("project_id", BigInteger, primary_key=True, autoincrement=False),
    Column("revision", BigInteger, nullable=False, server_default="0"),
    *(Column(f"{scope}_revision", BigInteger, nullable=False, server_default="0") for scope in SCOPES),
    Column("ended", Boolean, nullable=False, server_default="false"),
    Column("recorded_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    schema=LOG_SCHEMA,
    postgresql_with={"fillfactor": "50"},
)

events = Table(
    "events",
    metadata,
    Column("project_id", BigInteger, primary_key=True, autoincrement=False),
    Column("revision", BigInteger, primary_key=True, autoincrement=False),
    Column("event_id", Uuid, nullable=False),
    Column("stream_id", String(collation="C"), nullable=False),
    Column("stream_version", Integer, nullable=False),
    Column("type", String(collation="C"), nullable=False),
    Column("schema_version", SmallInteger, nullable=False),
    Column("data", LargeBinary, nullable=False),
    Column("actor_id", BigInteger, nullable=False),
    Column("command_id", Uuid, nullable=False),
    Column("command_index", Integer, nullable=False),
    Column("command_count", Integer, nullable=False),
    Column("correlation_id", String, nullable=False),
    Column("causation_id", Uuid),
    Column("recorded_at", DateTime(timezone=True), nullable=False),
    UniqueConstraint("project_id", "stream_id", "stream_version", name="uq_events_stream_version"),
    schema=LOG_SCHEMA,
)

idempotency_key = Table(
    "idempotency_key",
    metadata,
    Column("actor_id", BigInteger, primary_key=True, autoincrement=False),
    Column("route", String(collation="C"), primary_key=True),
    Column("key", String(collation="C"), primary_key=True),
    Column("body_hash", LargeBinary, nullable=False),
    Column("project_id", BigInteger, nullable=False),
    Column("command_id", Uuid, nullable=False),
    Column("status", SmallInteger, nullable=False),
    Column("ids", ARRAY(BigInteger), nullable=False),
    Column("recorded_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Index("ix_idempotency_key_recorded_at", "recorded_at"),
    schema=LOG_SCHEMA,
)

aggregate_event = Table(
    "aggregate_event",
    metadata,
    Column("project_id", BigInteger, primary_key=True, autoincrement=False),
    Column("purpose", String(collation="C"), primary_key=True),
    Column("stream_id", String(collation="C"), primary_key=True),
    Column("stream_version", Integer, primary_key=True, autoincrement=False),
    Column("type", String(collation="C"), nullable=False),
    Column("data", LargeBinary, nullable=False),
    Column("recorded_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    schema=LOG_SCHEMA,
)

tracking = Table(
    "tracking",
    metadata,
    Column("project_id", BigInteger, primary_key=True, autoincrement=False),
    Column("application_name", String(collation="C"), primary_key=True),
    Column("notification_id", BigInteger, nullable=False),
    schema=LOG_SCHEMA,
    postgresql_with={"fillfactor": "50"},
)
