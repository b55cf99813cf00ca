"""登记: what somebody at the desk hears, and what becomes of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from civigrid.base import db
from civigrid.cases import queries as case_queries
from civigrid.cases.models import Case
from civigrid.cases.rules import EndWithdrawn, Joining, Refusal
from civigrid.directory.rules import MACHINE
from civigrid.flow import erasure, registration, timeline, verbs
from civigrid.flow.registration import Redecision, Registration
from civigrid.intake import actions as intake
from civigrid.intake import queries as reports
from civigrid.intake.rules import Choice, Decision, EraseReason, ReportKind
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


@pytest.fixture(autouse=True)
def city(db: None) -> None:
    load()


def case_of(number: str) -> case_queries.CaseView:
    with db.system():
        found = case_queries.access_case(number, now=LATER)
    assert found is not None
    return found


class TestAtOnce:
    def test_a_question_is_answered_and_opens_no_case(self) -> None:
        """18: 我从外省回来上班,以前交的社保怎么转?"""
        raw = call("我从外省回来上班,以前交的社保怎么转?", ReportKind.CONSULT)
        outcome = registered(raw, Choice.ANSWER, "在参保地办转出,窗口或网上均可。")
        assert became(outcome) == "answered"
        assert rows("SELECT count(*) FROM cases_case") == [(0,)]
        assert rows("SELECT count(*) FROM intake_pending") == [(0,)]
        last = record("report", made(outcome).report_id)[-1]
        assert (last.verb, last.text, last.account) == ("disposed", "在参保地办转出,窗口或网上均可。", LI.account_id)

    def test_the_answer_goes_with_the_question(self) -> None:
        raw = call("我从外省回来上班,以前交的社保怎么转?", ReportKind.CONSULT)
        report_id = made(registered(raw, Choice.ANSWER, "在参保地办转出")).report_id
        erasure.erase([report_id], actor=MACHINE, reason=EraseReason.EXPIRED, now=LATER)
        assert [(line.verb, line.text) for line in record("report", report_id)] == [
            ("received", ""),
            ("disposed", None),
            ("erased", ""),
            ("forget", ""),
        ]

    def test_what_belongs_to_a_court_is_not_accepted_with_the_way_told(self) -> None:
        raw = call("法院判了我不服,你们让他们改判。", ReportKind.OTHER)
        outcome = registered(raw, Choice.REFUSE, "对判决不服可在十五日内上诉。", reason="N1")
        assert became(outcome) == "not_accepted"

    def test_a_letter_about_an_officer_goes_to_the_discipline_office(self) -> None:
        raw = call("反映某镇执法队员收摊主烟酒才让摆摊。", ReportKind.TIPOFF)
        outcome = registered(raw, Choice.TRANSFER, "请依规处理", unit_id=unit("9388"))
        assert became(outcome) == "transferred"
        assert told(made(outcome).report_id) == ["received", "transferred", "disposed"]
        with db.system():
            [row] = reports.without_receipt()
        assert (row.report_id, row.unit_id, row.state) == (made(outcome).report_id, unit("9388"), "sent")

    def test_an_unclear_call_waits_visibly_for_what_is_missing(self) -> None:
        """1: no place, and which lamp?"""
        raw = call("就我们那个路口的灯,一到晚上黑漆漆的,都好几天了,你们到底管不管?", ReportKind.COMPLAINT, phone="")
        outcome = registered(raw, Choice.WAIT, "未说明路口,号码未显示", reason="place")
        with db.scoped(LI.scope):
            [row] = reports.waiting()
        assert (row.report_id, row.missing, row.by_account) == (made(outcome).report_id, "place", LI.account_id)

    def test_advertising_is_invalid(self) -> None:
        assert became(registered(call("低息贷款秒到账加微"), Choice.INVALID, reason="advertising")) == "invalid"

    def test_a_demand_goes_the_machines_way(self) -> None:
        outcome = registered(call(LAMP))
        assert became(outcome) == "opened"
        assert case_of(number_of(outcome)).first_report_id == made(outcome).report_id

    def test_nobody_but_the_desk_registers_and_nothing_is_told(self) -> None:
        first = registered(call(LAMP, key="k"))
        for person in (WANG, HANDLER):
            assert registered(call(LAMP, key="k"), by=person).code == "not_your_role"
            assert registered(call("又", key="l"), by=person).code == "not_your_role"
        assert first.ok and rows("SELECT count(*) FROM intake_report") == [(1,)]


class TestRefused:
    @pytest.mark.parametrize(
        ("kind", "decision", "code"),
        [
            (ReportKind.COMPLAINT, Decision(Choice.ANSWER, "已知悉"), "not_answered_at_once"),
            (ReportKind.TIPOFF, Decision(Choice.ANSWER, "已知悉"), "not_answered_at_once"),
            (ReportKind.CONSULT, Decision(Choice.ANSWER, "  "), "words_needed"),
            (ReportKind.CONSULT, Decision(Choice.ANSWER, "a\x00b"), "unstorable_text"),
            (ReportKind.CONSULT, Decision(Choice.ANSWER, "长" * 4001), "too_long"),
            (ReportKind.HELP, Decision(Choice.REFUSE, "不受理", reason="N9"), "reason_needed"),
            (ReportKind.HELP, Decision(Choice.REFUSE, reason="N1"), "words_needed"),
            (ReportKind.HELP, Decision(Choice.INVALID, reason="ugly"), "reason_needed"),
            (ReportKind.HELP, Decision(Choice.WAIT, "等", reason=""), "reason_needed"),
            (ReportKind.HELP, Decision(Choice.CHASE), "number_needed"),
            (ReportKind.HELP, Decision(Choice.CHASE, number="YT20261120000999"), "unknown_case"),
            (ReportKind.HELP, Decision(Choice.TRANSFER, "请办", unit_id=10**9), "takes_no_transfers"),
            (ReportKind.HELP, Decision("burn", "x"), "unknown_code"),  # type: ignore[arg-type]
        ],
    )
    def test_a_refused_decision_stores_nothing(self, kind: ReportKind, decision: Decision, code: str) -> None:
        items = [Registration(call("我家门口的事", kind), decision), Registration(call(LAMP), Decision(Choice.PROCESS))]
        refused, good = registration.register(items, actor=LI, now=NOW)
        assert (refused.code, good.ok) == (code, True)
        assert rows("SELECT count(*) FROM intake_report") == [(1,)]

    def test_a_unit_that_works_gets_tasks_and_no_transfers(self) -> None:
        assert registered(call("停水"), Choice.TRANSFER, "请办", unit_id=unit("5001")).code == "takes_no_transfers"

    def test_nobody_judges_himself(self) -> None:
        raw = call("打12388没人接", ReportKind.COMPLAINT, target_text="12388 纪检监察举报")
        assert registered(raw, Choice.TRANSFER, "请办", unit_id=unit("9388")).code == "target_is_unit"

    def test_a_bad_report_is_refused_as_by_every_door(self) -> None:
        bad = registered(call("x", key=""), Choice.INVALID, reason="test")
        assert (bad.code, bad.facts["field"]) == ("missing", "key")


class TestRepeated:
    def test_a_second_sending_returns_the_first_outcome_whatever_is_decided_then(self) -> None:
        raw = call("社保怎么转?", ReportKind.CONSULT, key="same")
        first = registered(raw, Choice.ANSWER, "窗口办理")
        asked: list[tuple[Choice, dict[str, Any]]] = [
            (Choice.INVALID, {"reason": "test"}),
            (Choice.PROCESS, {}),
            (Choice.CHASE, {"number": "none"}),  # refused now, taken then
        ]
        for choice, more in asked:
            again = registered(raw, choice, **more)
            assert (again.code, again.ok, again.made) == ("repeated", True, first.made)
        assert told(made(first).report_id) == ["received", "disposed"]

    def test_other_words_under_the_key_are_refused(self) -> None:
        registered(call("社保怎么转?", ReportKind.CONSULT, key="same"), Choice.ANSWER, "窗口办理")
        assert registered(call("水管爆了", key="same")).code == "key_reused"
        assert registered(call("水管爆了", key="same"), Choice.ANSWER, "好").code == "not_answered_at_once"

    def test_of_two_in_one_batch_the_first_decides(self) -> None:
        raw = call("社保怎么转?", ReportKind.CONSULT, key="same")
        items = [Registration(raw, Decision(Choice.ANSWER, "窗口办理")), Registration(raw, Decision(Choice.PROCESS))]
        one, two = registration.register(items, actor=LI, now=NOW)
        assert (one.code, two.code, one.made) == ("", "repeated", two.made)


class TestOwnCase:
    """4: 我打了五遍了!街道说找城管,城管说找环保,你们是不是踢皮球?今天不给说法我就天天打!"""

    FIFTH = "我打了五遍了!街道说找城管,城管说找环保,你们是不是踢皮球?今天不给说法我就天天打!"

    def opened(self) -> str:
        return number_of(registered(call(LAMP)))

    def test_who_chases_his_own_case_opens_no_new_one(self) -> None:
        number = self.opened()
        for _ in range(3):
            outcome = registered(call(self.FIFTH, ReportKind.COMPLAINT, "+86 13900001234"), Choice.CHASE, number=number)
            assert (became(outcome), number_of(outcome)) == ("chased", number)
        case = case_of(number)
        assert (case.chased, len(case.reports), case.facts.version) == (3, 4, 1)
        assert [line.entry.verb for line in case.entries] == ["opened", "chased", "chased", "chased"]
        assert case.entries[-1].entry.facts == {"report": made(outcome).report_id}
        assert rows("SELECT count(*) FROM cases_case") == [(1,)]
        assert rows("SELECT count(*) FROM base_event WHERE topic = 'case.chased'") == [(3,)]

    def test_who_chased_is_told_what_becomes_of_it_after(self) -> None:
        number = self.opened()
        chase = made(registered(call(self.FIFTH, ReportKind.COMPLAINT), Choice.CHASE, number=number)).report_id
        verbs.refuse_acceptance(actor=LI, items=[Refusal(number, 1, "N3", "上月已办结")], now=LATER)
        assert [each.what.value for each in timeline.of_report(chase)][-1] == "not_accepted"
        assert rows(f"SELECT kind FROM intake_disposition WHERE report_id = {chase}") == [("chased",)]

    @pytest.mark.parametrize("phone", ["13900009999", "", "不详"])
    def test_nobody_else_chases_it(self, phone: str) -> None:
        number = self.opened()
        assert registered(call(self.FIFTH, phone=phone), Choice.CHASE, number=number).code == "not_own_case"

    def test_placeholder_numbers_make_nobody_an_owner(self) -> None:
        """Thousands of callers without a number would own each other's cases."""
        for phone in ("00000000000", "110", "1"):
            number = number_of(registered(call(LAMP + phone, phone=phone)))
            assert registered(call(self.FIFTH, phone=phone), Choice.WITHDRAW, number=number).code == "not_own_case"

    @pytest.mark.parametrize("choice", [Choice.CHASE, Choice.SUPPLEMENT, Choice.WITHDRAW])
    def test_what_is_confidential_does_not_go_into_an_ordinary_case(self, choice: Choice) -> None:
        """There, whoever handles the case would read it."""
        number = self.opened()
        assert registered(call(self.FIFTH, confidential=True), choice, number=number).code == "confidential_apart"
        assert case_of(number).chased == 0
        apart = number_of(registered(call("有人举报", confidential=True)))
        assert registered(call("再说一点", confidential=True), choice, number=apart).ok

    def test_a_supplement_is_marked_for_who_has_the_task(self) -> None:
        litter = call("垃圾没人清", matter_code="E0101", lon=120.005, lat=30.005)
        at_work = number_of(registered(replace(litter, source="06")))  # dispatched by itself
        for number, fresh in ((at_work, True), (self.opened(), False)):
            registered(call("刚才说错了, 是5号楼"), Choice.SUPPLEMENT, number=number, now=LATER)
            [came] = [each for each in case_of(number).came.values() if each.how]
            assert (came.how, came.at, came.fresh) == ("supplemented", LATER, fresh)
        assert case_of(at_work).facts.stage == "handle"

    def test_who_withdraws_does_not_close_it_but_the_chief_may(self) -> None:
        number = self.opened()
        end = [EndWithdrawn(number, 1, "来电人已撤诉")]
        assert codes(verbs.end_withdrawn(actor=CHIEF, items=end, now=NOW)) == ["not_withdrawn"]
        assert became(registered(call("已经好了不用管了"), Choice.WITHDRAW, number=number)) == "withdrawn"
        case = case_of(number)
        assert (case.facts.stage, case.facts.withdrawn, case.withdrew) == ("accept", True, 1)
        assert codes(verbs.end_withdrawn(actor=LI, items=end, now=NOW)) == ["not_your_role"]
        assert codes(verbs.end_withdrawn(actor=CHIEF, items=end, now=NOW)) == [""]
        assert (case_of(number).facts.stage, case_of(number).outcome) == ("evaluate", "withdrawn")

    def test_while_another_still_asks_it_goes_on(self) -> None:
        number = self.opened()
        registered(call(LAMP, phone="13711112222"))  # the same words: it joins
        registered(call("已经好了不用管了"), Choice.WITHDRAW, number=number)
        assert not case_of(number).facts.withdrawn
        registered(call("我也不用了", phone="13711112222"), Choice.WITHDRAW, number=number)
        assert case_of(number).facts.withdrawn
        registered(call("又坏了"), Choice.SUPPLEMENT, number=number)
        assert not case_of(number).facts.withdrawn

    def test_a_case_that_is_over_is_not_chased(self) -> None:
        number = self.opened()
        registered(call("已经好了不用管了"), Choice.WITHDRAW, number=number)
        verbs.end_withdrawn(actor=CHIEF, items=[EndWithdrawn(number, 1)], now=NOW)
        outcome = registered(call("怎么还没好"), Choice.CHASE, number=number)
        assert (outcome.code, outcome.facts) == ("case_over", {"number": number})

    def test_the_number_he_was_given_leads_to_where_his_case_goes_on(self) -> None:
        old, into = self.opened(), number_of(registered(call("路灯又坏了一盏", phone="13711112222")))
        assert codes(verbs.join(actor=CHIEF, items=[Joining(old, 1, into)], now=NOW)) == [""]
        assert number_of(registered(call(self.FIFTH), Choice.CHASE, number=old)) == into
        assert case_of(into).chased == 1

    def test_the_desk_of_another_area_sees_no_case_there(self) -> None:
        assert registered(call("催"), Choice.CHASE, number=self.opened(), by=TOWN_LI).code == "unknown_case"

    def test_who_complains_of_the_unit_at_work_is_not_shown_to_it(self) -> None:
        number, at_work = self.opened(), unit("4003")
        with db.system():
            Case.objects.filter(number=number).update(unit_ids=[at_work])
        raw = call("修路灯的人态度差", ReportKind.COMPLAINT, target_text="路灯管理所")
        assert registered(raw, Choice.CHASE, number=number).code == "target_is_unit"


