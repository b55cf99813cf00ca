"""Periods of things: which edition a day has, and which day was an edition's last."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.backends.postgresql.psycopg_any import DateRange

from civigrid.base.editions import edition_on, editions

ONE, TWO, THREE = date(2026, 1, 1), date(2026, 2, 1), date(2026, 4, 1)


@dataclass
class Version:
    valid: DateRange
    name: str


HISTORY = editions(
    [Version(DateRange(ONE, TWO), "old"), Version(DateRange(THREE, None), "again")], lambda version: version.name
)


def test_the_newest_comes_first() -> None:
    assert [(edition.since, edition.until, edition.row) for edition in HISTORY] == [
        (THREE, None, "again"),
        (ONE, TWO, "old"),
    ]


def test_a_period_ends_the_day_before_the_next_begins() -> None:
    assert [edition.last for edition in HISTORY] == [None, date(2026, 1, 31)]


def test_which_edition_a_day_has() -> None:
    days = {ONE: "old", date(2026, 1, 31): "old", TWO: None, date(2026, 3, 31): None, THREE: "again"}
    found = {day: edition_on(HISTORY, day) for day in [*days, date(2099, 1, 1), date(2025, 12, 31)]}
    assert {day: edition.row if edition else None for day, edition in found.items()} == {
        **days,
        date(2099, 1, 1): "again",
        date(2025, 12, 31): None,
    }
