"""A case and what people do with its time. Imports no fixture."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime

from civigrid.base import db, ledger
from civigrid.base.errors import Outcome
from civigrid.cases.models import Ask, Clock
from civigrid.cases.rules import (
    Answering,
    Arriving,
    AskWithdrawn,
    Deciding,
    Exhibit,
    ExtensionAsked,
    Lifting,
    Resuming,
    Supervising,
    SuspensionAsked,
)
from civigrid.flow import clocks
from tests.cases.replayed import stored_is_replayed
from tests.flow.stories import KEPT, Told, good

CHEN, ZHAO, WANG, MENG = "承办人小陈", "联络员小赵", "派遣员老王", "派遣员小孟"
CHIEF, ZHENG, SHEN, LEADER = "值班长", "值班长老郑", "社治委老沈", "分管副市长"


def beijing(text: str) -> datetime:
    """A moment of November or December 2026 by the city's clocks."""
    return datetime.fromisoformat(f"{text}+08:00").astimezone(UTC)


class Timed(Told):
    """Dispatched to the roads unit at 9:00 on Monday 23 November: five working days end on Monday 30, at 17:30."""

    @classmethod
    def taken(cls, town: object, **changes: object) -> Timed:
        """And accepted by 承办人小陈."""
        case = cls(town, **{"matter": "A01", "unit_id": town.units["roads"], **changes})  # type: ignore[arg-type,attr-defined]
        good(case.take(CHEN))
        return case

    def at(self, text: str) -> Timed:
        """The clock of the world is put on, and the worker sweeps."""
        self.now = beijing(text)
        clocks.sweep(now=self.now)
        case_id = self.row.pk
        with db.system():
            assert stored_is_replayed(case_id, now=self.now)
        return self

    def clock(self, kind: str = "finish", *, of_task: bool = False) -> Clock:
        with db.system():
            return Clock.objects.get(case__number=self.number, kind=kind, task__isnull=not of_task)

    @property
    def dues(self) -> tuple[datetime, datetime]:
        """The promise, and the unit's time."""
        return self.clock().due_at, self.clock(of_task=True).due_at

    @property
    def asks(self) -> list[tuple[str, str]]:
        with db.system():
            return list(Ask.objects.filter(case__number=self.number).order_by("id").values_list("kind", "state"))

    def lines(self, verb: str) -> list[ledger.Entry]:
        case_id = self.row.pk
        with db.system():
            return [entry for entry in ledger.read("case", case_id) if entry.verb == verb]

    def arrive(
        self, who: str = CHEN, how: str = "on_site", text: str = "", shown: Sequence[Exhibit] = ()
    ) -> list[Outcome]:
        return self.do("arrive", who, Arriving, self.task.pk, how, text, tuple(shown), kept=KEPT)

    def ask_more(self, who: str = CHEN, amount: int = 2, text: str = "连日大雨，无法施工") -> list[Outcome]:
        return self.do("ask_extension", who, ExtensionAsked, self.task.pk, amount, text)

    def decide_more(self, who: str = WANG, *, yes: bool = True, text: str = "情况属实") -> list[Outcome]:
        return self.do("decide_extension", who, Deciding, yes, text)

    def ask_rest(self, who: str = CHEN, until: str = "2027-03-01", text: str = "待管线迁改后施工") -> list[Outcome]:
        return self.do("ask_suspension", who, SuspensionAsked, date.fromisoformat(until), text)

    def decide_rest(self, who: str, *, yes: bool = True, text: str = "同意挂账") -> list[Outcome]:
        return self.do("decide_suspension", who, Deciding, yes, text)

    def suspended(self, until: str = "2027-03-01") -> Timed:
        for step in (self.ask_rest(until=until), self.decide_rest(WANG), self.decide_rest(CHIEF)):
            good(step)
        return self

    def withdraw(self, who: str = CHEN, kind: str = "extension") -> list[Outcome]:
        return self.do("withdraw_ask", who, AskWithdrawn, kind, "")

    def resume(self, who: str = WANG, text: str = "管线已迁改") -> list[Outcome]:
        return self.do("resume", who, Resuming, text)

    def supervise(self, who: str = CHIEF, rung: int = 3, days: int = 2, text: str = "请说明进展") -> list[Outcome]:
        return self.do("supervise", who, Supervising, rung, text, days)

    def answer(self, who: str = CHEN, text: str = "材料已到，周五完工") -> list[Outcome]:
        return self.do("answer_supervision", who, Answering, self.task.pk, text)

    def lift(self, who: str = CHIEF, text: str = "已回复") -> list[Outcome]:
        return self.do("lift", who, Lifting, text)
