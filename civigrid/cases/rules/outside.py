"""What comes to a case from outside, and where it goes: its own sender speaks again; it is transferred, and comes back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from civigrid.cases.rules.codes import Came, Stage, Told
from civigrid.cases.rules.facts import Form

TOLD_OF: Mapping[Came, Told] = {
    Came.REPORTED: Told.JOINED,
    Came.CHASED: Told.CHASED,
    Came.SUPPLEMENTED: Told.SUPPLEMENTED,
    Came.WITHDREW: Told.SENDER_WITHDREW,
}


@dataclass(frozen=True, slots=True)
class Transferring(Form):
    """`text` is what the target is told."""

    unit_id: int
    text: str


@dataclass(frozen=True, slots=True)
class TargetSaid(Form):
    """`state`: one of `intake.rules.RECEIPTS`."""

    state: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class EndWithdrawn(Form):
    text: str = ""


@dataclass(frozen=True, slots=True)
class HeardCase:
    """A locked case of which its sender speaks again. `report_ids`: those it has now."""

    id: int
    number: str
    region_code: str
    unit_ids: tuple[int, ...]
    stage: Stage
    report_ids: tuple[int, ...]
    confidential: bool = False

    @property
    def over(self) -> bool:
        return self.stage is Stage.EVALUATE


@dataclass(frozen=True, slots=True)
class Hearing:
    """A report of somebody whose case it is. `own`: what he had reported to it before."""

    report_id: int
    case: HeardCase
    came: Came
    own: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Stood:
    """Where a case stood when it was transferred, and the clocks of its promise and of an answer that was awaited, None
    where there were none.
    """

    stage: Stage
    waits_for: str
    clock_id: int | None = None
    answer_id: int | None = None
