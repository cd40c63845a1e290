"""A pytest plugin: the tests of this run have PostgreSQL below them instead of SQLite.

    PYTHONPATH=tests python -m pytest -p support.postgres_run analytics-service/tests

Tests of what only SQLite has are marked `sqlite` and left out.
"""

from contextlib import ExitStack

import pytest
from support.databases import use_postgres
from support.postgres import running_postgres

_open = ExitStack()


def pytest_sessionstart() -> None:
    """Starts the server."""
    use_postgres(_open.enter_context(running_postgres()))


def pytest_sessionfinish() -> None:
    """Ends it."""
    _open.close()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leaves out what is about SQLite."""
    left_out = [item for item in items if item.get_closest_marker("sqlite")]
    items[:] = [item for item in items if item not in left_out]
    config.hook.pytest_deselected(items=left_out)
