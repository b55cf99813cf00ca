"""The lists: matters and the fields of their forms, standards, duty rows. The last two come from a table or a sheet."""

from __future__ import annotations

import re
from collections.abc import Sequence

from civigrid.catalog.rules.lists import (
    Callback,
    CheckBy,
    Family,
    FieldKind,
    LimitUnit,
    ListKind,
    NewDutyRow,
    NewField,
    NewMatter,
    NewStandard,
    Urgency,
)
from civigrid.catalog.rules.pack import content
from civigrid.catalog.rules.pack.content import At
from civigrid.catalog.rules.pack.faults import Faults
from civigrid.catalog.rules.pack.read.common import rows_of
from civigrid.catalog.rules.pack.tables import Row

LONGEST_LIMIT = 3650
_CLOCK = {LimitUnit.MINUTES: 1, LimitUnit.URGENT_HOURS: 60}
FEWEST_CHOICES = 2
STANDARD_COLUMNS = (
    "code* matter* condition condition_en urgency arrival arrival_unit limit* unit* extend closing closing_en default"
)
DUTY_COLUMNS = "code* matter* region place_kind owner lead* support regulator last_resort list_kind basis"
_FIELD = re.compile(r"[a-z][a-z0-9_]*")


def matters(data: bytes, faults: Faults) -> list[At[NewMatter]]:
    columns = "code* family* major* major_en name* name_en keywords examples verify check_by* callback* self_settle"
    return [At(row.file, row.row, _matter(row)) for row in rows_of(content.MATTERS, data, columns, faults)]


def _matter(row: Row) -> NewMatter:
    return NewMatter(
        code=row.code(),
        family=row.choice("family", Family),
        major=row.text("major", required=True),
        name=row.text("name", required=True),
        check_by=row.choice("check_by", CheckBy),
        callback=row.choice("callback", Callback),
        major_en=row.text("major_en"),
        name_en=row.text("name_en"),
        keywords=row.words("keywords"),
        examples=row.words("examples"),
        verify=row.flag("verify"),
        self_settle=row.flag("self_settle"),
    )


def fields(data: bytes, faults: Faults) -> list[At[tuple[str, NewField]]]:
    """The fields of the forms, each with the code of its matter, in their order."""
    columns = "matter* field* name* name_en kind* required choices choices_en hint hint_en"
    rows = rows_of(content.FIELDS, data, columns, faults, key=("matter", "field"))
    return [At(row.file, row.row, (row.text("matter", required=True), _field(row))) for row in rows]


def _field(row: Row) -> NewField:
    key, kind = row.code("field"), row.choice("kind", FieldKind)
    choices, choices_en = row.words("choices"), row.words("choices_en")
    if key and not _FIELD.fullmatch(key):
        row.fault("field", "bad_field", value=key)
    if kind is not FieldKind.CHOICE and (choices or choices_en):
        row.fault("choices", "choices_unasked", value=kind.value)
    elif kind is FieldKind.CHOICE and len(choices) < FEWEST_CHOICES:
        row.fault("choices", "too_few_choices", least=FEWEST_CHOICES)
    elif choices_en and len(choices) != len(choices_en):
        row.fault("choices_en", "choices_differ", value=len(choices_en), other=len(choices))
    return NewField(
        field=key,
        name=row.text("name", required=True),
        kind=kind,
        name_en=row.text("name_en"),
        required=row.flag("required"),
        choices=choices,
        choices_en=choices_en,
        hint=row.text("hint"),
        hint_en=row.text("hint_en"),
    )


def standard_rows(data: bytes, faults: Faults) -> list[Row]:
    return rows_of(content.STANDARDS, data, STANDARD_COLUMNS, faults)


def standards(rows: Sequence[Row]) -> list[At[NewStandard]]:
    return [At(row.file, row.row, _standard(row)) for row in rows]


def _standard(row: Row) -> NewStandard:
    usual = Urgency.ORDINARY
    urgency = Urgency(row.number("urgency", least=1, most=3, default=usual, instead=usual))
    value, unit = row.number("limit", least=1, most=LONGEST_LIMIT, instead=LONGEST_LIMIT), row.choice("unit", LimitUnit)
    arrival_value, arrival_unit = _arrival(row)
    if arrival_value and arrival_unit and _is_longer((arrival_value, arrival_unit), (value, unit)):
        said = f"{arrival_value} {arrival_unit}", f"{value} {unit}"
        row.fault("arrival", "arrival_after_limit", value=said[0], limit=said[1])
    return NewStandard(
        code=row.code(),
        matter_code=row.text("matter", required=True),
        urgency=urgency,
        limit_value=value,
        limit_unit=unit,
        is_default=row.flag("default"),
        condition=row.text("condition"),
        condition_en=row.text("condition_en"),
        closing=row.text("closing"),
        closing_en=row.text("closing_en"),
        arrival_value=arrival_value,
        arrival_unit=arrival_unit,
        extend=_extend(row, urgency),
    )


def _is_longer(one: tuple[int, LimitUnit], other: tuple[int, LimitUnit]) -> bool:
    """Whether a limit is longer than another by whatever calendar: of one unit, or where both run round the clock."""
    if {one[1], other[1]} == {*_CLOCK}:
        return one[0] * _CLOCK[one[1]] > other[0] * _CLOCK[other[1]]
    return one[1] is other[1] and one[0] > other[0]


def _arrival(row: Row) -> tuple[int | None, LimitUnit | None]:
    """Until when somebody is on the spot 到场: a number and its unit, or neither."""
    value, unit = row.text("arrival"), row.text("arrival_unit")
    if not (value or unit):
        return None, None
    if not (value and unit):
        row.fault("arrival_unit" if value else "arrival", "arrival_half")
        return None, None
    return row.number("arrival", least=1, most=LONGEST_LIMIT), row.choice("arrival_unit", LimitUnit)


def _extend(row: Row, urgency: Urgency) -> bool:
    """Only what is ordinary may take longer 延期, and it may where nothing is said."""
    extend = row.flag("extend", default=urgency is Urgency.ORDINARY)
    if extend and urgency is not Urgency.ORDINARY:
        row.fault("extend", "urgent_not_extended")
    return extend


def duty_rows(data: bytes, faults: Faults) -> list[Row]:
    return rows_of(content.DUTY, data, DUTY_COLUMNS, faults)


def duty(rows: Sequence[Row]) -> list[At[NewDutyRow]]:
    return [At(row.file, row.row, _duty_row(row)) for row in rows]


def _duty_row(row: Row) -> NewDutyRow:
    owner, place_kind = row.text("owner"), row.text("place_kind")
    if owner and place_kind:
        row.fault("owner", "owner_and_place")
    return NewDutyRow(
        code=row.code(),
        matter_code=row.text("matter", required=True),
        lead=row.text("lead", required=True),
        region_code=row.text("region"),
        place_kind=place_kind,
        support=row.words("support"),
        regulator=row.text("regulator"),
        basis=row.text("basis"),
        owner=owner,
        last_resort=row.text("last_resort"),
        list_kind=row.choice("list_kind", ListKind, ListKind.NONE),
    )
