"""What a case waits for once its place is another."""

from __future__ import annotations

import pytest

from civigrid.cases.rules import CaseFacts, Placed, Stage, waits_at
from civigrid.catalog.rules import Family

KNOWN, UNKNOWN = Placed("990181", unit_id=7, reason="duty_row"), Placed("990181", reason="place_unknown")
OUTSIDE = Placed("990181", reason="outside_city")


@pytest.mark.parametrize(
    ("stage", "waited", "standard", "placed", "waits"),
    [
        (Stage.ACCEPT, "place_unknown", 1, KNOWN, ""),
        (Stage.FILE, "", 1, UNKNOWN, "place_unknown"),
        (Stage.FILE, "no_standard", None, KNOWN, "no_standard"),
        (Stage.FILE, "place_unknown", None, UNKNOWN, "place_unknown"),
        (Stage.FILE, "verify", 1, UNKNOWN, "verify"),
        (Stage.FILE, "not_found", 1, KNOWN, "not_found"),
        (Stage.DISPATCH, "", 1, UNKNOWN, "place_unknown"),
        (Stage.DISPATCH, "", 1, OUTSIDE, ""),
        (Stage.DISPATCH, "place_unknown", 1, KNOWN, ""),
        (Stage.HANDLE, "", 1, UNKNOWN, ""),
    ],
)
def test_what_it_waits_for(stage: Stage, waited: str, standard: int | None, placed: Placed, waits: str) -> None:
    case = CaseFacts(1, "N1", 1, Family.CITY, stage, "990181", waits_for=waited, standard_version_id=standard)
    assert waits_at(case, placed) == waits
