"""What every saving of this area ends with."""

from __future__ import annotations

from civigrid.base import stamps, versions
from civigrid.base.errors import Outcome
from civigrid.places.queries import AREA


def saved(outcomes: list[Outcome]) -> list[Outcome]:
    """Tells every process to read anew, where something was written."""
    if versions.written(outcomes):
        stamps.touch(AREA)
    return outcomes
