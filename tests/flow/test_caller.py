"""The caller's own recent cases, found by the number he calls from."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from civigrid.base import crypto
from civigrid.base.errors import Refused
from civigrid.base.permissions import NOWHERE
from civigrid.directory.rules import Role
from civigrid.flow import vault
from civigrid.flow.caller import own_reports
from civigrid.intake.rules import CONTACT_KEPT, Choice, ReportKind
from tests.flow.desk import (
    CHIEF,
    HANDLER,
    LAMP,
    LI,
    NOW,
    PHONE,
    TOWN_LI,
    WANG,
    call,
    load,
    made,
    number_of,
    record,
    registered,
    rows,
)


@pytest.fixture(autouse=True)
def city(db: None) -> None:
    load()


def found(phone: str, now: object = NOW, by: object = LI) -> list[int]:
    return [each.report_id for each in own_reports(phone, "own_case", actor=by, now=now)]  # type: ignore[arg-type]


def test_who_forgot_his_number_is_told_of_his_cases() -> None:
    """我昨天那个怎么样了: no number known."""
    outcome, other = registered(call(LAMP)), registered(call(LAMP + "了", phone="13700001111"))
    [own] = own_reports("+86 139-0000-1234", "own_case", actor=LI, now=NOW + timedelta(days=1))
    assert own.report_id == made(outcome).report_id != made(other).report_id
    [case] = own.cases
    assert (case.number, case.stage, own.disposed and own.disposed.kind) == (number_of(outcome), "accept", "opened")


def test_then_he_chases_it_and_it_is_still_one_case() -> None:
    """4: 我打了五遍了!"""
    registered(call(LAMP))
    [own] = own_reports(PHONE, "own_case", actor=LI, now=NOW)
    text = "我打了五遍了!街道说找城管,城管说找环保,你们是不是踢皮球?今天不给说法我就天天打!"
    registered(call(text, ReportKind.COMPLAINT), Choice.CHASE, number=own.cases[0].number)
    assert rows("SELECT count(*) FROM cases_case") == [(1,)]
    newest = own_reports(PHONE, "own_case", actor=LI, now=NOW)[0]
    assert (newest.disposed and newest.disposed.kind, newest.cases[0].number) == ("chased", own.cases[0].number)


@pytest.mark.parametrize(
    "spelt",
    ["13900001234", " 139 0000 1234 ", "+8613900001234", "0086-139-0000-1234", "13900001234", "(+86)13900001234"],
)
def test_however_it_is_spelt(spelt: str) -> None:
    registered(call(LAMP, phone="13900001234"))
    assert len(found(spelt)) == 1


def test_a_landline_is_its_area_code_number_and_extension() -> None:
    registered(call(LAMP, phone="0512-6666 8888"))
    registered(call(LAMP + "2", phone="0512-66668888转801"))
    assert len(found("051266668888")) == len(found("+86 512 6666 8888")) == 1
    assert len(found("(0512) 6666-8888 ext. 801")) == 1


@pytest.mark.parametrize(
    "phone", ["", "110", "12345", "0", "00000000000", "１１１１１１１１", "不详", "'; DROP TABLE", "abc"]
)
def test_what_is_nobodys_own_number_finds_nobody(phone: str) -> None:
    registered(call(LAMP, phone=phone))
    with pytest.raises(Refused, match="not_a_number"):
        found(phone)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=60))
@example("9" * 4000)
@example("\x00" * 9)
def test_anything_typed_is_answered_or_refused(typed: str) -> None:
    try:
        assert found(typed) == []
    except Refused as no:
        assert no.code == "not_a_number"


def test_every_look_is_written_down_with_its_purpose() -> None:
    report_id = made(registered(call(LAMP))).report_id
    found(PHONE)
    line = record("contact", report_id)[-1]
    assert (line.verb, line.facts, line.account) == ("matched", {"purpose": "own_case"}, LI.account_id)
    with pytest.raises(Refused, match="purpose_needed"):
        own_reports(PHONE, "curious", actor=LI, now=NOW)
    found("13711110000")  # nobody's: who tries numbers leaves a line as well
    asked = record("account", LI.account_id)
    assert [each.facts["found"] for each in asked if each.verb == "caller_looked_up"] == [1, 0]


def test_only_posts_that_have_to_do_with_contacts() -> None:
    registered(call(LAMP))
    assert found(PHONE, by=CHIEF) and found(PHONE, by=replace(LI, role=Role.CALLER))
    for person in (WANG, HANDLER, replace(LI, role=Role.SYSTEM_ADMIN, scope=NOWHERE)):
        with pytest.raises(Refused, match="not_your_role"):
            found(PHONE, by=person)


def test_a_desk_sees_what_lies_in_its_area() -> None:
    registered(call(LAMP))  # the city's: its place is not known
    registered(call("文昌街道的事怎么办理", ReportKind.CONSULT, region_code="990181001"), Choice.ANSWER, "窗口办理")
    assert len(found(PHONE)) == 2
    assert len(found(PHONE, by=TOWN_LI)) == 1


def test_of_what_was_told_in_confidence_there_is_no_trace() -> None:
    raw = call("那个小作坊半夜熬油,千万别说是我讲的", ReportKind.TIPOFF, confidential=True)
    report_id = made(registered(raw)).report_id
    assert found(PHONE) == []
    assert [line.verb for line in record("contact", report_id)] == []


def test_nor_of_a_case_that_has_become_confidential() -> None:
    number = number_of(registered(call(LAMP)))
    rows(f"UPDATE cases_case SET confidential = true WHERE number = '{number}' RETURNING 1")
    assert found(PHONE) == []


def test_ninety_days_back_and_no_farther_than_the_contact_lives() -> None:
    registered(call(LAMP))
    assert len(found(PHONE, NOW + timedelta(days=90))) == 1
    assert found(PHONE, NOW + timedelta(days=90, seconds=1)) == []
    registered(call(LAMP + "2"), now=NOW + CONTACT_KEPT)
    assert vault.expire(now=NOW + CONTACT_KEPT) == 1
    rows("UPDATE intake_contact SET expires_at = received_at FROM intake_report r WHERE r.id = report_id RETURNING 1")
    assert found(PHONE, NOW + CONTACT_KEPT + timedelta(hours=1)) == []


@given(st.text(alphabet="0123456789", min_size=11, max_size=11).filter(lambda n: len(set(n)) > 1))
def test_the_country_is_left_out_of_every_mobile_number(tail: str) -> None:
    number = "1" + tail[1:]
    spellings = [number, f"+86{number}", f"0086{number}", f"+86 {number[:3]} {number[3:7]} {number[7:]}"]
    assert {crypto.plain_number(each) for each in spellings} == {number}
