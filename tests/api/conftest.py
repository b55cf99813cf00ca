"""The demonstration's city, as the pages' tests have it, and programs that have tokens."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from civigrid.api.auth import doorkeeper
from civigrid.api.limits import buckets
from tests.web.conftest import city as city
from tests.web.conftest import city_database as city_database


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    """No process remembers the tokens of another test."""
    doorkeeper.forget()
    buckets.forget()
    yield
