"""What the rules look at, and what a verb is told. Frozen values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from civigrid.base.errors import Refused
from civigrid.cases.rules.codes import (
    OPEN,
    AskKind,
    AskState,
    EvidenceKind,
    Side,
    Stage,
    Supervision,
    TaskKind,
    TaskState,
)
from civigrid.catalog.rules import Family
from civigrid.places.rules import DIGITS, Level

COMMUNITY_DIGITS = DIGITS[Level.COMMUNITY]


@dataclass(frozen=True, slots=True)
class NewCase:
    """What opening a case needs to know of its first report. `region_code` "" means: nothing finer than the city.

    `of` is the number of the case it came out of, where a person split it off or found a further demand in the report.

    `complains`: the report names whom it complains of; then the city's desk takes it, for a lower one might be meant.

    The promise to the resident counts from `received_at`, whenever the machine gets to the report.
    """

    report_id: int
    source: str
    urgency: int
    received_at: datetime
    confidential: bool = False
    matter_id: int | None = None
    region_code: str = ""
    grid_id: int | None = None
    unit_id: int | None = None
    duty_row_version_id: int | None = None
    standard_version_id: int | None = None
    waits_for: str = ""
    of: str = ""
    complains: bool = False


class DeskLevel(StrEnum):
    """Whose desk a case is at, the lowest first."""

    COMMUNITY = "community"
    TOWN = "town"
    CITY = "city"


@dataclass(frozen=True, slots=True)
class TaskFacts:
    """One unit's part. `line` is the unit and the units below it; `community` its region if it is a community.

    `section_id` is who has it inside the unit, `account_id` who acted on it last.
    """

    id: int
    unit_id: int
    kind: TaskKind
    state: TaskState
    line: frozenset[int] = frozenset()
    community: str = ""
    section_id: int | None = None
    account_id: int | None = None
    arrived: bool = False

    @property
    def open(self) -> bool:
        return self.state in OPEN


@dataclass(frozen=True, slots=True)
class AskFacts:
    """An application, as its row says."""

    id: int
    kind: AskKind
    state: AskState
    task_id: int
    by_account: int
    by_unit: int
    asked_at: datetime
    run: int = 0
    amount: int | None = None
    until_at: datetime | None = None
    endorsed_by: int | None = None
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """What the rules look at."""

    id: int
    number: str
    version: int
    family: Family
    stage: Stage
    region_code: str
    unit_ids: tuple[int, ...] = ()
    side: Side = Side.NONE
    waits_for: str = ""
    matter_id: int | None = None
    standard_version_id: int | None = None
    handled_by: frozenset[int] = frozenset()
    handled_units: frozenset[int] = frozenset()
    tasks: tuple[TaskFacts, ...] = ()
    source: str = ""
    urgency: int = 3
    level: DeskLevel = DeskLevel.CITY
    verified: str = ""
    reopened: int = 0
    closed_at: datetime | None = None
    confidential: bool = False
    supervised: Supervision = Supervision.NONE
    answer_awaited: bool = False
    withdrawn: bool = False  # by everybody who reported it
    asks: tuple[AskFacts, ...] = ()

    @property
    def closed(self) -> bool:
        return self.stage is Stage.EVALUATE

    @property
    def community(self) -> str:
        """The community it lies in; "" where that is not known."""
        return self.region_code[:COMMUNITY_DIGITS] if len(self.region_code) >= COMMUNITY_DIGITS else ""

    def task(self, task_id: int) -> TaskFacts:
        for task in self.tasks:
            if task.id == task_id:
                return task
        raise Refused("unknown_task")


@dataclass(frozen=True, slots=True)
class Form:
    """What every form carries: the case's number and its version when the form was shown."""

    number: str
    version: int


@dataclass(frozen=True, slots=True)
class Acceptance(Form):
    pass


@dataclass(frozen=True, slots=True)
class Refusal(Form):
    """`reason` is a code of `intake.rules.NotAccepted`; `text` is what the caller is told beside it."""

    reason: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Filing(Form):
    """Without a standard the matter's default one counts."""

    matter_id: int
    standard_version_id: int | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class Dispatching(Form):
    """`duty_row_version_id` is the row it goes by; None is by hand, which needs words."""

    unit_id: int
    duty_row_version_id: int | None = None
    support_ids: tuple[int, ...] = ()
    text: str = ""


@dataclass(frozen=True, slots=True)
class TaskAcceptance(Form):
    task_id: int


@dataclass(frozen=True, slots=True)
class TaskReturn(Form):
    task_id: int
    reason: str
    text: str


@dataclass(frozen=True, slots=True)
class Exhibit:
    """A stored file as evidence. `name` is what its sender called it."""

    sha256: str
    kind: EvidenceKind
    name: str = ""


@dataclass(frozen=True, slots=True)
class Handling(Form):
    """`text` is the unit's account of what was done."""

    task_id: int
    result: str
    text: str
    exhibits: tuple[Exhibit, ...] = ()


@dataclass(frozen=True, slots=True)
class Checking(Form):
    """`tries`: how often somebody was called in vain."""

    result: str
    text: str = ""
    exhibits: tuple[Exhibit, ...] = ()
    tries: int = 0


@dataclass(frozen=True, slots=True)
class Closing(Form):
    """`text` is a remark inside the administration, `answer` what everybody is told who reported it."""

    outcome: str
    text: str = ""
    answer: str = ""
