"""What may be said: tables, no database."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from civigrid.base.errors import Refused
from civigrid.base.permissions import EVERYWHERE, NOWHERE, Scope
from civigrid.directory.rules import MACHINE, Actor, Role
from civigrid.intake import rules
from civigrid.intake.rules import (
    Channel,
    ContactDetails,
    Disposed,
    DispositionKind,
    EraseReason,
    Place,
    RawReport,
    ReportKind,
)

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
RAW = RawReport(Channel.PUBLIC, "a1", "02", text="井盖没了!!危险")


def test_a_short_report_is_taken_as_it_is() -> None:
    assert rules.clean(RAW, now=NOW) == RAW


def test_spaces_around_and_line_breaks_are_made_one_kind() -> None:
    clean = rules.clean(replace(RAW, key=" a1 ", text="\r\n第一行\r\n第二行\r第三行 "), now=NOW)
    assert (clean.key, clean.text) == ("a1", "第一行\n第二行\n第三行")


REFUSED = [
    ({"key": " "}, "missing", "key"),
    ({"source": ""}, "missing", "source"),
    ({"source": "一二三四五"}, "unknown_code", "source"),
    ({"channel": "fax"}, "unknown_code", "channel"),
    ({"kind": "rumour"}, "unknown_code", "kind"),
    ({"urgency": 4}, "unknown_code", "urgency"),
    ({"language": "fr"}, "unknown_code", "language"),
    ({"region_code": "99o181"}, "unknown_code", "region_code"),
    ({"region_code": "９９"}, "unknown_code", "region_code"),
    ({"text": " \n "}, "nothing_said", "text"),
    ({"text": "\u200b\u2060\ufeff", "title": "\u200d"}, "nothing_said", "text"),
    ({"text": "路灯\x00"}, "unstorable_text", "text"),
    ({"title": "\ud800"}, "unstorable_text", "title"),
    ({"extra": {"a": ["\x00"]}}, "unstorable_text", "extra"),
    ({"extra": {"a": float("nan")}}, "unstorable_text", "extra"),
    ({"extra": {"a": ...}}, "unstorable_text", "extra"),
    ({"extra": {"a": "长" * 20_001}}, "too_long", "extra"),
    ({"title": "长" * 201}, "too_long", "title"),
    ({"text": "长" * 20_001}, "too_long", "text"),
    ({"contact": ContactDetails(phone="1" * 41)}, "too_long", "phone"),
    ({"lon": 120.0}, "bad_point", "lat"),
    ({"lat": 30.0}, "bad_point", "lon"),
    ({"lon": 181.0, "lat": 30.0}, "bad_point", "lon"),
    ({"lon": 120.0, "lat": 90.1}, "bad_point", "lat"),
    ({"lon": float("nan"), "lat": 30.0}, "bad_point", "lon"),
    ({"lon": 120.0, "lat": float("inf")}, "bad_point", "lat"),
    ({"lon": 0.0, "lat": 0.0}, "bad_point", "lon"),
    ({"occurred_at": datetime(2026, 11, 20)}, "time_without_zone", "occurred_at"),  # noqa: DTZ001  # the point of it
    ({"occurred_at": NOW + timedelta(days=1, seconds=1)}, "absurd_time", "occurred_at"),
    ({"occurred_at": datetime(1989, 12, 31, tzinfo=UTC)}, "absurd_time", "occurred_at"),
]


@pytest.mark.parametrize(("change", "code", "field"), REFUSED, ids=lambda value: str(value)[:40].replace("\x00", "NUL"))
def test_what_cannot_be_taken_is_refused_with_its_field(change: dict[str, object], code: str, field: str) -> None:
    with pytest.raises(Refused) as no:
        rules.clean(replace(RAW, **change), now=NOW)  # type: ignore[arg-type]
    assert (no.value.code, no.value.facts["field"]) == (code, field)


def test_a_source_of_another_city_is_refused() -> None:
    assert rules.clean(RAW, now=NOW, sources={"02"}) == RAW
    with pytest.raises(Refused, match="unknown_code"):
        rules.clean(RAW, now=NOW, sources={"01"})


def test_a_backslash_somebody_typed_is_no_null() -> None:
    extra = {"path": "C:\\u0000"}
    assert rules.clean(replace(RAW, extra=extra), now=NOW).extra == extra


def test_a_matter_or_a_form_alone_says_something() -> None:
    assert rules.clean(replace(RAW, text="", matter_code="C0114"), now=NOW)
    assert rules.clean(replace(RAW, text="", extra={"value": 0.42}), now=NOW)


def test_sameness_sees_what_was_said_and_not_how_it_was_typed() -> None:
    same = replace(RAW, key="b2", channel=Channel.DESK, source="01", kind=ReportKind.TIPOFF, text="井盖没了！！\n危险 ")
    assert rules.sameness(replace(RAW, text="井盖没了!! 危险")) == rules.sameness(same)
    for change in (
        {"text": "井盖没了!危险"},
        {"title": "井盖"},
        {"place_text": "港城大道"},
        {"matter_code": "C"},
        {"lon": 1.0, "lat": 1.0},
    ):
        assert rules.sameness(replace(RAW, **change)) != rules.sameness(RAW)


def test_sameness_keeps_fields_apart() -> None:
    assert rules.sameness(replace(RAW, title="井盖", text="没了")) != rules.sameness(
        replace(RAW, title="井盖没", text="了")
    )


def test_what_was_said_is_told_apart_by_everything_that_erasure_blanks() -> None:
    changes: list[dict[str, object]] = [
        {name: "别的"} for name in ("title", "text", "place_text", "target_text", "matter_code")
    ]
    changes += [{"extra": {"x": 1}}, {"lon": 1.0, "lat": 2.0}, {"lon": 2.0, "lat": 1.0}, {"text": "井盖没了！！危险"}]
    spelt = {rules.said(replace(RAW, **change)) for change in [{}, *changes]}  # type: ignore[arg-type]
    assert len(spelt) == len(changes) + 1
    assert rules.said(replace(RAW, key="b", source="01", contact=ContactDetails("1"))) == rules.said(RAW)


@given(number=st.integers() | st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_is_spelt_by_its_value(number: float) -> None:
    """jsonb gives 1e2 back as 100, and -0.0 as 0.0 or -0.0, as its version likes."""
    written = format(Decimal(json.dumps(number)), "f")
    again = json.loads(written)
    assert rules.said(replace(RAW, extra={"n": number})) == rules.said(replace(RAW, extra={"n": again}))


words = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=60)


@given(text=words, title=words, place=words)
def test_cleaning_twice_changes_nothing_more(text: str, title: str, place: str) -> None:
    once = rules.clean(replace(RAW, text=text + "x", title=title, place_text=place), now=NOW)
    assert rules.clean(once, now=NOW) == once


@given(raw=st.text(max_size=80), lon=st.none() | st.floats(), lat=st.none() | st.floats())
def test_whatever_comes_is_taken_or_refused_never_an_error(raw: str, lon: float | None, lat: float | None) -> None:
    try:
        clean = rules.clean(RawReport(Channel.API, raw, raw, text=raw, lon=lon, lat=lat, extra={raw: raw}), now=NOW)
    except Refused:
        return
    clean.text.encode()
    assert "\x00" not in clean.text


@given(phone=words, name=words)
def test_contacts_survive_their_sealing_format(phone: str, name: str) -> None:
    contact = ContactDetails(phone, name)
    assert ContactDetails.loads(contact.dumps()) == contact


DISPOSED = [
    (Disposed(1, DispositionKind.OPENED, "", ("1",)), ""),
    (Disposed(1, DispositionKind.OPENED), "number_needed"),
    (Disposed(1, DispositionKind.JOINED), "number_needed"),
    (Disposed(1, DispositionKind.CHASED), "number_needed"),
    (Disposed(1, DispositionKind.ANSWERED), ""),
    (Disposed(1, DispositionKind.NOT_ACCEPTED), "reason_needed"),
    (Disposed(1, DispositionKind.NOT_ACCEPTED, "because"), "reason_needed"),
    (Disposed(1, DispositionKind.NOT_ACCEPTED, "N3"), ""),
    (Disposed(1, DispositionKind.INVALID, "张三又打来"), "reason_needed"),  # the record takes codes, never sentences
]


@pytest.mark.parametrize(("row", "code"), DISPOSED)
def test_dispositions_say_what_they_must(row: Disposed, code: str) -> None:
    if not code:
        rules.check_disposed(row)
        return
    with pytest.raises(Refused) as no:
        rules.check_disposed(row)
    assert no.value.code == code


HERE = [Place("330101001", (9,))]


def actor(role: Role, scope: Scope = EVERYWHERE) -> Actor:
    return Actor(account_id=7, post_id=8, unit_id=9, role=role, scope=scope)


@pytest.mark.parametrize("role", list(Role))
def test_who_may_unmask_a_contact(role: Role) -> None:
    if role in {Role.INTAKE, Role.DUTY_CHIEF, Role.CALLER}:
        rules.may_reveal(actor(role), "call_back", HERE)
    else:
        with pytest.raises(Refused, match="not_your_role"):
            rules.may_reveal(actor(role), "call_back", HERE)


@pytest.mark.parametrize(
    ("scope", "places", "sees"),
    [
        (Scope(regions=("330101",)), HERE, True),
        (Scope(regions=("330102",)), HERE, False),
        (Scope(units=(9,)), HERE, True),
        (Scope(units=(8,)), HERE, False),
        (Scope(regions=("330102",)), [Place("330102001"), *HERE], True),  # one of its cases is enough
        (Scope(regions=("330101",)), [Place("")], False),  # nobody knows where it is about
        (EVERYWHERE, [Place("")], True),
        (EVERYWHERE, [], False),  # no such report
        (NOWHERE, HERE, False),
    ],
)
def test_a_contact_is_unmasked_only_where_the_post_is_at_work(scope: Scope, places: list[Place], sees: bool) -> None:
    if sees:
        rules.may_reveal(actor(Role.CALLER, scope), "call_back", places)
    else:
        with pytest.raises(Refused, match="out_of_scope"):
            rules.may_reveal(actor(Role.CALLER, scope), "call_back", places)


def refused(work: Callable[[], None]) -> bool:
    try:
        work()
    except Refused as no:
        assert no.code == "not_your_role"
        return True
    return False


def test_who_lets_parked_reports_try_again() -> None:
    allowed = {role for role in Role if not refused(lambda: rules.may_retry(actor(role)))}  # noqa: B023
    assert allowed == {Role.INTAKE, Role.DUTY_CHIEF, Role.OFFICE}
    assert not refused(lambda: rules.may_retry(MACHINE))
    assert refused(lambda: rules.may_retry(actor(Role.INTAKE, Scope(regions=("330101",)))))


@pytest.mark.parametrize("reason", list(EraseReason))
def test_who_erases_and_why(reason: EraseReason) -> None:
    allowed = {role for role in Role if not refused(lambda: rules.may_erase(actor(role), reason))}  # noqa: B023
    assert allowed == {Role.SECURITY_ADMIN}
    assert refused(lambda: rules.may_erase(MACHINE, reason)) == (reason is not EraseReason.EXPIRED)


def test_nobody_unmasks_without_a_purpose_and_the_machine_never() -> None:
    with pytest.raises(Refused, match="purpose_needed"):
        rules.may_reveal(actor(Role.INTAKE), "curious", HERE)
    with pytest.raises(Refused, match="not_your_role"):
        rules.may_reveal(MACHINE, "call_back", HERE)


def test_hours_of_another_zone_are_the_same_moment() -> None:
    there = NOW.astimezone(timezone(timedelta(hours=8)))
    assert rules.clean(replace(RAW, occurred_at=there), now=NOW).occurred_at == NOW
