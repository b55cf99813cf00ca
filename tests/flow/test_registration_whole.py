"""One call, several demands: everything of a submission stands, or nothing of it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from civigrid.base import db, ledger
from civigrid.base.errors import Outcome
from civigrid.cases import actions as case_actions
from civigrid.cases import queries as cases
from civigrid.catalog import queries as catalog
from civigrid.directory.rules import Actor
from civigrid.flow import registration
from civigrid.flow.besides import Besides
from civigrid.flow.registration import Registration
from civigrid.intake.rules import Choice, RawReport, ReportKind
from tests.flow.desk import LAMP, LI, NOW, WANG, call, decide, load, made, number_of, registered, rows

TABLES = (
    "intake_report", "intake_contact", "intake_disposition", "intake_pending", "cases_case", "cases_report",
    "cases_joining", "cases_clock", "base_event", "ledger_line",
)  # fmt: skip


@pytest.fixture
def city(db: None) -> None:
    load()


def matter(code: str) -> int:
    with db.system():
        return catalog.matters_by_code(NOW.date())[code].id


def asking(raw: RawReport, *matters: int, same: str = "", choice: Choice = Choice.PROCESS) -> Registration:
    return Registration(raw, decide(choice, reason="test"), Besides(matters, same))


def whole(raw: RawReport, *codes: str, same: str = "", by: Actor = LI) -> Outcome:
    item = asking(raw, *(matter(code) for code in codes), same=same)
    [outcome] = registration.register([item], actor=by, now=NOW)
    return outcome


def stored() -> dict[str, int]:
    return {table: rows(f"SELECT count(*) FROM {table}")[0][0] for table in TABLES}  # our own names


def about(numbers: tuple[str, ...]) -> set[int | None]:
    with db.system():
        return {held.case.matter_id for held in cases.hold(numbers, on=NOW.date()).values()}


def numbers_of(outcome: Outcome) -> tuple[str, ...]:
    disposed = made(outcome).disposed
    assert disposed is not None
    return disposed.numbers


@pytest.mark.usefixtures("city")
class TestWhole:
    def test_each_demand_has_a_case_of_its_own(self) -> None:
        outcome = whole(call(LAMP, matter_code="C0118"), "E0101", "H0103")
        assert len(numbers_of(outcome)) == 3
        assert about(numbers_of(outcome)) == {matter("C0118"), matter("E0101"), matter("H0103")}

    @pytest.mark.parametrize("step", ["also", "join_cases"])
    def test_a_fault_in_a_later_step_leaves_nothing_of_the_first(
        self, step: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        into = number_of(registered(call("另一件事", phone="13900009999")))
        raw, before = call(LAMP, matter_code="C0118"), stored()

        def broken(*_args: object, **_named: object) -> list[Outcome]:
            raise OSError("the line is cut")

        with monkeypatch.context() as cut:
            cut.setattr(case_actions, step, broken)
            with pytest.raises(OSError, match="cut"):
                whole(raw, "E0101", same=into)
        assert stored() == before
        assert whole(raw, "E0101", same=into).ok  # the same form, sent again
        with db.system():
            assert ledger.verify().ok

    def test_a_repeat_is_answered_as_the_first_and_makes_nothing(self) -> None:
        raw = call(LAMP, matter_code="C0118")
        first = whole(raw, "E0101")
        before = stored()
        again = whole(raw, "E0101")
        assert (again.ok, again.code, again.made) == (True, "repeated", first.made)
        assert len(numbers_of(again)) == 2
        assert stored() == before

    def test_a_refused_demand_is_named_and_nothing_stands(self) -> None:
        before, unknown = stored(), 10**9
        [refused] = registration.register([asking(call(LAMP), matter("E0101"), unknown)], actor=LI, now=NOW)
        assert (refused.code, refused.facts["demand"]) == ("unknown_matter", unknown)
        assert stored() == before

    def test_of_a_batch_only_the_refused_are_left_out(self) -> None:
        items = [
            asking(call(LAMP, matter_code="C0118"), matter("E0101")),
            asking(call("垃圾没人清"), 10**9),
            asking(call("停水两天了"), same="YT-none"),
            Registration(call("社保怎么转?", ReportKind.CONSULT), decide(Choice.ANSWER, "窗口办理")),
        ]
        outcomes = registration.register(items, actor=LI, now=NOW)
        assert [each.code for each in outcomes] == ["", "unknown_matter", "unknown_other_case", ""]
        assert [each.id for each in outcomes] == [0, 1, 2, 3]
        assert rows("SELECT count(*) FROM intake_report") == [(2,)]
        assert rows("SELECT count(*) FROM cases_case") == [(2,)]

    def test_a_case_that_is_not_there_is_joined_by_nobody(self) -> None:
        raw, before = call(LAMP, matter_code="C0118"), stored()
        refused = whole(raw, "E0101", same="YT-none")
        assert (refused.code, refused.facts["same"]) == ("unknown_other_case", "YT-none")
        assert stored() == before
        assert len(numbers_of(whole(raw, "E0101"))) == 2  # mended

    def test_what_a_case_of_the_report_is_about_already_is_not_opened_twice(self) -> None:
        first = whole(call(LAMP, matter_code="C0118", phone="13900009999"), "E0101")
        copy = whole(call(LAMP, matter_code="C0118"), "E0101")  # the same words: it joins both cases
        assert numbers_of(copy) == numbers_of(first)
        assert rows("SELECT count(*) FROM cases_case") == [(2,)]

    def test_it_is_joined_with_all_that_came_with_it(self) -> None:
        into = number_of(registered(call("路灯又坏了一盏", phone="13900009999")))
        outcome = whole(call(LAMP, matter_code="C0118"), "E0101", same=into)
        assert into in numbers_of(outcome)
        assert about(numbers_of(outcome)) >= {matter("E0101")}

    def test_what_opens_no_case_asks_for_no_more(self) -> None:
        for item in (
            asking(call("测试"), matter("E0101"), choice=Choice.INVALID),
            asking(call("测试"), same="x", choice=Choice.INVALID),
        ):
            [outcome] = registration.register([item], actor=LI, now=NOW)
            assert outcome.code == "nothing_beside"
        assert rows("SELECT count(*) FROM intake_report") == [(0,)]

    def test_whose_post_registers_nothing_opens_nothing_more(self) -> None:
        assert whole(call(LAMP), "E0101", by=WANG).code == "not_your_role"
        assert rows("SELECT count(*) FROM intake_report") == [(0,)]


def test_the_same_form_twice_at_once_is_one_report(fresh_db: str) -> None:
    load()
    asks = matter("E0101")
    for turn in range(5):
        raw, barrier = call(f"{LAMP} {turn}", matter_code="C0118"), Barrier(2)

        def send(_: int, raw: RawReport = raw, barrier: Barrier = barrier) -> Outcome:
            try:
                barrier.wait(10)
                [outcome] = registration.register([asking(raw, asks)], actor=LI, now=NOW)
                return outcome
            finally:
                connection.close()

        with ThreadPoolExecutor(2) as pool:
            one, two = pool.map(send, range(2))
        assert sorted((one.code, two.code)) == ["", "repeated"]
        assert one.made == two.made
        assert len(numbers_of(one)) == 2
    assert rows("SELECT count(*) FROM intake_report") == [(5,)]
    assert rows("SELECT count(*) FROM cases_case") == [(10,)]
    with db.system():
        assert ledger.verify().ok
