"""Units as they are on a day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from civigrid.base import stamps
from civigrid.directory.models import UnitVersion
from civigrid.directory.queries.stamp import AREA
from civigrid.directory.rules import UnitKind


@dataclass(frozen=True, slots=True)
class UnitRow:
    """A unit as it is on a day. `pinyin` is its whole spelling, a space, its initials; `aliases` other names of it."""

    id: int
    code: str
    name: str
    name_en: str
    kind: UnitKind
    parent_id: int | None
    region_code: str
    calendar_code: str
    pinyin: str
    night_duty: bool
    aliases: tuple[str, ...] = ()


@stamps.kept(AREA)
def units(on: date) -> dict[int, UnitRow]:
    """The units that exist on a day, by id, in the order of their codes."""
    found = UnitVersion.objects.filter(valid__contains=on).select_related("unit").order_by("unit__code")
    return {version.unit_id: unit_row(version) for version in found}


@stamps.kept(AREA)
def _units_by_code(on: date) -> dict[str, UnitRow]:
    return {unit.code: unit for unit in units(on).values()}


@stamps.kept(AREA)
def _children(on: date) -> Mapping[int, list[int]]:
    found = defaultdict(list)
    for unit in units(on).values():
        if unit.parent_id is not None:
            found[unit.parent_id].append(unit.id)
    return dict(found)


def unit_by_code(code: str, on: date) -> UnitRow | None:
    return _units_by_code(on).get(code)


def below(unit_id: int, on: date) -> tuple[int, ...]:
    """The unit and every unit under it, itself first."""
    children = _children(on)
    found = [unit_id]
    for each in found:  # grows while it is walked: breadth first
        found.extend(children.get(each, ()))
    return tuple(found)


def unit_row(version: UnitVersion) -> UnitRow:
    return UnitRow(
        id=version.unit_id,
        code=version.unit.code,
        name=version.name,
        name_en=version.name_en,
        kind=UnitKind(version.kind),
        parent_id=version.parent_id,
        region_code=version.region_code,
        calendar_code=version.calendar_code,
        pinyin=version.pinyin,
        night_duty=version.night_duty,
        aliases=tuple(version.aliases),
    )
