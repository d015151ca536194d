"""How our tables are named and described to SQLAlchemy and Alembic."""

import re
from typing import Any

from sqlalchemy import Column, FromClause, MetaData, String
from sqlalchemy.orm import DeclarativeBase, MappedColumn, declared_attr, mapped_column
from sqlalchemy.types import TypeEngine

INLINE_SCHEMA = "inline"
LOG_SCHEMA = "log"
ACCOUNT_SCHEMA = "account"
BEHIND_SCHEMA = "behind"
CACHE_SCHEMA = "cache"

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class ORMBase(DeclarativeBase):
    """A table; named after its class without `ORM`, in the schema that its module chooses."""

    metadata = metadata
    __abstract__ = True

    @declared_attr.directive
    def __tablename__(cls) -> str:
        return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", cls.__name__.removesuffix("ORM")).lower()


class InlineORM(ORMBase):
    """A read table that is written in the transaction of the append; only sinks write it."""

    __abstract__ = True
    __table_args__: tuple[Any, ...] = ({"schema": INLINE_SCHEMA},)


class AccountORM(ORMBase):
    """An operational table about people; it is no retelling of the log."""

    __abstract__ = True
    __table_args__: tuple[Any, ...] = ({"schema": ACCOUNT_SCHEMA},)


def folded(name: str, type_: TypeEngine[Any] | None = None, *, nullable: bool = False) -> MappedColumn[Any]:
    """A column that holds what the one of this name does, folded: sinks fill it, filters compare with it."""
    return mapped_column(type_ or String(collation="C"), nullable=nullable, info={"folds": name})


def folds(table: FromClause) -> dict[str, str]:
    """The folded columns of a table, by the names of those that they fold."""
    columns = (column for column in table.columns if isinstance(column, Column))
    return {column.info["folds"]: column.name for column in columns if "folds" in column.info}
