"""What tests of packs share."""

from __future__ import annotations

import pytest

from civigrid.catalog.rules.pack import Pack
from tests.sheetreading import demo_pack


@pytest.fixture
def demo() -> Pack:
    """The demo city's pack, read once in a process."""
    return demo_pack()
