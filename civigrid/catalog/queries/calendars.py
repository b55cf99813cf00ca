"""Work calendars as they are on a day, or as a clock was computed with."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import chinese_calendar

from civigrid.base import stamps
from civigrid.catalog.models import CalendarVersion
from civigrid.catalog.queries.stamp import AREA
from civigrid.catalog.rules import Holidays, WorkCalendar, parse_calendar


@dataclass(frozen=True, slots=True)
class CalendarRow:
    version_id: int
    code: str
    name: str
    name_en: str
    calendar: WorkCalendar


@stamps.kept(AREA)
def calendars(on: date) -> dict[str, CalendarRow]:
    """The work calendars of a day, by code."""
    found = CalendarVersion.objects.filter(valid__contains=on).select_related("calendar").order_by("calendar__code")
    return {version.calendar.code: calendar_row(version) for version in found}


@stamps.kept(AREA)
def calendar_version(version_id: int) -> CalendarRow:
    """The calendar a clock was computed with, also where it is no longer valid."""
    return calendar_row(CalendarVersion.objects.select_related("calendar").get(id=version_id))


def calendar_versions(version_ids: Iterable[int]) -> dict[int, CalendarRow]:
    """As `calendar_version`, of many, by id; in one statement and not kept."""
    found = CalendarVersion.objects.select_related("calendar").filter(id__in=set(version_ids))
    return {version.pk: calendar_row(version) for version in found}


@lru_cache(maxsize=1)
def national_holidays() -> Holidays:
    """The national plan, as far as the installed library `chinesecalendar` knows it."""
    off, made_up = frozenset(chinese_calendar.holidays), frozenset(chinese_calendar.workdays)
    years = {day.year for day in off | made_up}
    return Holidays(off, made_up, frozenset(years))


def calendar_row(version: CalendarVersion) -> CalendarRow:
    code = version.calendar.code
    calendar = parse_calendar(
        code,
        version.hours,
        holidays=national_holidays() if version.national_holidays else None,
        days_on=frozenset(version.days_on),
        days_off=frozenset(version.days_off),
    )
    return CalendarRow(version.pk, code, version.name, version.name_en, calendar)
