"""Saving the city's lists. Batches, set-based, in the caller's transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from civigrid.base import db, stamps, versions
from civigrid.base.errors import Outcome
from civigrid.base.pinyin import pinyin_key
from civigrid.catalog.models import (
    Calendar,
    CalendarVersion,
    DutyRow,
    DutyRowVersion,
    Matter,
    MatterVersion,
    Pack,
    Standard,
    StandardVersion,
)
from civigrid.catalog.queries import AREA, city_or_none
from civigrid.catalog.rules import NewCalendar, NewCity, NewDutyRow, NewField, NewMatter, NewStandard
from civigrid.directory import queries as directory

_MATTERS = versions.Tables(Matter, MatterVersion, "matter")
_STANDARDS = versions.Tables(Standard, StandardVersion, "standard", fixed=("matter_id",))
_DUTY_ROWS = versions.Tables(DutyRow, DutyRowVersion, "duty_row", fixed=("matter_id",))
_CALENDARS = versions.Tables(Calendar, CalendarVersion, "calendar")


def save_city(row: NewCity, *, digest: str, on: date, now: datetime) -> Outcome:
    """Records one loading of a pack, valid from day `on`; the same pack again (`digest`) writes nothing. made = the
    loading's id."""
    db.require_transaction()
    last = city_or_none()
    if last and last.digest == digest:
        return Outcome(digest, code=versions.SAME, made=last.pack_id)
    lists = {name: _numbered(getattr(row, name)) for name in ("sources", "place_kinds", "layers")}
    pack = Pack.objects.create(digest=digest, loaded_at=now, valid_from=on, **asdict(row) | lists)
    stamps.touch(AREA)
    return Outcome(digest, code=versions.CHANGED if last else versions.OPENED, made=pack.pk)


def save_matters(rows: Sequence[NewMatter], *, on: date) -> list[Outcome]:
    """Makes these the city's matters from day `on`; see `base.versions.save` for the Outcomes of this and the next."""
    db.require_transaction()
    return _saved(versions.save(_MATTERS, [_matter(row) for row in rows], on=on))


def save_standards(rows: Sequence[NewStandard], *, on: date) -> list[Outcome]:
    """The standards, after their matters."""
    db.require_transaction()
    matters = _matter_ids()
    return _saved(versions.save(_STANDARDS, [_standard(row, matters) for row in rows], on=on))


def save_duty_rows(rows: Sequence[NewDutyRow], *, on: date) -> list[Outcome]:
    """The duty list, after matters and units."""
    db.require_transaction()
    matters, units = _matter_ids(), {unit.code: unit.id for unit in directory.units(on).values()}
    return _saved(versions.save(_DUTY_ROWS, [_duty_row(row, matters, units) for row in rows], on=on))


def save_calendars(rows: Sequence[NewCalendar], *, on: date) -> list[Outcome]:
    """The work calendars."""
    db.require_transaction()
    return _saved(versions.save(_CALENDARS, [_calendar(row) for row in rows], on=on))


def _saved(outcomes: list[Outcome]) -> list[Outcome]:
    if versions.written(outcomes):
        stamps.touch(AREA)
    return outcomes


def _numbered(things: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """With the place of each in its list: jsonb puts keys in an order of its own."""
    return {code: {**thing, "order": place} for place, (code, thing) in enumerate(things.items())}


def _matter_ids() -> dict[str, int]:
    return dict(Matter.objects.values_list("code", "id"))


def _matter(row: NewMatter) -> versions.Row:
    return {
        "code": row.code,
        "family": row.family.value,
        "major": row.major,
        "major_en": row.major_en,
        "name": row.name,
        "name_en": row.name_en,
        "pinyin": pinyin_key(row.name),
        "keywords": list(row.keywords),
        "examples": list(row.examples),
        "verify": row.verify,
        "self_settle": row.self_settle,
        "check_by": row.check_by.value,
        "callback": row.callback.value,
        "fields": [_field(each) for each in row.fields],
    }


def _field(row: NewField) -> dict[str, Any]:
    """As JSON gives it back."""
    said = asdict(row)
    return said | {"kind": row.kind.value, "choices": list(row.choices), "choices_en": list(row.choices_en)}


def _standard(row: NewStandard, matters: Mapping[str, int]) -> versions.Row:
    return {
        "code": row.code,
        "matter_id": matters[row.matter_code],
        "condition": row.condition,
        "condition_en": row.condition_en,
        "urgency": row.urgency.value,
        "limit_value": row.limit_value,
        "limit_unit": row.limit_unit.value,
        "closing": row.closing,
        "closing_en": row.closing_en,
        "is_default": row.is_default,
        "arrival_value": row.arrival_value,
        "arrival_unit": row.arrival_unit.value if row.arrival_unit else "",
        "extend": row.extend,
    }


def _duty_row(row: NewDutyRow, matters: Mapping[str, int], units: Mapping[str, int]) -> versions.Row:
    return {
        "code": row.code,
        "matter_id": matters[row.matter_code],
        "region_code": row.region_code,
        "place_kind": row.place_kind,
        "lead_id": units[row.lead],
        "support_ids": [units[code] for code in row.support],
        "regulator_id": units[row.regulator] if row.regulator else None,
        "basis": row.basis,
        "owner": row.owner,
        "last_resort_id": units[row.last_resort] if row.last_resort else None,
        "list_kind": row.list_kind.value,
    }


def _calendar(row: NewCalendar) -> versions.Row:
    return {
        "code": row.code,
        "name": row.name,
        "name_en": row.name_en,
        "hours": dict(row.hours),
        "national_holidays": row.national_holidays,
        "days_on": list(row.days_on),
        "days_off": list(row.days_off),
    }
