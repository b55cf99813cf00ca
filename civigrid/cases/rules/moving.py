"""Another place for a case: what the person says, what was found there, and what follows."""

from __future__ import annotations

from dataclasses import dataclass

from civigrid.base.errors import Refused
from civigrid.cases.rules.codes import UNVERIFIED, Stage, WaitReason
from civigrid.cases.rules.facts import CaseFacts, Form
from civigrid.cases.rules.steps import still_waits

UNDISPATCHED = frozenset({Stage.ACCEPT, Stage.FILE, Stage.DISPATCH})


@dataclass(frozen=True, slots=True)
class Moving(Form):
    """A point (degrees, EPSG:4326), or `place`: an address by its code or its words. `grid_code`: the grid, where the
    place lies on a border; `place_kind` "" is what the map says lies there."""

    lon: float | None = None
    lat: float | None = None
    place: str = ""
    grid_code: str = ""
    place_kind: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Placed:
    """What was found at the new place: its region and grid, the old grid, the unit that would lead by it or the reason
    (`WaitReason`) why a person must say who. `no`: why it is no place a case can be moved to."""

    region_code: str = ""
    grid_id: int | None = None
    was_grid_id: int | None = None
    unit_id: int | None = None
    reason: str = ""
    no: Refused | None = None


def waits_at(case: CaseFacts, placed: Placed) -> str:
    """What a moved case waits for. One at work goes on; what has nothing to do with its place stays as it was."""
    if case.stage not in UNDISPATCHED or case.waits_for in UNVERIFIED:
        return case.waits_for
    lacking = WaitReason.NO_STANDARD.value if case.standard_version_id is None else ""
    reason = "" if placed.unit_id else placed.reason
    return still_waits(reason) if case.stage is Stage.DISPATCH else reason or lacking
