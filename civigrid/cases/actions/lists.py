"""The city's lists as they are on the day of a batch: standards, calendars, units, and the deadlines they make."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TypeVar
from zoneinfo import ZoneInfo

from civigrid.base.errors import Refused
from civigrid.cases.rules import light, next_look
from civigrid.catalog import queries as catalog
from civigrid.catalog.queries import CalendarRow, CityRow, DutyRowRow, MatterRow, StandardRow
from civigrid.catalog.rules import NO_TASKS, deadline
from civigrid.directory import queries as directory
from civigrid.directory.queries import UnitRow

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Timing:
    """A limit as it is stored with a clock."""

    standard: StandardRow
    calendar_version_id: int
    started_at: datetime
    warn_at: datetime
    due_at: datetime
    provisional: bool

    def at(self, now: datetime) -> tuple[datetime | None, str]:
        """When the sweep must look next, and the light now."""
        ends = {"warn_at": self.warn_at, "due_at": self.due_at, "now": now}
        return next_look(**ends), light(**ends).value


@dataclass(frozen=True, slots=True)
class Lists:
    city: CityRow
    zone: ZoneInfo
    on: date
    matters: Mapping[int, MatterRow]
    standards: dict[int, StandardRow]
    units: Mapping[int, UnitRow]
    calendars: Mapping[str, CalendarRow]
    usual: CalendarRow | None
    _timings: dict[tuple[int, datetime, str], Timing] = field(default_factory=dict)

    @classmethod
    def at(cls, now: datetime) -> Lists:
        city = catalog.city()
        zone = city.zone
        on = now.astimezone(zone).date()
        calendars = catalog.calendars(on)
        return cls(
            city=city,
            zone=zone,
            on=on,
            matters=catalog.matters(on),
            standards={standard.version_id: standard for standard in catalog.standards(on)},
            units=directory.units(on),
            calendars=calendars,
            usual=calendars.get(city.calendar_code),
        )

    def matter(self, matter_id: int) -> MatterRow:
        if matter_id not in self.matters:
            raise Refused("unknown_matter")
        return self.matters[matter_id]

    def takes_tasks(self, unit_id: int) -> bool:
        unit = self.units.get(unit_id)
        return unit is not None and unit.kind not in NO_TASKS

    def unit(self, unit_id: int) -> UnitRow:
        """A unit that may be given a task."""
        unit = self.units.get(unit_id)
        if unit is None:
            raise Refused("unknown_unit")
        if not self.takes_tasks(unit_id):
            raise Refused("unit_takes_no_tasks")
        return unit

    def standard(self, version_id: int) -> StandardRow:
        """Also one that is no longer valid: a case keeps the standard it was filed under."""
        if version_id not in self.standards:
            self.standards[version_id] = catalog.standard_version(version_id)
        return self.standards[version_id]

    def standard_for(self, matter_id: int, version_id: int | None) -> StandardRow:
        """The chosen standard, or the matter's default one."""
        of_matter = [standard for standard in self.standards.values() if standard.matter_id == matter_id]
        if version_id is not None:
            found = [standard for standard in of_matter if standard.version_id == version_id]
            return _one(found, "other_matters_standard")
        defaults = [standard for standard in of_matter if standard.is_default]
        return _one(defaults or of_matter[:1], "no_standard")

    def duty_row(self, version_id: int, *, matter_id: int | None, unit_id: int) -> DutyRowRow:
        """The row a dispatch goes by: it must be the case's matter's, and the unit its lead, or its last resort."""
        found = [row for row in catalog.duty_rows(self.on) if row.version_id == version_id]
        row = _one(found, "unknown_duty_row")
        if row.matter_id != matter_id or unit_id not in (row.lead_id, row.last_resort_id):
            raise Refused("other_duty_row")
        return row

    def timing(self, standard: StandardRow, *, start: datetime, unit_id: int | None = None) -> Timing:
        """The standard's limit from `start` by the unit's calendar, or by the one the city promises by."""
        unit = self.units.get(unit_id or 0)
        calendar = self.calendars.get(unit.calendar_code if unit else "") or self.usual
        if calendar is None:
            raise Refused("no_calendar")
        key = (standard.version_id, start, calendar.code)
        if key not in self._timings:
            ends = deadline(start, standard.limit_value, standard.limit_unit, calendar.calendar, self.zone)
            self._timings[key] = Timing(
                standard, calendar.version_id, start, ends.warn_at, ends.due_at, ends.provisional
            )
        return self._timings[key]


def _one(found: list[Row], no: str) -> Row:
    if not found:
        raise Refused(no)
    return found[0]
