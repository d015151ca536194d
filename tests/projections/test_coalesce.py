"""Many writes to one row come to the same whether they are performed one by one or at once."""

from collections.abc import Callable

import pytest

from events._event import Event, Fact
from projections import INLINE
from projections._sink import RelationalSink
from projections._write import Create, Delete, Update, Write
from projections.tag_orm import TagORM
from tests.projections.conftest import Log, quote
