"""One database with the demonstration's city per worker; each test's changes are rolled back."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.core.cache import cache

from tests.conftest import Server, clone, point_at
from tests.web import people


@pytest.fixture(scope="session")
def city_database(server: Server, django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> str:
    if server.has("web_city"):  # the tests of another door were first
        return "web_city"
    clone(server, "web_city")
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        point_at(server, "web_city")
        people.load_city()
        point_at(server, "civigrid")
    return "web_city"


@pytest.fixture
def city(server: Server, city_database: str, request: pytest.FixtureRequest) -> Iterator[None]:
    point_at(server, city_database)
    cache.clear()
    request.getfixturevalue("db")
    yield
    point_at(server, "civigrid")
