"""Matters, standards and duty rows as they are on a day, or as a case was made with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from civigrid.base import stamps
from civigrid.catalog.models import DutyRowVersion, MatterVersion, StandardVersion
from civigrid.catalog.queries.stamp import AREA
from civigrid.catalog.rules import Callback, CheckBy, Family, LimitUnit, ListKind, Urgency


@dataclass(frozen=True, slots=True)
class MatterRow:
    """What a report can be about. `id` is the matter's, for ever; `version_id` that of the day. `fields`: its form,
    each with the keys of `rules.NewField`. `verify` 核实 before filing, `self_settle` 自行处置 as in `rules.NewMatter`."""

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
    self_settle: bool = False


@dataclass(frozen=True, slots=True)
class StandardRow:
    """One filing condition of a matter and its limits; `is_default` where nobody has looked which condition holds.
    `arrival_*`: until when somebody is on the spot, or None; `extend`: whether the limit may be extended."""

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
    arrival_value: int | None = None
    arrival_unit: LimitUnit | None = None
    extend: bool = True


@dataclass(frozen=True, slots=True)
class DutyRowRow:
    """Whose duty a matter is below a region code ("" is the whole city), in a kind of place ("" is any) or for the
    assets of an owner: "" is any, a unit's code, or `rules.UNKNOWN_OWNER`."""

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
    owner: str = ""
    last_resort_id: int | None = None
    list_kind: ListKind = ListKind.NONE


@stamps.kept(AREA)
def matters(on: date) -> dict[int, MatterRow]:
    """The matters of a day, by id, in the order of their codes."""
    found = MatterVersion.objects.filter(valid__contains=on).select_related("matter").order_by("matter__code")
    return {version.matter_id: matter_row(version) for version in found}


@stamps.kept(AREA)
def matters_by_code(on: date) -> dict[str, MatterRow]:
    return {matter.code: matter for matter in matters(on).values()}


@stamps.kept(AREA)
def standards(on: date) -> list[StandardRow]:
    """The standards of a day, in the order of their codes."""
    found = StandardVersion.objects.filter(valid__contains=on).select_related("standard").order_by("standard__code")
    return [standard_row(version) for version in found]


@stamps.kept(AREA)
def duty_rows(on: date) -> list[DutyRowRow]:
    """The duty list of a day, in the order of its codes."""
    found = DutyRowVersion.objects.filter(valid__contains=on).select_related("duty_row").order_by("duty_row__code")
    return [duty_row_row(version) for version in found]


def standard_version(version_id: int) -> StandardRow:
    """The standard a case was opened under, also where it is no longer valid."""
    return standard_row(StandardVersion.objects.select_related("standard").get(id=version_id))


def duty_row_version(version_id: int) -> DutyRowRow:
    """The duty row a case was sent by, also where it is no longer valid."""
    return duty_row_row(DutyRowVersion.objects.select_related("duty_row").get(id=version_id))


def matter_row(version: MatterVersion) -> MatterRow:
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
        self_settle=version.self_settle,
    )


def standard_row(version: StandardVersion) -> StandardRow:
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
        arrival_value=version.arrival_value,
        arrival_unit=LimitUnit(version.arrival_unit) if version.arrival_unit else None,
        extend=version.extend,
    )


def duty_row_row(version: DutyRowVersion) -> DutyRowRow:
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
        owner=version.owner,
        last_resort_id=version.last_resort_id,
        list_kind=ListKind(version.list_kind),
    )
