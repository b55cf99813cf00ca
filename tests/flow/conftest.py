"""What the tests of flow share: the demo town, and a case of it at its steps."""

import pytest

from tests.cases.town import Town
from tests.flow.casestory import Story, make_town, new


@pytest.fixture
def town(db: None) -> Town:
    return make_town()


@pytest.fixture
def story(town: Town) -> Story:
    """A resident's report of which the machine was not sure."""
    (number,) = new(
        town, source="01", matter_id=None, standard_version_id=None, unit_id=None, duty_row_version_id=None,
        waits_for="low_confidence",
    )  # fmt: skip
    return Story(town, number)


@pytest.fixture
def dispatched(town: Town) -> Story:
    """A case the machine dispatched to the roads unit."""
    return Story(town, new(town)[0])
