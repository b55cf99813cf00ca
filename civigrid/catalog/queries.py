"""Everything that is read of the city's lists. Frozen rows; the dictionaries are shared, never change them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

import chinese_calendar

from civigrid.base import stamps
from civigrid.base.errors import Refused
from civigrid.catalog.models import CalendarVersion, DutyRowVersion, MatterVersion, Pack, StandardVersion
from civigrid.catalog.rules import Callback, CheckBy, Family, Holidays, LimitUnit, Urgency, WorkCalendar, parse_calendar

AREA = "catalog"  # the name of this area's stamp


@dataclass(frozen=True, slots=True)
class CityRow:
    """The city as its newest pack says. `calendar_code`: what a promise to a resident is counted by. `sources`: report
    sources by code, each with name, name_en and carry (`rules.Carry`); `place_kinds`: by code, each with name, name_en
    and the words that tell of it."""

    pack_id: int
    digest: str
    name: str
    name_en: str
    timezone: str
    root_code: str
    number_pattern: str
    confidence_bar: float
    calendar_code: str
    sources: Mapping[str, Mapping[str, str]]
    place_kinds: Mapping[str, Mapping[str, Any]]

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)


@dataclass(frozen=True, slots=True)
class MatterRow:
    """What a report can be about. `id` is the matter's, for ever; `version_id` that of the day."""

    id: int
    version_id: int
    code: str
    family: Family
    major: str
    major_en: str
    name: str
    name_en: str
    pinyin: str
    keywords: tuple[str, ...]
    examples: tuple[str, ...]
    verify: bool
    check_by: CheckBy
    callback: Callback
    fields: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True)
class StandardRow:
    """One filing condition of a matter and its limit; `is_default` where nobody has looked which condition holds."""

    version_id: int
    standard_id: int
    code: str
    matter_id: int
    condition: str
    condition_en: str
    urgency: Urgency
    limit_value: int
    limit_unit: LimitUnit
    closing: str
    closing_en: str
    is_default: bool


@dataclass(frozen=True, slots=True)
class DutyRowRow:
    """Whose duty a matter is below a region code ("" is the whole city) in a kind of place ("" is any)."""

    version_id: int
    duty_row_id: int
    code: str
    matter_id: int
    region_code: str
    place_kind: str
    lead_id: int
    support_ids: tuple[int, ...]
    regulator_id: int | None
    basis: str


@dataclass(frozen=True, slots=True)
class CalendarRow:
    version_id: int
    code: str
    name: str
    name_en: str
    calendar: WorkCalendar


@stamps.kept(AREA)
def city() -> CityRow:
    """The city this database holds. Raises Refused("no_city") before a pack was loaded."""
    row = city_or_none()
    if row is None:
        raise Refused("no_city")
    return row


def city_or_none() -> CityRow | None:
    """As `city`, for the doors that must answer before a pack was loaded."""
    pack = Pack.objects.order_by("-id").first()
    if pack is None:
        return None
    return CityRow(
        pack_id=pack.pk,
        digest=pack.digest,
        name=pack.name,
        name_en=pack.name_en,
        timezone=pack.timezone,
        root_code=pack.root_code,
        number_pattern=pack.number_pattern,
        confidence_bar=pack.confidence_bar,
        calendar_code=pack.calendar_code,
        sources=pack.sources,
        place_kinds=pack.place_kinds,
    )


@stamps.kept(AREA)
def matters(on: date) -> dict[int, MatterRow]:
    """The matters of a day, by id, in the order of their codes."""
    found = MatterVersion.objects.filter(valid__contains=on).select_related("matter").order_by("matter__code")
    return {version.matter_id: _matter(version) for version in found}


@stamps.kept(AREA)
def matters_by_code(on: date) -> dict[str, MatterRow]:
    return {matter.code: matter for matter in matters(on).values()}


@stamps.kept(AREA)
def standards(on: date) -> list[StandardRow]:
    """The standards of a day, in the order of their codes."""
    found = StandardVersion.objects.filter(valid__contains=on).select_related("standard").order_by("standard__code")
    return [_standard(version) for version in found]


@stamps.kept(AREA)
def duty_rows(on: date) -> list[DutyRowRow]:
    """The duty list of a day, in the order of its codes."""
    found = DutyRowVersion.objects.filter(valid__contains=on).select_related("duty_row").order_by("duty_row__code")
    return [_duty_row(version) for version in found]


@stamps.kept(AREA)
def calendars(on: date) -> dict[str, CalendarRow]:
    """The work calendars of a day, by code."""
    found = CalendarVersion.objects.filter(valid__contains=on).select_related("calendar").order_by("calendar__code")
    return {version.calendar.code: _calendar(version) for version in found}


@stamps.kept(AREA)
def calendar_version(version_id: int) -> CalendarRow:
    """The calendar a clock was computed with, also where it is no longer valid."""
    return _calendar(CalendarVersion.objects.select_related("calendar").get(id=version_id))


def standard_version(version_id: int) -> StandardRow:
    """The standard a case was opened under, also where it is no longer valid."""
    return _standard(StandardVersion.objects.select_related("standard").get(id=version_id))


def duty_row_version(version_id: int) -> DutyRowRow:
    """The duty row a case was sent by, also where it is no longer valid."""
    return _duty_row(DutyRowVersion.objects.select_related("duty_row").get(id=version_id))


@lru_cache(maxsize=1)
def national_holidays() -> Holidays:
    """The national plan, as far as the installed library `chinesecalendar` knows it."""
    off, made_up = frozenset(chinese_calendar.holidays), frozenset(chinese_calendar.workdays)
    years = {day.year for day in off | made_up}
    return Holidays(off, made_up, frozenset(years))


def _matter(version: MatterVersion) -> MatterRow:
    return MatterRow(
        id=version.matter_id,
        version_id=version.pk,
        code=version.matter.code,
        family=Family(version.family),
        major=version.major,
        major_en=version.major_en,
        name=version.name,
        name_en=version.name_en,
        pinyin=version.pinyin,
        keywords=tuple(version.keywords),
        examples=tuple(version.examples),
        verify=version.verify,
        check_by=CheckBy(version.check_by),
        callback=Callback(version.callback),
        fields=tuple(version.fields),
    )


def _standard(version: StandardVersion) -> StandardRow:
    return StandardRow(
        version_id=version.pk,
        standard_id=version.standard_id,
        code=version.standard.code,
        matter_id=version.standard.matter_id,
        condition=version.condition,
        condition_en=version.condition_en,
        urgency=Urgency(version.urgency),
        limit_value=version.limit_value,
        limit_unit=LimitUnit(version.limit_unit),
        closing=version.closing,
        closing_en=version.closing_en,
        is_default=version.is_default,
    )


def _duty_row(version: DutyRowVersion) -> DutyRowRow:
    return DutyRowRow(
        version_id=version.pk,
        duty_row_id=version.duty_row_id,
        code=version.duty_row.code,
        matter_id=version.duty_row.matter_id,
        region_code=version.region_code,
        place_kind=version.place_kind,
        lead_id=version.lead_id,
        support_ids=tuple(version.support_ids),
        regulator_id=version.regulator_id,
        basis=version.basis,
    )


def _calendar(version: CalendarVersion) -> CalendarRow:
    code = version.calendar.code
    calendar = parse_calendar(
        code,
        version.hours,
        holidays=national_holidays() if version.national_holidays else None,
        days_on=frozenset(version.days_on),
        days_off=frozenset(version.days_off),
    )
    return CalendarRow(version.pk, code, version.name, version.name_en, calendar)
