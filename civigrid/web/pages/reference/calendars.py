"""Work calendars: hours by weekday and season, and a year day by day."""

from __future__ import annotations

from calendar import Calendar as Months
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import Http404, HttpResponse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_GET

from civigrid.base.editions import edition_on
from civigrid.catalog import queries as catalog
from civigrid.catalog.queries import CalendarRow
from civigrid.catalog.rules import DayKind, Season, Span, WorkCalendar
from civigrid.directory import queries as directory
from civigrid.web import shell, wording
from civigrid.web.pages.reference import facts, frame
from civigrid.web.pages.reference.asked import FIRST_YEAR, LAST_YEAR, asked
from civigrid.web.pages.reference.facts import Field
from civigrid.web.pages.reference.links import Said, to
from civigrid.web.pages.reference.names import Names
from civigrid.web.pages.reference.past import past
from civigrid.web.pages.reference.table import Cell, Column, table
from civigrid.web.templatetags.civigrid import joined
from civigrid.web.templatetags.civigrid import pick as in_language

WEEKDAYS = (
    gettext_lazy("Mon"), gettext_lazy("Tue"), gettext_lazy("Wed"), gettext_lazy("Thu"), gettext_lazy("Fri"),
    gettext_lazy("Sat"), gettext_lazy("Sun"),
)  # fmt: skip
SIGNS = (
    pgettext_lazy("one sign: Monday", "M"), pgettext_lazy("one sign: Tuesday", "T"),
    pgettext_lazy("one sign: Wednesday", "W"), pgettext_lazy("one sign: Thursday", "T"),
    pgettext_lazy("one sign: Friday", "F"), pgettext_lazy("one sign: Saturday", "S"),
    pgettext_lazy("one sign: Sunday", "S"),
)  # fmt: skip
MARKS = {  # one sign each, so that colour is not the only cue
    DayKind.HOLIDAY: pgettext_lazy("one sign in a calendar: public holiday", "H"),
    DayKind.MAKE_UP: pgettext_lazy("one sign in a calendar: make-up working day", "W"),
    DayKind.PACK_OFF: pgettext_lazy("one sign in a calendar: day off in this city", "O"),
    DayKind.PACK_ON: pgettext_lazy("one sign in a calendar: working day in this city", "+"),
}
USERS = 12  # units of a calendar that are named


def _week(value: Sequence[Sequence[Span]], names: Names) -> list[Said]:
    return [Said(f"{days} {hours}") for days, hours in spoken_week(value)]


def _seasons(value: Iterable[Season], names: Names) -> list[Said]:
    found = []
    for season in value:
        hours = joined([f"{days} {hours}" for days, hours in spoken_week(season.week)])
        found.append(Said(f"{_month_day(season.first)} – {_month_day(season.last)}: {hours}"))
    return found


FIELDS: tuple[Field[CalendarRow], ...] = (
    Field(gettext_lazy("Name"), lambda row: row.name, facts.text),
    Field(gettext_lazy("English name"), lambda row: row.name_en, facts.text),
    Field(gettext_lazy("Working hours"), lambda row: row.calendar.week, _week),
    Field(gettext_lazy("Other hours"), lambda row: row.calendar.seasons, _seasons),
    Field(gettext_lazy("National holidays"), lambda row: row.calendar.holidays is not None, facts.flag),
    Field(gettext_lazy("Own days off"), lambda row: sorted(row.calendar.days_off), facts.days),
    Field(gettext_lazy("Own working days"), lambda row: sorted(row.calendar.days_on), facts.days),
    Field(gettext_lazy("Years planned by the city"), lambda row: sorted(row.calendar.planned), facts.numbers),
)


@dataclass(frozen=True, slots=True)
class Day:
    """A day of a month's table; `number` 0 is a place that belongs to another month."""

    number: int
    kind: str = ""
    mark: str = ""
    words: str = ""
    today: bool = False


@dataclass(frozen=True, slots=True)
class Month:
    words: str
    weeks: list[list[Day]]


@require_GET
def calendars(request: Any) -> HttpResponse:
    """The work calendars of the city and how many units go by each."""
    day = asked(request)
    with shell.reading(request):
        names, found = Names(day, request.city), catalog.calendars(day.on)
        numbers = Counter(unit.calendar_code for unit in directory.units(day.on).values())
        own = request.city.calendar_code if request.city else ""
        rows = [
            (
                Cell([names.calendar(code)], [_("promise to residents")] if code == own else []),
                code,
                Cell(_week(row.calendar.week, names)),
                Cell(_seasons(row.calendar.seasons, names)),
                _("yes") if row.calendar.holidays is not None else _("no"),
                str(numbers[code]),
                Cell(alerts=[f"{_('provisional')} {year}" for year in _unknown(row.calendar, day.on)]),
            )
            for code, row in found.items()
        ]
    columns = (
        Column(_("Calendar"), "lead"), Column(_("Code"), "number"), Column(_("Working hours")), Column(_("Other hours")),
        Column(_("National holidays")), Column(_("Units"), "right"), Column(_("Not published")),
    )  # fmt: skip
    return frame.show(
        request, "pages/reference/list.html", "catalog", "calendars", frame.Head(_("Calendars")),
        table=table(str(_("Calendars")), columns, rows),
    )  # fmt: skip


