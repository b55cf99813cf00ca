"""The city's lists as they are on the day of a batch: standards, calendars, units, and the deadlines they make."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TypeVar
from zoneinfo import ZoneInfo

from civigrid.base.errors import Refused
from civigrid.cases.rules import OF_UNIT, DeskLevel, desk_at, light, next_look, withdrawn
from civigrid.catalog import queries as catalog
from civigrid.catalog.queries import CalendarRow, CityRow, DutyRowRow, MatterRow, StandardRow
from civigrid.catalog.rules import NO_TASKS, TOWN_UNITS, CheckBy, LimitUnit, ListKind, Urgency, deadline
from civigrid.directory import queries as directory
from civigrid.directory.queries import UnitRow
from civigrid.directory.rules import Role, UnitKind

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Timing:
    """A limit as it is stored with a clock."""

    value: int
    unit: LimitUnit
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
    holders: Mapping[tuple[int, Role], frozenset[int]]
    calendars: Mapping[str, CalendarRow]
    usual: CalendarRow | None
    _timings: dict[tuple[int, LimitUnit, datetime, str], Timing] = field(default_factory=dict)

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
            holders=directory.holders(on),
            calendars=calendars,
            usual=calendars.get(city.calendar_code),
        )

    def matter(self, matter_id: int) -> MatterRow:
        if matter_id not in self.matters:
            raise Refused("unknown_matter")
        return self.matters[matter_id]

    def verifies(self, matter_id: int | None, source: str, urgency: int) -> bool:
        """Whether somebody looks before it is filed 核实: what the public says of matters that are verified. What is
        critical is acted on at once.
        """
        matter = self.matters.get(matter_id or 0)
        public = bool(self.city.sources.get(source, {}).get("verify"))
        return public and matter is not None and matter.verify and urgency != Urgency.CRITICAL

    def check_by(self, matter_id: int | None) -> CheckBy:
        """How it is seen that a case of this matter is done; nothing is asked for where the matter is gone."""
        matter = self.matters.get(matter_id or 0)
        return matter.check_by if matter else CheckBy.NONE

    def takes_tasks(self, unit_id: int) -> bool:
        unit = self.units.get(unit_id)
        return unit is not None and unit.kind not in NO_TASKS

    def transfer_targets(self) -> frozenset[int]:
        """The units that reports are transferred to 转出."""
        return frozenset(unit.id for unit in self.units.values() if unit.kind in NO_TASKS)

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
        if row.list_kind is ListKind.ASSIST:
            raise Refused("row_assists")
        return row

    def withdrawn(self, matter_id: int | None, region_code: str) -> bool:
        """Whether the matter was taken back from the towns 上级收回 there."""
        rows = [(row.list_kind, row.region_code) for row in catalog.duty_rows(self.on) if row.matter_id == matter_id]
        return withdrawn(rows, region_code)

    def may_lead(self, unit_id: int, matter_id: int | None, region_code: str) -> None:
        """Refused("withdrawn_from_towns") for a town's unit where the matter was taken back from the towns."""
        unit = self.units.get(unit_id)
        if unit and unit.kind in TOWN_UNITS and self.withdrawn(matter_id, region_code):
            raise Refused("withdrawn_from_towns")

    def may_have(self, level: DeskLevel, region_code: str, barred: Collection[int]) -> None:
        """Refused("target_is_unit") where the desk of that level there is one of the units complained of."""
        if desk_at(level, region_code) in {self.units[each].region_code for each in barred if self._has_desk(each)}:
            raise Refused("target_is_unit")

    def nearest(self, level: DeskLevel, region_code: str, barred: Collection[int]) -> DeskLevel:
        """The level itself, or the city's where its desk there is one of the units complained of."""
        try:
            self.may_have(level, region_code, barred)
        except Refused:
            return DeskLevel.CITY
        return level

    def _has_desk(self, unit_id: int) -> bool:
        unit = self.units.get(unit_id)
        return unit is not None and unit.kind in (UnitKind.TOWN, UnitKind.COMMUNITY)

    def reviewers(self, unit_id: int) -> frozenset[int]:
        """The accounts that sign off 审签 in a unit."""
        return self.holders.get((unit_id, Role.REVIEWER), frozenset())

    def section(self, section_id: int, unit_id: int) -> int:
        """A unit below that unit."""
        if section_id == unit_id or section_id not in directory.below(unit_id, self.on):
            raise Refused("not_below")
        return section_id

    def works_in(self, account_id: int, unit_id: int) -> int:
        """An account with a post of the unit's own work."""
        if not any(account_id in self.holders.get((unit_id, role), ()) for role in OF_UNIT):
            raise Refused("not_of_the_unit")
        return account_id

    def timing(self, standard: StandardRow, *, start: datetime, unit_id: int | None = None) -> Timing:
        """The standard's limit from `start` by the unit's calendar, or by the one the city promises by."""
        return self.limit(standard.limit_value, standard.limit_unit, start=start, unit_id=unit_id)

    def arrival(self, standard: StandardRow, *, start: datetime, unit_id: int | None) -> Timing | None:
        """Until when somebody is on the spot, or has made contact; None where the standard does not say."""
        if standard.arrival_value is None or standard.arrival_unit is None:
            return None
        return self.limit(standard.arrival_value, standard.arrival_unit, start=start, unit_id=unit_id)

    def limit(self, value: int, kind: LimitUnit, *, start: datetime, unit_id: int | None = None) -> Timing:
        unit = self.units.get(unit_id or 0)
        calendar = self.calendars.get(unit.calendar_code if unit else "") or self.usual
        if calendar is None:
            raise Refused("no_calendar")
        key = (value, kind, start, calendar.code)
        if key not in self._timings:
            ends = deadline(start, value, kind, calendar.calendar, self.zone)
            self._timings[key] = Timing(
                value, kind, calendar.version_id, start, ends.warn_at, ends.due_at, ends.provisional
            )
        return self._timings[key]


def _one(found: list[Row], no: str) -> Row:
    if not found:
        raise Refused(no)
    return found[0]
