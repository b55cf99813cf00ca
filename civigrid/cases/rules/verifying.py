"""核实: what a person found who looked before a case was filed, and what follows."""

from __future__ import annotations

from enum import StrEnum

from civigrid.cases.rules.codes import WaitReason


class Found(StrEnum):
    """核实结果."""

    AS_REPORTED = "as_reported"
    OTHERWISE = "otherwise"  # something is there, and it is not what was said
    NOT_FOUND = "not_found"
    NOT_REACHED = "not_reached"


SEEN = frozenset({Found.AS_REPORTED, Found.OTHERWISE})
# what a person sees better on the spot than in the lists: the case is looked at first
_AFTER_LOOKING = frozenset(
    {
        "", WaitReason.PLACE_KIND_UNKNOWN, WaitReason.OWNER_UNDECIDED, WaitReason.NO_DUTY_ROW, WaitReason.TWO_DUTY_ROWS,
        WaitReason.UNIT_TAKES_NO_TASKS,
    }
)  # fmt: skip


def before_filing(waits_for: str) -> str:
    """What a case waits for whose matter is verified first. What must be settled before anybody can go stays."""
    return WaitReason.VERIFY.value if waits_for in _AFTER_LOOKING else waits_for


def after_verifying(found: Found) -> str:
    """What the case waits for then: nothing, or the duty chief's decision about what was not seen."""
    if found in SEEN:
        return ""
    return (WaitReason.NOT_FOUND if found is Found.NOT_FOUND else WaitReason.NOT_REACHED).value
