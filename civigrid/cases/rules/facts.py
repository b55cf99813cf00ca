"""What the rules look at, and what a verb is told. Frozen values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from civigrid.base.errors import Refused
from civigrid.cases.rules.codes import OPEN, EvidenceKind, Side, Stage, TaskKind, TaskState
from civigrid.catalog.rules import Family


@dataclass(frozen=True, slots=True)
class NewCase:
    """What opening a case needs to know of its first report. `region_code` "" means: nothing finer than the city.

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


@dataclass(frozen=True, slots=True)
class TaskFacts:
    """One unit's part. `line` is the unit and the units below it; `community` its region if it is a community."""

    id: int
    unit_id: int
    kind: TaskKind
    state: TaskState
    line: frozenset[int] = frozenset()
    community: str = ""

    @property
    def open(self) -> bool:
        return self.state in OPEN


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

    @property
    def closed(self) -> bool:
        return self.stage is Stage.EVALUATE

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
    result: str
    text: str = ""
    exhibits: tuple[Exhibit, ...] = ()


@dataclass(frozen=True, slots=True)
class Closing(Form):
    outcome: str
    text: str = ""