@require_GET
def calendar(request: Any, code: str) -> HttpResponse:
    """One calendar, a year of it: ?year=, the present one where none is asked for."""
    day = asked(request)
    year = _year(request.GET.get("year", ""), day.on.year)
    with shell.reading(request):
        history = catalog.calendar_history(code)
        if not history:
            raise Http404
        edition, names = edition_on(history, day.on), Names(day, request.city)
        row = (edition or history[0]).row
        users = [unit for unit in directory.units(day.on).values() if unit.calendar_code == code]
        context = {
            "facts": facts.facts(FIELDS[4:], row, names),
            "past": past(FIELDS, history, names),
            "users": [Said(in_language(unit.name, unit.name_en), to(day, "unit", unit.code)) for unit in users[:USERS]],
            "more_users": max(len(users) - USERS, 0),
        }
    own = row.calendar
    context |= {
        "code": code,
        "year": year,
        "years": [(each, to(day, "calendar", code, year=str(each))) for each in (year - 1, year + 1) if _is_year(each)],
        "provisional": own.is_provisional(year),
        "hours": _hours(own),
        "weekdays": WEEKDAYS,
        "signs": list(zip(SIGNS, WEEKDAYS, strict=True)),
        "months": [_month(own, year, number, day.today) for number in range(1, 13)],
        "legend": [
            (kind.value, str(MARKS.get(kind, "")), wording.of("day kind", kind), n) for kind, n in _numbers(own, year)
        ],
        "special": _special(own, year),
    }
    head = frame.Head(in_language(row.name, row.name_en), code, ended=edition is None)
    return frame.show(request, "pages/reference/calendar.html", "catalog", "calendars", head, **context)


def _is_year(year: int) -> bool:
    return FIRST_YEAR <= year <= LAST_YEAR


def _year(text: str, otherwise: int) -> int:
    """404 for what is no year anybody plans."""
    if not text:
        return otherwise
    if not (text.isascii() and text.isdecimal() and len(text) == 4 and _is_year(int(text))):
        raise Http404
    return int(text)


def _unknown(calendar: WorkCalendar, on: date) -> list[int]:
    return [year for year in (on.year, on.year + 1) if calendar.is_provisional(year)]


def _days(year: int) -> list[date]:
    first = date(year, 1, 1).toordinal()
    return [date.fromordinal(number) for number in range(first, date(year, 12, 31).toordinal() + 1)]


def _numbers(calendar: WorkCalendar, year: int) -> list[tuple[DayKind, int]]:
    """How many days of each kind a year has, in the order of `DayKind`."""
    found = Counter(calendar.day(day)[0] for day in _days(year))
    return [(kind, found[kind]) for kind in DayKind if found[kind]]


def _special(calendar: WorkCalendar, year: int) -> list[tuple[date, str, str, str]]:
    """The days that differ from their weekday's rule: day, weekday, what it is, hours."""
    found = [(day, *calendar.day(day)) for day in _days(year)]
    return [
        (day, str(WEEKDAYS[day.weekday()]), wording.of("day kind", kind), hours_of(spans))
        for day, kind, spans in found
        if kind in MARKS
    ]


def _month(calendar: WorkCalendar, year: int, number: int, today: date) -> Month:
    weeks = [
        [_day(calendar, day, today) if day.month == number else Day(0) for day in week]
        for week in Months().monthdatescalendar(year, number)
    ]
    return Month(date_format(date(year, number, 1), "F"), weeks)


def _day(calendar: WorkCalendar, day: date, today: date) -> Day:
    kind, _spans = calendar.day(day)
    return Day(day.day, kind.value, str(MARKS.get(kind, "")), wording.of("day kind", kind), day == today)


def _hours(calendar: WorkCalendar) -> list[tuple[str, list[str]]]:
    """The week of the year and of each season: when, and the hours of its seven days."""
    usual = [(str(_("usually")), [hours_of(spans) for spans in calendar.week])]
    return usual + [
        (f"{_month_day(season.first)} – {_month_day(season.last)}", [hours_of(spans) for spans in season.week])
        for season in calendar.seasons
    ]


def _month_day(value: tuple[int, int]) -> str:
    return f"{value[0]:02d}-{value[1]:02d}"


def hours_of(spans: Iterable[Span]) -> str:
    """'08:30–12:00 14:30–17:30'; "" for a day of rest."""
    return " ".join("–".join(f"{minute // 60:02d}:{minute % 60:02d}" for minute in span) for span in spans)


def spoken_week(week: Sequence[Sequence[Span]]) -> list[tuple[str, str]]:
    """Days that follow each other with the same hours as one: ('Mon–Fri', '08:30–12:00 14:30–17:30')."""
    groups: list[tuple[int, int, str]] = []
    for number, spans in enumerate(week):
        hours = hours_of(spans)
        if groups and groups[-1][2] == hours:
            groups[-1] = (groups[-1][0], number, hours)
        else:
            groups.append((number, number, hours))
    return [
        (str(WEEKDAYS[first]) if first == last else f"{WEEKDAYS[first]}–{WEEKDAYS[last]}", hours)
        for first, last, hours in groups
        if hours
    ]
