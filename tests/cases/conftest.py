import pytest

from civigrid.base import db as database
from tests.cases.town import Town, build


@pytest.fixture
def town(db: None) -> Town:
    """The small town of tests/cases/town.py in this test's own transaction."""
    with database.system():
        return build()
