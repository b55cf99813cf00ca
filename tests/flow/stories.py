"""A case and what people try with it, for the stories of its stages. Imports no fixture."""

from __future__ import annotations

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
    Assignment,
    Checking,
    Closing,
    Dispatching,
    EvidenceKind,
    Exhibit,
    Filing,
    HandingDown,
    Handling,
    Raising,
    Reopening,
    SendingBack,
    SigningOff,
    TaskAcceptance,
    TaskReturn,
    Verification,
    VerificationAsked,
    Voiding,
)
from civigrid.directory.rules import Actor
from civigrid.flow import verbs
from tests.cases.town import NOW, Town, opened

PHOTO = Kept("b" * 64, 1000, "image/jpeg")
PDF = Kept("c" * 64, 1000, "application/pdf")
BEFORE, AFTER = (Exhibit(PHOTO.sha256, kind) for kind in (EvidenceKind.BEFORE, EvidenceKind.AFTER))
PAPER = Exhibit(PDF.sha256, EvidenceKind.PAPER)
KEPT = [PHOTO, PDF]


def good(outcomes: Sequence[Outcome]) -> None:
    assert [(each.state, each.code, each.facts) for each in outcomes] == [("done", "", {})] * len(outcomes)


def no(outcomes: Sequence[Outcome]) -> str:
    [outcome] = outcomes
    assert not outcome.ok
    return " ".join([outcome.code, *map(str, outcome.facts.values())])


class Told:
    """One case; each step is taken by a named person with the version of now."""

    def __init__(self, town: Town, **changes: object) -> None:
        self.town, self.now = town, NOW
        matter = str(changes.pop("matter", "C01"))
        known = {"matter_id": town.matters[matter], "standard_version_id": town.standards[f"{matter}-usual"]}
        row = {} if matter == "C01" else {"duty_row_version_id": None}
        with db.system():
            [self.number] = opened(town, **{**known, **row, **changes})

    @property
    def row(self) -> Case:
        with db.system():
            return Case.objects.get(number=self.number)

    @property
    def task(self) -> Task:
        with db.system():
            return Task.objects.filter(case__number=self.number).latest("id")

    @property
    def state(self) -> tuple[str, str, str]:
        row = self.row
        return row.stage, row.side, row.waits_for

    def sees(self, name: str) -> CaseView | None:
        with db.scoped(self.town[name].scope):
            return queries.access_case(self.number, now=self.now)

    def told(self) -> list[str]:
        with db.system():
            found = queries.access_case(self.number, now=self.now)
        assert found is not None
        return [line.entry.verb for line in found.entries]

    def later(self, **time: int) -> datetime:
        self.now += timedelta(**time)
        return self.now

    def do(self, verb: str, who: str | Actor, form: type, *values: object, **more: object) -> list[Outcome]:
        actor = self.town[who] if isinstance(who, str) else who
        items = [form(self.number, self.row.version, *values)]
        return getattr(verbs, verb)(actor=actor, items=items, now=self.now, **more)  # type: ignore[no-any-return]

    def accept(self, who: str = "受理员小李") -> list[Outcome]:
        return self.do("accept", who, Acceptance)

    def file(self, who: str = "值班长", matter: str = "V01", text: str = "") -> list[Outcome]:
        return self.do("file", who, Filing, self.town.matters[matter], None, text)

    def ask(self, who: str = "值班长", matter: str = "V01") -> list[Outcome]:
        return self.do("ask_verification", who, VerificationAsked, self.town.matters[matter], "请核实")

    def verify(self, who: str, found: str, text: str = "", exhibits: Sequence[Exhibit] = (BEFORE,)) -> list[Outcome]:
        return self.do("verify", who, Verification, found, text, tuple(exhibits), kept=KEPT)

    def dispatch(self, who: str = "派遣员老王", unit: str = "water", row: str = "") -> list[Outcome]:
        row_id = self.town.duty_rows[row] if row else None
        return self.do("dispatch", who, Dispatching, self.town.units[unit], row_id, (), "请尽快处置")

    def take(self, who: str) -> list[Outcome]:
        return self.do("accept_task", who, TaskAcceptance, self.task.pk)

    def give_back(self, who: str) -> list[Outcome]:
        return self.do("return_task", who, TaskReturn, self.task.pk, "T1", "非本单位职责")

    def assign(self, who: str, section: str = "", person: str = "") -> list[Outcome]:
        units, people = self.town.units, self.town.people
        values = (units[section] if section else None, people[person].account_id if person else None, "请处理")
        return self.do("assign", who, Assignment, self.task.pk, *values)

    def handle(self, who: str, result: str = "solved", exhibits: Sequence[Exhibit] = (AFTER,)) -> list[Outcome]:
        return self.do("handle", who, Handling, self.task.pk, result, "已修好", tuple(exhibits), kept=KEPT)

    def sign(self, who: str) -> list[Outcome]:
        return self.do("sign_off", who, SigningOff, self.task.pk, "同意")

    def send_back(self, who: str, text: str = "照片不清") -> list[Outcome]:
        return self.do("send_back", who, SendingBack, self.task.pk, text)

    def check(
        self, who: str, result: str = "passed", text: str = "", exhibits: Sequence[Exhibit] = (), tries: int = 0
    ) -> list[Outcome]:
        return self.do("check", who, Checking, result, text, tuple(exhibits), tries, kept=KEPT)

    def close(self, who: str = "值班长") -> list[Outcome]:
        return self.do("close", who, Closing, "solved")

    def up(self, who: str, text: str = "超出本级权限") -> list[Outcome]:
        return self.do("raise_case", who, Raising, text)

    def down(self, who: str = "值班长", text: str = "属街道基本履职事项") -> list[Outcome]:
        return self.do("hand_down", who, HandingDown, text)

    def void(self, who: str = "值班长", reason: str = "test", text: str = "系统测试件") -> list[Outcome]:
        return self.do("void", who, Voiding, reason, text)

    def reopen(self, who: str = "值班长", back_to: str = "dispatch", text: str = "仍未解决") -> list[Outcome]:
        return self.do("reopen", who, Reopening, "not_solved", back_to, text)

    def over(self) -> None:
        """Dispatched by the machine to the roads unit, handled, checked and closed."""
        for step in (
            self.take("承办人小陈"),
            self.handle("承办人小陈"),
            self.check("采集员小周", exhibits=[AFTER]),
            self.close(),
        ):
            good(step)
