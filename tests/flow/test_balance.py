"""The day's balance: reports = the sum of their dispositions and those that have none yet, whatever happens to them."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta
from itertools import count

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from civigrid.base import db, ledger
from civigrid.base.errors import Outcome
from civigrid.cases.models import Case
from civigrid.cases.rules import EndWithdrawn, Joining, Refusal, TargetSaid, Transferring
from civigrid.flow import registration, transfers, verbs
from civigrid.flow.registration import Redecision, Registration
from civigrid.intake import actions as intake
from civigrid.intake import queries as reports
from civigrid.intake.models import Disposition, Pending
from civigrid.intake.rules import Choice, Decision, DispositionKind, Receipt, ReportKind
from tests.flow.desk import CHIEF, LAMP, LI, NOW, call, load, made, rows, unit

DAY = NOW + timedelta(days=1)
TEXTS = (LAMP, "停水了", "楼下音响吵", "社保怎么转?", "谢谢师傅", "低息贷款", "楼道里一股煤气味,我都头晕了")
REASONS = ["N1", "N7", "place", "contact", "test", "silent", ""]


_worlds = count(1)


class World:
    """A desk at work: every step is one that people do, done to whatever there is."""

    def __init__(self) -> None:
        self.outside, self.now, self.name = unit("9909"), NOW, next(_worlds)
        with db.system():
            self.stored = reports.count()  # those of the walks before

    def step(self, what: str, pick: int, choice: Choice, reason: str, kind: ReportKind) -> None:
        self.now += timedelta(minutes=1)
        getattr(self, what)(pick, choice, reason, kind)

    def register(self, pick: int, choice: Choice, reason: str, kind: ReportKind) -> None:
        raw = call(TEXTS[pick % len(TEXTS)], kind, phone=f"1390000{pick % 4:04}", key=f"k{self.name}-{pick % 40}")
        before = self.known(raw.key)
        [outcome] = registration.register(
            [Registration(raw, self.decision(pick, choice, reason))], actor=LI, now=self.now
        )
        if outcome.ok and outcome.code != "repeated":
            assert not before and made(outcome).disposed is not None
            self.stored += 1

    def known(self, key: str) -> bool:
        return bool(rows(f"SELECT 1 FROM intake_report WHERE channel = 'desk' AND key = '{key}'"))

    def decision(self, pick: int, choice: Choice, reason: str) -> Decision:
        return Decision(choice, "说明", reason, self.outside, self.case(pick)[0])

    def case(self, pick: int) -> tuple[str, int]:
        with db.system():
            found = list(Case.objects.order_by("id").values_list("number", "version"))
        return found[pick % len(found)] if found else ("", 0)

    def redecide(self, pick: int, choice: Choice, reason: str, kind: ReportKind) -> None:
        with db.system():
            waiting = [row.report_id for row in reports.waiting()] + [row.report_id for row in reports.parked()]
        if waiting:
            item = Redecision(waiting[pick % len(waiting)], self.decision(pick, choice, reason))
            registration.redecide([item], actor=CHIEF, now=self.now)

    def park(self, pick: int, choice: Choice, reason: str, kind: ReportKind) -> None:
        with db.system():
            [stored] = intake.record([call(TEXTS[pick % len(TEXTS)], kind, key=f"p{self.name}-{pick}")], now=self.now)
            if stored.code != "repeated" and stored.ok:
                self.stored += 1
                for _ in range(3):
                    intake.fail([stored.made], ["boom"], now=self.now)

    def join(self, pick: int, choice: Choice, reason: str, kind: ReportKind) -> None:
        (number, version), (into, _) = self.case(pick), self.case(pick // 7)
        verbs.join(actor=CHIEF, items=[Joining(number, version, into)], now=self.now)

    def refuse(self, pick: int, choice: Choice, reason: str, kind: ReportKind) -> None:
        verbs.refuse_acceptance(actor=LI, items=[Refusal(*self.case(pick), "N1", "见办法")], now=self.now)

    def transfer(self, pick: int, choice: Choice, reason: str, kind: ReportKind) -> None:
        verbs.transfer(actor=LI, items=[Transferring(*self.case(pick), self.outside, "请办")], now=self.now)

    def receipt(self, pick: int, choice: Choice, reason: str, kind: ReportKind) -> None:
        state = ("received", "refused", "answered")[pick % 3]
        verbs.receipt(actor=LI, items=[TargetSaid(*self.case(pick), state, "说明")], now=self.now)
        with db.system():
            sent = reports.without_receipt()
        transfers.receipt([Receipt(row.id, state, "说明") for row in sent[:1]], actor=LI, now=self.now)

    def end(self, pick: int, choice: Choice, reason: str, kind: ReportKind) -> None:
        verbs.end_withdrawn(actor=CHIEF, items=[EndWithdrawn(*self.case(pick))], now=self.now)

    def check(self) -> None:
        with db.system():
            balance = reports.balance(NOW, DAY)
            assert balance.whole and balance.reports == self.stored
            assert balance.undisposed == Pending.objects.count()  # nothing is lost between the two
            both = set(Pending.objects.values_list("report_id")) & set(Disposition.objects.values_list("report_id"))
            assert both == set()
            at_work = Disposition.objects.filter(kind__in=[DispositionKind.OPENED, DispositionKind.JOINED])
            assert not at_work.filter(numbers=[]).exists()
            assert ledger.verify().ok


STEPS = ["register"] * 6 + ["redecide", "redecide", "park", "join", "refuse", "transfer", "receipt", "end"]
steps = st.tuples(
    st.sampled_from(STEPS),
    st.integers(0, 500),
    st.sampled_from([*Choice, Choice.PROCESS, Choice.PROCESS]),
    st.sampled_from(REASONS),
    st.sampled_from(ReportKind),
)


@pytest.fixture
def city(db: None) -> None:
    load()


@pytest.mark.usefixtures("city")
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(steps, min_size=5, max_size=30))
def test_it_is_whole_after_whatever_people_do(walk: list[tuple[str, int, Choice, str, ReportKind]]) -> None:
    world = World()
    for step in walk:
        world.step(*step)
    world.check()


@pytest.fixture
def committed(fresh_db: str) -> Iterator[None]:
    load()
    yield


@pytest.mark.usefixtures("committed")
def test_one_key_from_eight_desks_at_once_is_one_report_with_one_outcome() -> None:
    """A double click, a retry and a colleague: whoever is first decides, everybody hears the same."""
    choices = [
        Decision(Choice.ANSWER, "窗口办理"), Decision(Choice.PROCESS), Decision(Choice.WAIT, "等", "place"),
        Decision(Choice.INVALID, "", "test"),
    ]  # fmt: skip
    raw = call("社保怎么转?", ReportKind.CONSULT, key="same")
    outcomes: list[Outcome] = []
    barrier = threading.Barrier(8)

    def desk(place: int) -> None:
        try:
            barrier.wait(10)
            outcomes.extend(registration.register([Registration(raw, choices[place % 4])], actor=LI, now=NOW))
        finally:
            connection.close()

    threads = [threading.Thread(target=desk, args=(place,)) for place in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(each.code for each in outcomes) == ["", *["repeated"] * 7]
    assert len({made(each) for each in outcomes}) == 1
    assert rows("SELECT count(*) FROM intake_report") == rows("SELECT count(*) FROM intake_disposition") == [(1,)]
    with db.system():
        assert reports.balance(NOW, DAY).whole
        assert ledger.verify().ok


@pytest.mark.usefixtures("committed")
def test_two_who_decide_about_one_waiting_report_decide_once() -> None:
    report_id = made(
        registration.register(
            [Registration(call("路口的灯"), Decision(Choice.WAIT, "路口不明", "place"))], actor=LI, now=NOW
        )[0]
    ).report_id
    outcomes: list[Outcome] = []
    barrier = threading.Barrier(2)

    def decide(decision: Decision) -> None:
        try:
            barrier.wait(10)
            outcomes.extend(registration.redecide([Redecision(report_id, decision)], actor=LI, now=NOW))
        finally:
            connection.close()

    both = [Decision(Choice.PROCESS), Decision(Choice.INVALID, "", "mistake")]
    threads = [threading.Thread(target=decide, args=(each,)) for each in both]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(each.code for each in outcomes) == ["", "decided_already"]
    assert rows("SELECT count(*) FROM intake_pending") == [(0,)]
