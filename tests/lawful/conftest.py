"""A small community without a server."""

from tests.desk.conftest import community, empty

__all__ = ["community", "empty"]
