"""The real application over a real database, as in the tests of the API."""

from tests.api.conftest import ada, app, person, start

__all__ = ["ada", "app", "person", "start"]