class TestDecidedLater:
    def waiting(self) -> int:
        raw = call("就我们那个路口的灯,都好几天了", ReportKind.COMPLAINT)
        return made(registered(raw, Choice.WAIT, "路口不明", reason="place")).report_id

    def later(self, report_id: int, choice: Choice, text: str = "", **more: object) -> str:
        item = Redecision(report_id, Decision(choice, text, **more))  # type: ignore[arg-type]
        [outcome] = registration.redecide([item], actor=more.pop("by", LI), now=LATER)  # type: ignore[arg-type]
        return outcome.code or became(outcome)

    def test_it_goes_to_work_when_the_place_is_known(self) -> None:
        report_id = self.waiting()
        assert self.later(report_id, Choice.PROCESS) == "opened"
        assert told(report_id) == ["received", "disposed", "disposed"]
        with db.scoped(LI.scope):
            assert reports.waiting() == []

    def test_it_is_decided_once(self) -> None:
        report_id = self.waiting()
        assert self.later(report_id, Choice.INVALID, reason="mistake") == "invalid"
        assert self.later(report_id, Choice.PROCESS) == "decided_already"

    def test_it_may_wait_for_something_else(self) -> None:
        report_id = self.waiting()
        assert self.later(report_id, Choice.WAIT, "打不通", reason="contact") == "waiting"
        assert self.later(report_id, Choice.REFUSE, "多次联系不上", reason="N5") == "not_accepted"

    def test_it_turns_out_to_be_of_an_own_case(self) -> None:
        number = number_of(registered(call(LAMP)))
        assert self.later(self.waiting(), Choice.CHASE, number=number) == "chased"

    def test_a_parked_report_is_decided_by_a_person(self) -> None:
        with db.system():
            [stored] = intake.record([call("低息贷款秒到账")], now=NOW)
            for _ in range(3):
                intake.fail([stored.made], ["boom"], now=NOW)
            assert [row.report_id for row in reports.parked()] == [stored.made]
        assert self.later(stored.made, Choice.INVALID, reason="advertising") == "invalid"
        with db.system():
            assert reports.parked() == []
            assert reports.balance(NOW, LATER).whole

    def test_what_has_a_case_is_not_decided_here(self) -> None:
        report_id = made(registered(call(LAMP))).report_id
        assert self.later(report_id, Choice.INVALID, reason="test") == "decided_already"

    def test_nobody_of_a_part_of_the_city_and_nothing_that_is_not(self) -> None:
        report_id = self.waiting()
        item = Redecision(report_id, Decision(Choice.PROCESS))
        assert codes(registration.redecide([item], actor=TOWN_LI, now=LATER)) == ["not_your_role"]
        both = [item, item, Redecision(10**9, Decision(Choice.PROCESS))]
        assert codes(registration.redecide(both, actor=LI, now=LATER)) == ["", "no_such_report", "no_such_report"]

    def test_what_was_erased_has_nothing_left_to_decide_about(self) -> None:
        report_id = self.waiting()
        with db.system():
            intake.erase([report_id], now=NOW, actor=MACHINE, reason=EraseReason.EXPIRED)
        assert self.later(report_id, Choice.PROCESS) == "erased"


def test_a_hundred_take_as_many_statements_as_ten() -> None:
    number = number_of(registered(call(LAMP)))
    choices = [
        (ReportKind.CONSULT, Decision(Choice.ANSWER, "窗口办理")),
        (ReportKind.HELP, Decision(Choice.CHASE, number=number)),
        (ReportKind.HELP, Decision(Choice.REFUSE, "见办法", reason="N1")),
        (ReportKind.TIPOFF, Decision(Choice.TRANSFER, "请办", unit_id=unit("9388"))),
        (ReportKind.HELP, Decision(Choice.PROCESS)),
    ]
    counted = []
    for size in (10, 100):
        items = [Registration(call(f"第{size}-{n}件事", choices[n % 5][0]), choices[n % 5][1]) for n in range(size)]
        with CaptureQueriesContext(connection) as seen:
            assert all(each.ok for each in registration.register(items, actor=LI, now=NOW))
        counted.append(len(seen))
    assert counted[0] == counted[1] <= 70, counted
