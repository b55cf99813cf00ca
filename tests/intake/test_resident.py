"""Numbers, codes and the form of residents."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as some

from civigrid.base.errors import Refused
from civigrid.intake.channels.resident import Said, code_of, key_of, parse
from civigrid.intake.rules import ReportKind, plain_code, report_number, report_of, spelt_code

SAID = Said(text="路灯不亮", place="学府路口")


def made(said: Said) -> str:
    """Why it is refused, "" where it is not."""
    try:
        parse(said, key="k", source="02", language="zh-hans")
    except Refused as no:
        return f"{no.code} {no.facts['field']}"
    return ""


@given(some.binary(min_size=16, max_size=64))
def test_a_code_survives_being_typed(secret: bytes) -> None:
    code = spelt_code(secret)
    assert len(code) == 19
    assert plain_code(code) == plain_code(code.lower().replace("-", "　 ")) == code.replace("-", "")


@given(some.text(max_size=300))
def test_nonsense_is_no_code_and_no_number(text: str) -> None:
    assert plain_code(text) in ("", plain_code(text))
    assert 0 <= report_of(text) < 10**16


@given(some.integers(1, 10**12), some.dates(date(2000, 1, 1), date(2100, 1, 1)))
def test_a_number_names_its_report(report_id: int, day: date) -> None:
    number = report_number(report_id, day)
    assert report_of(number) == report_of(number.replace("-", " ")) == report_id
    assert not number.isdigit(), "the record takes no run of digits"


def test_one_form_one_key_and_one_code() -> None:
    assert code_of("a") == code_of("a") != code_of("b")
    assert key_of("a") == key_of("a") != key_of("b")
    assert "a" * 30 not in key_of("a" * 30)


@pytest.mark.parametrize(
    ("changed", "refused"),
    [
        ({}, ""),
        ({"text": " \n"}, "nothing_said text"),
        ({"place": " "}, "missing place"),
        ({"place": "", "lon": 124.0, "lat": 29.0}, ""),
        ({"place": "", "kind": ReportKind.CONSULT}, ""),
        ({"place": "", "about": "20261123-000123"}, ""),
        ({"kind": "field2"}, "unknown_code kind"),
        ({"phone": "12345"}, "not_a_number phone"),
        ({"phone": "0000000"}, "not_a_number phone"),
        ({"phone": "138 0000 1111"}, ""),
        ({"call_back": True}, "missing phone"),
    ],
)
def test_what_the_form_must_say(changed: dict[str, object], refused: str) -> None:
    assert made(replace(SAID, **changed)) == refused  # type: ignore[arg-type]
