"""Time limits held against the calendars that count them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from functools import cache
from zoneinfo import ZoneInfo

from civigrid.base.errors import Refused
from civigrid.catalog.rules.calendars import WorkCalendar, parse_calendar
from civigrid.catalog.rules.deadlines import LONGEST_YEARS, deadline
from civigrid.catalog.rules.lists import LimitUnit, NewStandard
from civigrid.catalog.rules.pack.content import Draft
from civigrid.catalog.rules.pack.links.told import Told

_BEGIN = date(2027, 12, 31)  # any last day of a year: from none does a calendar hold less
_HOLIDAYS = 10  # per cent of the working time that holidays may take: those of later years are not known


def limits(draft: Draft, told: Told) -> None:
    """A fault where a calendar that some unit or the city goes by does not hold a limit; a clock could not be set."""
    if draft.city is None or not draft.city.timezone:
        return
    begin = datetime(_BEGIN.year, _BEGIN.month, _BEGIN.day, tzinfo=ZoneInfo(draft.city.timezone))
    calendars = list(_in_use(draft))

    @cache
    def too_long(value: int, unit: LimitUnit) -> str:
        return next((each.code for each in calendars if not _holds(each, value, unit, begin)), "")

    for at in draft.standards:
        for column, value, unit in _limits(at.it):
            if calendar := too_long(value, unit):
                facts = {"calendar": calendar, "years": LONGEST_YEARS}
                told.fault(at, column, "limit_too_long", value=f"{value} {unit}", **facts)


def _limits(standard: NewStandard) -> Iterator[tuple[str, int, LimitUnit]]:
    yield "limit", standard.limit_value, standard.limit_unit
    if standard.arrival_value and standard.arrival_unit:
        yield "arrival", standard.arrival_value, standard.arrival_unit


def _in_use(draft: Draft) -> Iterator[WorkCalendar]:
    """The calendars that anything is counted by; what is wrong with one is told where it is read."""
    assert draft.city is not None
    codes = {draft.city.calendar_code, *draft.city.calendar_of.values(), *(at.it.calendar_code for at in draft.units)}
    for row in (at.it for at in draft.calendars):
        if row.code in codes and "week" in row.hours:
            days = frozenset(row.days_on), frozenset(row.days_off)
            yield parse_calendar(row.code, row.hours, holidays=None, days_on=days[0], days_off=days[1])


def _holds(calendar: WorkCalendar, value: int, unit: LimitUnit, begin: datetime) -> bool:
    assert begin.tzinfo is not None
    try:
        deadline(begin, max(value + value * _HOLIDAYS // 100, 1), unit, calendar, begin.tzinfo)
    except Refused:
        return False
    return True
