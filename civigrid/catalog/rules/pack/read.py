"""Each file of a pack into rows. What can be said of a row by itself is said here."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from civigrid.catalog.rules.calendars import parse_calendar
from civigrid.catalog.rules.lists import (
    Callback,
    Carry,
    CheckBy,
    Family,
    LimitUnit,
    NewCalendar,
    NewCity,
    NewDutyRow,
    NewMatter,
    NewStandard,
    Urgency,
)
from civigrid.catalog.rules.pack import content
from civigrid.catalog.rules.pack.content import At, StockReport
from civigrid.catalog.rules.pack.faults import Faults
from civigrid.catalog.rules.pack.tables import Row, once, table
from civigrid.catalog.rules.pack.trees import Node, tree
from civigrid.directory.rules import NewAccount, NewPost, NewUnit, Role, UnitKind
from civigrid.places.rules import KINDS_OF, NewRegion, RegionKind, level_of

LANGUAGES = ("zh-hans", "en")
LONGEST_LIMIT = 3650
_PATTERN = re.compile(r"[A-Z0-9-]*\{date\}-?\{seq\}")


def _rows(file: str, data: bytes, columns: str, faults: Faults, *, key: Sequence[str] = ("code",)) -> list[Row]:
    """The rows of a table; in `columns` a name with * must be there."""
    names = columns.split()
    required = [name.rstrip("*") for name in names if name.endswith("*")]
    found = table(file, data, [name.rstrip("*") for name in names], required, faults)
    once(found, key)
    return found


def regions(data: bytes, faults: Faults) -> list[At[NewRegion]]:
    rows = _rows(content.REGIONS, data, "code* name* name_en kind aliases predecessors", faults)
    return [At(row.row, _region(row)) for row in rows]


def _region(row: Row) -> NewRegion:
    code, kind = row.text("code", required=True), row.choice("kind", RegionKind, RegionKind.NONE)
    level = level_of(code)
    if code and (level is None or not code.isdigit()):
        row.fault("code", "bad_region_code", value=code)
    elif level and kind not in KINDS_OF.get(level, {RegionKind.NONE}):
        allowed = ", ".join(sorted(KINDS_OF.get(level, ())))
        row.fault("kind", "unknown_value" if kind else "required", value=kind.value, allowed=allowed)
    return NewRegion(
        code=code,
        name=row.text("name", required=True),
        kind=kind,
        name_en=row.text("name_en"),
        aliases=row.words("aliases"),
        predecessors=row.words("predecessors"),
    )


def units(data: bytes, faults: Faults) -> list[At[NewUnit]]:
    rows = _rows(content.UNITS, data, "code* name* name_en kind* parent region calendar* night_duty", faults)
    return [
        At(
            row.row,
            NewUnit(
                code=row.text("code", required=True),
                name=row.text("name", required=True),
                kind=row.choice("kind", UnitKind),
                name_en=row.text("name_en"),
                parent_code=row.text("parent"),
                region_code=row.text("region"),
                calendar_code=row.text("calendar", required=True),
                night_duty=row.flag("night_duty"),
            ),
        )
        for row in rows
    ]


def people(data: bytes, faults: Faults) -> list[At[NewAccount]]:
    rows = _rows(content.PEOPLE, data, "username* name* name_en language", faults, key=("username",))
    for row in rows:
        if (language := row.text("language")) not in ("", *LANGUAGES):
            row.fault("language", "unknown_value", value=language, allowed=", ".join(LANGUAGES))
    return [
        At(
            row.row,
            NewAccount(
                username=row.text("username", required=True),
                name=row.text("name", required=True),
                name_en=row.text("name_en"),
                language=row.text("language") or LANGUAGES[0],
            ),
        )
        for row in rows
    ]


def posts(data: bytes, faults: Faults) -> list[At[NewPost]]:
    rows = _rows(content.POSTS, data, "username* unit* role* regions", faults, key=("username", "unit", "role"))
    return [
        At(
            row.row,
            NewPost(
                username=row.text("username", required=True),
                unit_code=row.text("unit", required=True),
                role=row.choice("role", Role),
                regions=row.words("regions"),
            ),
        )
        for row in rows
    ]


def matters(data: bytes, faults: Faults) -> list[At[NewMatter]]:
    columns = "code* family* major* major_en name* name_en keywords examples verify check_by* callback*"
    return [
        At(
            row.row,
            NewMatter(
                code=row.text("code", required=True),
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
            ),
        )
        for row in _rows(content.MATTERS, data, columns, faults)
    ]


def standards(data: bytes, faults: Faults) -> list[At[NewStandard]]:
    columns = "code* matter* condition condition_en urgency limit* unit* closing closing_en default"
    return [
        At(
            row.row,
            NewStandard(
                code=row.text("code", required=True),
                matter_code=row.text("matter", required=True),
                urgency=Urgency(row.number("urgency", least=1, most=3, default=Urgency.ORDINARY)),
                limit_value=row.number("limit", least=1, most=LONGEST_LIMIT),
                limit_unit=row.choice("unit", LimitUnit),
                is_default=row.flag("default"),
                condition=row.text("condition"),
                condition_en=row.text("condition_en"),
                closing=row.text("closing"),
                closing_en=row.text("closing_en"),
            ),
        )
        for row in _rows(content.STANDARDS, data, columns, faults)
    ]


def duty(data: bytes, faults: Faults) -> list[At[NewDutyRow]]:
    rows = _rows(content.DUTY, data, "code* matter* region place_kind lead* support regulator basis", faults)
    return [
        At(
            row.row,
            NewDutyRow(
                code=row.text("code", required=True),
                matter_code=row.text("matter", required=True),
                lead=row.text("lead", required=True),
                region_code=row.text("region"),
                place_kind=row.text("place_kind"),
                support=row.words("support"),
                regulator=row.text("regulator"),
                basis=row.text("basis"),
            ),
        )
        for row in rows
    ]


def city(data: bytes, faults: Faults) -> NewCity | None:
    """Missing only where the file is no mapping."""
    values = tree(content.CITY, data, faults)
    if values is None:
        return None
    node = Node(content.CITY, "", values, faults)
    node.only(
        "name", "name_en", "timezone", "root", "number_pattern", "confidence_bar", "calendar", "sources", "place_kinds"
    )
    bar = node.number("confidence_bar", least=0, most=1)
    return NewCity(
        name=node.text("name", required=True),
        name_en=node.text("name_en"),
        timezone=_timezone(node),
        root_code=node.text("root", required=True),
        number_pattern=_pattern(node),
        confidence_bar=0.6 if bar is None else bar,
        calendar_code=node.text("calendar", required=True),
        sources={code: _source(each) for code, each in node.nodes("sources")},
        place_kinds={code: _place_kind(each) for code, each in node.nodes("place_kinds")},
    )


def _timezone(node: Node) -> str:
    name = node.text("timezone", required=True)
    try:
        return ZoneInfo(name).key if name else ""
    except (ZoneInfoNotFoundError, ValueError, OSError):
        node.fault("timezone", "bad_timezone", value=name)
        return ""


def _pattern(node: Node) -> str:
    """A number is its prefix, the filing date and a sequence."""
    pattern = node.text("number_pattern", required=True)
    if pattern and not _PATTERN.fullmatch(pattern):
        node.fault("number_pattern", "bad_number_pattern", value=pattern)
    elif pattern and not re.search("[A-Z-]", pattern):
        # digits only might be a telephone or identity number, which the record refuses
        node.fault("number_pattern", "number_of_digits", value=pattern)
    return pattern


def _source(node: Node) -> dict[str, str]:
    carry = node.text("carry", required=True)
    if carry and carry not in {each.value for each in Carry}:
        node.fault("carry", "unknown_value", value=carry, allowed=", ".join(Carry))
    return {"name": node.text("name", required=True), "name_en": node.text("name_en"), "carry": carry}


def _place_kind(node: Node) -> dict[str, Any]:
    words = list(node.items("words", str))
    return {"name": node.text("name", required=True), "name_en": node.text("name_en"), "words": words}


def calendars(data: bytes, faults: Faults) -> list[At[NewCalendar]]:
    values = tree(content.CALENDARS, data, faults)
    if values is None:
        return []
    top = Node(content.CALENDARS, "", values, faults)
    return [At(0, _calendar(code, node)) for code, node in top.children()]


def _calendar(code: str, node: Node) -> NewCalendar:
    node.only("name", "name_en", "national_holidays", "week", "seasons", "planned", "days_on", "days_off")
    hours = {key: node.values[key] for key in ("week", "seasons", "planned") if key in node.values}
    try:
        parse_calendar(code, hours, holidays=None)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        node.fault("week", "bad_hours", error=str(error))
    return NewCalendar(
        code=code,
        name=node.text("name", required=True),
        hours=_plain(hours),
        name_en=node.text("name_en"),
        national_holidays=node.flag("national_holidays", True),
        days_on=node.items("days_on", date),
        days_off=node.items("days_off", date),
    )


def _plain(value: Any) -> Any:
    """As JSON gives it back: every key is text."""
    if isinstance(value, dict):
        return {str(key): _plain(each) for key, each in value.items()}
    return [_plain(each) for each in value] if isinstance(value, list) else value


def reports(data: bytes, faults: Faults) -> list[At[StockReport]]:
    values = tree(content.REPORTS, data, faults)
    if values is None:
        return []
    if not isinstance(values, list):
        faults.add(content.REPORTS, 0, "", "not_a_list", kind="mapping")
        return []
    nodes = (Node(content.REPORTS, "", each, faults, row=number) for number, each in enumerate(values, start=1))
    return [At(node.row, _report(node)) for node in nodes]


def _report(node: Node) -> StockReport:
    lon, lat = node.number("lon", least=-180, most=180), node.number("lat", least=-90, most=90)
    if (lon is None) != (lat is None):
        node.fault("lat" if lat is None else "lon", "required")
    return StockReport(
        source=node.text("source", required=True),
        kind=node.text("kind", required=True),
        text=node.text("text", required=True),
        place=node.text("place"),
        lon=lon,
        lat=lat,
        title=node.text("title"),
        matter=node.text("matter"),
        key=node.text("key") or str(node.row),
        confidential=node.flag("confidential", False),
        language=node.text("language") or LANGUAGES[0],
        expect=node.text("expect"),
    )
