"""A case of the demo town, driven by the verbs as its people would: `Story`, and what tests ask of it."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from civigrid.base import db
from civigrid.base.errors import Outcome
from civigrid.base.files import Kept
from civigrid.cases import queries
from civigrid.cases.models import Case, Task
from civigrid.cases.queries import CaseView
from civigrid.cases.rules import (
    Acceptance,
    Checking,
    Closing,
    Dispatching,
    EvidenceKind,
    Exhibit,
    Filing,
    Handling,
    TaskAcceptance,
    TaskReturn,
)
from civigrid.directory.rules import Actor
from civigrid.flow import verbs
from tests.cases.town import NOW, Town, build, opened

PHOTO = Kept("a" * 64, 1000, "image/jpeg")


def make_town() -> Town:
    with db.system():
        return build()


def new(town: Town, number: int = 1, **changes: object) -> list[str]:
    with db.system():
        return opened(town, number, **changes)


def view(actor: Actor, number: str, now: datetime = NOW) -> CaseView:
    with db.scoped(actor.scope):
        found = queries.access_case(number, now=now)
    assert found is not None
    return found


def row(number: str) -> Case:
    with db.system():
        return Case.objects.get(number=number)


def task(number: str) -> int:
    with db.system():
        return Task.objects.filter(case__number=number).latest("id").pk


def good(outcomes: Sequence[Outcome]) -> None:
    assert [(each.state, each.code) for each in outcomes] == [("done", "")] * len(outcomes)


def codes(outcomes: Sequence[Outcome]) -> list[str]:
    return [each.code for each in outcomes]


class Story:
    """A case and its version as the next form shows it."""

    def __init__(self, town: Town, number: str) -> None:
        self.town, self.number, self.now = town, number, NOW

    @property
    def version(self) -> int:
        return row(self.number).version

    def later(self, **time: int) -> datetime:
        self.now += timedelta(**time)
        return self.now

    def accept(self, who: str) -> list[Outcome]:
        items = [Acceptance(self.number, self.version)]
        return verbs.accept(actor=self.town[who], items=items, now=self.now)

    def file(self, who: str, matter: str = "C01", standard: str = "") -> list[Outcome]:
        chosen = self.town.standards[standard] if standard else None
        items = [Filing(self.number, self.version, self.town.matters[matter], chosen)]
        return verbs.file(actor=self.town[who], items=items, now=self.now)

    def dispatch(
        self, who: str, unit: str = "roads", row: str = "", support: Sequence[str] = (), text: str = "请尽快修复"
    ) -> list[Outcome]:
        duty_row = self.town.duty_rows[row] if row else None
        others = tuple(self.town.units[each] for each in support)
        items = [Dispatching(self.number, self.version, self.town.units[unit], duty_row, others, text)]
        return verbs.dispatch(actor=self.town[who], items=items, now=self.now)

    def accept_task(self, who: str, task_id: int = 0) -> list[Outcome]:
        items = [TaskAcceptance(self.number, self.version, task_id or task(self.number))]
        return verbs.accept_task(actor=self.town[who], items=items, now=self.now)

    def return_task(self, who: str, reason: str = "T1", text: str = "该路段已移交", task_id: int = 0) -> list[Outcome]:
        items = [TaskReturn(self.number, self.version, task_id or task(self.number), reason, text)]
        return verbs.return_task(actor=self.town[who], items=items, now=self.now)

    def handle(
        self, who: str, result: str = "solved", text: str = "已更换灯头", task_id: int = 0, **more: object
    ) -> list[Outcome]:
        exhibits = (Exhibit(PHOTO.sha256, EvidenceKind.AFTER, "修复后.jpg"),) if more else ()
        items = [Handling(self.number, self.version, task_id or task(self.number), result, text, exhibits)]
        return verbs.handle(actor=self.town[who], items=items, now=self.now, **more)  # type: ignore[arg-type]

    def check(self, who: str, result: str = "passed", text: str = "") -> list[Outcome]:
        items = [Checking(self.number, self.version, result, text)]
        return verbs.check(actor=self.town[who], items=items, now=self.now)

    def close(self, who: str, outcome: str = "solved") -> list[Outcome]:
        items = [Closing(self.number, self.version, outcome)]
        return verbs.close(actor=self.town[who], items=items, now=self.now)

    @property
    def stage(self) -> str:
        return row(self.number).stage
