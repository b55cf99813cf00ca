"""What may be said: tables, no database."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from civigrid.base.errors import Refused
from civigrid.base.permissions import NOWHERE
from civigrid.directory.rules import MACHINE, Actor, Role
from civigrid.intake import rules
from civigrid.intake.rules import Channel, ContactDetails, Disposed, DispositionKind, RawReport, ReportKind

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


def test_digest_sees_what_was_said_and_not_how_it_was_typed() -> None:
    same = replace(RAW, key="b2", channel=Channel.DESK, source="01", kind=ReportKind.TIPOFF, text="井盖没了！！\n危险 ")
    assert rules.digest(replace(RAW, text="井盖没了!! 危险")) == rules.digest(same)
    for change in (
        {"text": "井盖没了!危险"},
        {"title": "井盖"},
        {"place_text": "港城大道"},
        {"matter_code": "C"},
        {"lon": 1.0, "lat": 1.0},
    ):
        assert rules.digest(replace(RAW, **change)) != rules.digest(RAW)  # type: ignore[arg-type]


def test_digest_keeps_fields_apart() -> None:
    assert rules.digest(replace(RAW, title="井盖", text="没了")) != rules.digest(
        replace(RAW, title="井盖没", text="了")
    )


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


def actor(role: Role) -> Actor:
    return Actor(account_id=7, post_id=8, unit_id=9, role=role, scope=NOWHERE)


@pytest.mark.parametrize("role", list(Role))
def test_who_may_unmask_a_contact(role: Role) -> None:
    if role in {Role.INTAKE, Role.DUTY_CHIEF, Role.CALLER}:
        rules.may_reveal(actor(role), "call_back")
    else:
        with pytest.raises(Refused, match="not_your_role"):
            rules.may_reveal(actor(role), "call_back")


def test_nobody_unmasks_without_a_purpose_and_the_machine_never() -> None:
    with pytest.raises(Refused, match="purpose_needed"):
        rules.may_reveal(actor(Role.INTAKE), "curious")
    with pytest.raises(Refused, match="not_your_role"):
        rules.may_reveal(MACHINE, "call_back")


def test_hours_of_another_zone_are_the_same_moment() -> None:
    there = NOW.astimezone(timezone(timedelta(hours=8)))
    assert rules.clean(replace(RAW, occurred_at=there), now=NOW).occurred_at == NOW
