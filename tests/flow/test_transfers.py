"""转出 with what comes back, and 先转后录: whoever is in danger is helped before anything is written down."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from civigrid.base import db
from civigrid.base.errors import Outcome
from civigrid.cases import queries as case_queries
from civigrid.cases.queries import CaseView
from civigrid.cases.rules import Form, Supervising, Supervision, TargetSaid, Transferring
from civigrid.directory.rules import Actor, Role
from civigrid.flow import pipeline, registration, timeline, transfers, verbs
from civigrid.intake import queries as reports
from civigrid.intake.rules import Called, Channel, Choice, RawReport, Receipt, ReportKind, TransferRow
from tests.cases.replayed import stored_is_replayed
from tests.flow.desk import (
    CHIEF,
    HANDLER,
    LAMP,
    LI,
    NOW,
    TOWN_LI,
    WANG,
    became,
    call,
    codes,
    load,
    made,
    number_of,
    record,
    registered,
    rows,
    told,
    unit,
)

LATER = NOW + timedelta(hours=3)
WAGES = "工钱要了半年没人理,我现在就在楼顶,活不下去了。"
GAS = "楼道里一股煤气味,我都头晕了,在江岸华庭5栋。"
LIFT = "我被关在电梯里了,手机快没电了,云汀公馆二期。"


@pytest.fixture(autouse=True)
def city(db: None) -> None:
    load()


def case_of(number: str) -> CaseView:
    with db.system():
        found = case_queries.access_case(number, now=LATER)
    assert found is not None
    return found


def asked() -> list[TransferRow]:
    with db.system():
        return reports.calls_asked()


def became_later(report_id: int) -> str:
    with db.system():
        return reports.disposed([report_id])[report_id].kind.value


class TestOfAReport:
    def sent(self) -> tuple[int, TransferRow]:
        raw = call("G99高速青峰服务区厕所没水", ReportKind.COMPLAINT)
        report_id = made(registered(raw, Choice.TRANSFER, "请邻市处理", unit_id=unit("9909"))).report_id
        with db.system():
            [row] = reports.transfers_of_reports([report_id])
        return report_id, row

    def say(self, row: TransferRow, state: str, text: str = "", by: Actor = LI) -> str:
        [outcome] = transfers.receipt([Receipt(row.id, state, text)], actor=by, now=LATER)
        return outcome.code

    def test_received_and_answered_it_stays_transferred_and_the_answer_is_told(self) -> None:
        report_id, row = self.sent()
        assert self.say(row, "received") == ""
        assert self.say(row, "answered", "已供水") == ""
        assert became_later(report_id) == "transferred"
        assert told(report_id)[-2:] == ["transfer_received", "transfer_answered"]
        assert record("report", report_id)[-1].text == "已供水"
        with db.system():
            assert reports.without_receipt() == []

    def test_refused_it_waits_again_for_a_person(self) -> None:
        report_id, row = self.sent()
        assert self.say(row, "refused", "属国铁路段") == ""
        assert became_later(report_id) == "waiting"
        assert rows("SELECT reason FROM intake_disposition") == [("target_refused",)]
        assert self.say(row, "received") == "no_such_turn"

    @pytest.mark.parametrize(("state", "text", "code"), [
        ("refused", " ", "words_needed"), ("answered", "", "words_needed"), ("sent", "", "unknown_code"),
        ("lost", "", "unknown_code"),
    ])  # fmt: skip
    def test_what_is_no_receipt_is_refused(self, state: str, text: str, code: str) -> None:
        assert self.say(self.sent()[1], state, text) == code

    def test_who_has_no_business_learns_nothing(self) -> None:
        _, row = self.sent()
        assert self.say(row, "received", by=TOWN_LI) == "no_such_transfer"
        assert self.say(row, "received", by=HANDLER) == "no_such_transfer"
        assert codes(transfers.receipt([Receipt(10**9, "received")], actor=LI, now=LATER)) == ["no_such_transfer"]

    def test_those_without_a_receipt_the_oldest_first(self) -> None:
        ids = [self.sent()[1].id for _ in range(3)]
        self.say(TransferRow(ids[0], 0, None, "", "", "", NOW, 0, None, None, None), "received")
        with db.scoped(LI.scope):
            assert [row.id for row in reports.without_receipt()] == ids[1:]
        with db.scoped(TOWN_LI.scope):
            assert reports.without_receipt() == []


class TestOfACase:
    def do(self, verb: str, form: Form, by: Actor = LI) -> Outcome:
        [outcome] = getattr(verbs, verb)(actor=by, items=[form], now=LATER)
        assert isinstance(outcome, Outcome)
        return outcome

    def sent(self) -> tuple[str, int]:
        first = registered(call(LAMP))
        registered(call(LAMP, phone="13711112222"))
        number = number_of(first)
        assert self.do("transfer", Transferring(number, 1, unit("9909"), "路灯属邻市管养")).ok
        return number, made(first).report_id

    def test_the_case_ends_and_every_report_of_it_is_transferred(self) -> None:
        number, _ = self.sent()
        case = case_of(number)
        assert (case.facts.stage, case.facts.side, case.facts.closed_at) == ("evaluate", "transferred", LATER)
        assert rows("SELECT kind, count(*) FROM intake_disposition GROUP BY 1") == [("transferred", 2)]
        assert rows("SELECT number, state, service FROM intake_transfer") == [(number, "sent", "")]
        assert rows("SELECT count(*) FROM cases_clock WHERE stopped_at IS NULL") == [(0,)]

    def test_refused_it_goes_on_where_it_stood_with_its_promise(self) -> None:
        number = number_of(registered(call(LAMP, matter_code="C0118")))
        before = case_of(number)
        self.do("transfer", Transferring(number, 1, unit("9909"), "路灯属邻市管养"))
        assert self.do("receipt", TargetSaid(number, 2, "received")).ok
        assert self.do("receipt", TargetSaid(number, 3, "refused", "不属我市")).ok
        after = case_of(number)
        assert (after.facts.stage, after.facts.side, after.facts.waits_for) == (
            before.facts.stage, "returned", before.facts.waits_for,
        )  # fmt: skip
        assert after.closed_at is None and after.facts.reopened == 0
        assert before.clock and after.clock
        assert (after.clock.due_at, after.clock.stopped_at) == (before.clock.due_at, None)
        with db.system():
            stored_is_replayed(after.facts.id, now=LATER)
        assert rows("SELECT kind, numbers FROM intake_disposition") == [("opened", [number])]
        assert [line.entry.verb for line in after.entries] == ["opened", "transferred", "receipt", "receipt"]
        assert self.do("transfer", Transferring(number, 4, unit("9204"), "属信访事项")).ok  # to somebody else

    def test_the_grid_chief_who_sent_it_takes_what_comes_back(self) -> None:
        """What the case says and what its transfer says are one, whoever of the desk writes it down."""
        chief = replace(CHIEF, account_id=906, role=Role.GRID_CHIEF)
        number = number_of(registered(call(LAMP, matter_code="C0118")))
        assert self.do("transfer", Transferring(number, 1, unit("9909"), "路灯属邻市管养"), chief).ok
        assert self.do("receipt", TargetSaid(number, 2, "refused", "不属我市"), chief).ok
        assert rows("SELECT state FROM intake_transfer") == [("refused",)]
        assert rows("SELECT kind FROM intake_disposition") == [("opened",)]

    def test_refused_an_answer_that_was_awaited_is_awaited_again(self) -> None:
        number = number_of(registered(call(LAMP, matter_code="C0118")))
        supervising = Supervising(number, 1, Supervision.ORDER.value, "请三日内答复", 3)
        assert codes(verbs.supervise(actor=CHIEF, items=[supervising], now=NOW)) == [""]
        self.do("transfer", Transferring(number, 2, unit("9909"), "路灯属邻市管养"))
        assert self.do("receipt", TargetSaid(number, 3, "refused", "不属我市")).ok
        running = "SELECT kind FROM cases_clock WHERE stopped_at IS NULL ORDER BY kind"
        assert rows(running) == [("answer",), ("finish",)]

    def test_answered_it_stays_ended(self) -> None:
        number, report_id = self.sent()
        assert self.do("receipt", TargetSaid(number, 2, "answered", "已修复")).ok
        assert case_of(number).facts.stage == "evaluate"
        assert record("report", report_id)[-1].verb == "transfer_answered"
        assert self.do("receipt", TargetSaid(number, 3, "refused", "不办")).code == "no_such_turn"

    def test_every_reporter_of_it_is_told_where_it_went_and_what_came_of_it(self) -> None:
        number, first = self.sent()
        with db.system():
            [part] = [each for each in case_queries.parts([number])[number] if each.report_id != first]
        self.do("receipt", TargetSaid(number, 2, "answered", "已修复"))
        for report_id in (first, part.report_id):
            said = [(each.what.value, each.number, each.text) for each in timeline.of_report(report_id)]
            assert said[-2:] == [("transferred", number, ""), ("transfer_answered", number, "已修复")]
            assert len(said) == len(set(said))

    def test_the_receipt_of_a_case_is_given_on_its_page(self) -> None:
        number, _ = self.sent()
        with db.system():
            [row] = reports.transfers_of(number)
        [outcome] = transfers.receipt([Receipt(row.id, "received")], actor=LI, now=LATER)
        assert (outcome.code, outcome.facts) == ("case_has_it", {"number": number})

    def test_who_may_not_and_where_not(self) -> None:
        number = number_of(registered(call(LAMP)))
        form = Transferring(number, 1, unit("9909"), "请办")
        assert self.do("transfer", form, HANDLER).code == "unknown_case"
        assert self.do("transfer", form, TOWN_LI).code == "unknown_case"
        assert self.do("transfer", Transferring(number, 1, unit("4003"), "请办")).code == "takes_no_transfers"
        assert self.do("transfer", Transferring(number, 1, unit("9909"), " ")).code == "words_needed"
        assert self.do("receipt", TargetSaid(number, 1, "received")).code == "wrong_stage"
        assert self.do("transfer", form, WANG).ok
        assert self.do("transfer", form).state == "stale"

    def test_not_to_whom_it_complains_of(self) -> None:
        raw = call("窗口不理人", ReportKind.COMPLAINT, target_text="法院立案窗口")
        number = number_of(registered(raw))
        assert self.do("transfer", Transferring(number, 1, unit("9201"), "请办")).code == "target_is_unit"


class TestInDanger:
    def test_gas_is_said_before_anything_is_stored(self) -> None:
        """6: 119 and the gas company first; the case opens beside it, critical, whatever is known of it."""
        advice = registration.advice(GAS, now=NOW)
        assert advice is not None
        assert [(each.service, each.unit_id) for each in advice.calls] == [
            ("119", unit("9119")),
            ("gas_supply", unit("5003")),
        ]
        assert [each.service for each in advice.besides] == ["120"]
        assert rows("SELECT count(*) FROM intake_report") == [(0,)]
        number = number_of(registered(call(GAS)))
        case = case_of(number)
        assert (case.urgency, case.first_report_id) == (1, asked()[0].report_id)
        assert [(row.service, row.number, row.state) for row in asked()] == [
            ("119", number, "asked"),
            ("gas_supply", number, "asked"),
        ]

    def test_a_call_is_marked_with_its_time_once(self) -> None:
        """7: 我被关在电梯里了; the pack names no unit for the lift's maintenance, which is called all the same."""
        number = number_of(registered(call(LIFT)))
        first, helper = asked()
        assert (first.service, helper.service, helper.unit_id) == ("119", "lift_maintenance", None)
        made_at = NOW - timedelta(minutes=2)  # 先转后录: before it was written down
        assert codes(transfers.call([Called(first.id, made_at, "消防已出车")], actor=LI, now=NOW)) == [""]
        assert codes(transfers.call([Called(first.id, made_at)], actor=LI, now=NOW)) == ["no_such_turn"]
        assert [row.service for row in asked()] == ["lift_maintenance"]
        line = case_of(number).entries[-1].entry
        assert (line.verb, line.text, line.facts["called_at"]) == ("called", "消防已出车", made_at.isoformat())
        assert codes(transfers.receipt([Receipt(first.id, "answered", "已救出")], actor=LI, now=LATER)) == [""]
        case = case_of(number)
        assert (case.facts.closed, case.entries[-1].entry.verb) == (False, "receipt")
        assert became_later(first.report_id) == "opened"

    def test_who_stands_on_a_roof_is_answered_by_nobody_else_than_110(self) -> None:
        """8: whatever it is about, the chief and 110 at once; the wages are a case."""
        for choice, more, code in (
            (Choice.WAIT, {"reason": "place"}, "danger_goes_on"),
            (Choice.REFUSE, {"reason": "N1"}, "danger_goes_on"),
            (Choice.TRANSFER, {"unit_id": unit("9110")}, "danger_goes_on"),
            (Choice.ANSWER, {}, "danger_goes_on"),
            (Choice.INVALID, {"reason": "harassment"}, "chief_decides"),
        ):
            assert registered(call(WAGES, ReportKind.CONSULT), choice, "请稍候", **more).code == code
        outcome = registered(call(WAGES))
        assert (became(outcome), [row.service for row in asked()]) == ("opened", ["110"])
        assert case_of(number_of(outcome)).urgency == 1

    def test_that_there_is_no_danger_the_chief_says_in_words(self) -> None:
        invalid: dict[str, Any] = {"reason": "harassment"}
        assert registered(call(WAGES), Choice.INVALID, "", by=CHIEF, **invalid).code == "words_needed"
        assert (
            became(registered(call(WAGES), Choice.INVALID, "同一号码当日第9次恶作剧", by=CHIEF, **invalid)) == "invalid"
        )
        assert asked() == []

    def test_twenty_callers_of_one_danger_are_one_call(self) -> None:
        for n in range(20):
            registered(call(GAS, phone=f"1371111{n:04}"))
        assert len(asked()) == 2
        assert rows("SELECT count(*) FROM cases_case") == [(1,)]

    def test_an_idiom_asks_for_no_call(self) -> None:
        for text in ("这个消防通道被占,万一着火了怎么办", "楼下烧烤店每天音响吵得要命,救救我们的睡眠", "今天股市大火"):
            assert registration.advice(text, now=NOW) is None
            registered(call(text, ReportKind.COMPLAINT))
        assert asked() == []

    def test_a_file_of_the_past_and_what_is_long_over_ask_for_no_call(self) -> None:
        raws = [
            RawReport(Channel.IMPORT, "1", "01", text=GAS),
            RawReport(Channel.PUBLIC, "2", "02", text=GAS + "!", occurred_at=NOW - timedelta(days=1)),
        ]
        with db.system():
            ids = [each.made for each in pipeline.receive(raws, now=NOW)]
        with db.system():
            pipeline.process(ids, now=NOW)
        assert asked() == []
        assert rows("SELECT DISTINCT urgency FROM cases_case") == [(1,)]

    @pytest.mark.parametrize("at", [NOW + timedelta(hours=1), NOW - timedelta(days=2), NOW.replace(tzinfo=None)])
    def test_no_call_at_a_time_that_cannot_be(self, at: object) -> None:
        registered(call(GAS))
        [outcome] = transfers.call([Called(asked()[0].id, at)], actor=LI, now=NOW)  # type: ignore[arg-type]
        assert outcome.code in {"absurd_time", "time_without_zone"}

    def test_a_stranger_marks_nothing(self) -> None:
        registered(call(GAS))
        for person, code in ((HANDLER, "no_such_transfer"), (TOWN_LI, "no_such_transfer")):
            assert codes(transfers.call([Called(asked()[0].id, NOW)], actor=person, now=NOW)) == [code]
