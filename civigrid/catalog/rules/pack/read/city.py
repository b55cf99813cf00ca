"""city.yaml and calendars.yaml into rows."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from civigrid.catalog.rules.calendars import parse_calendar
from civigrid.catalog.rules.lists import Carry, NewCalendar, NewCity
from civigrid.catalog.rules.pack import content
from civigrid.catalog.rules.pack.content import At
from civigrid.catalog.rules.pack.faults import Faults
from civigrid.catalog.rules.pack.tables import allowed
from civigrid.catalog.rules.pack.trees import Node, tree
from civigrid.directory.rules import UnitKind
from civigrid.places.rules import LayerStyle

_KEYS = (
    "name", "name_en", "timezone", "root", "number_pattern", "confidence_bar", "calendar", "calendar_of", "sources",
    "place_kinds", "layers",
)  # fmt: skip
_PATTERN = re.compile(r"[A-Z0-9-]{0,20}\{date\}-?\{seq\}")
_LAYER = re.compile(r"[a-z][a-z0-9_-]*")
SURE = 0.6  # where a pack says nothing: below it a person is asked


def city(data: bytes, faults: Faults) -> NewCity | None:
    """Missing only where the file cannot be read."""
    values = tree(content.CITY, data, faults)
    if content.CITY in faults.lost:
        return None
    node = Node(content.CITY, "", values, faults)
    node.only(*_KEYS)
    bar = node.number("confidence_bar", least=0, most=1)
    return NewCity(
        name=node.text("name", required=True),
        name_en=node.text("name_en"),
        timezone=_timezone(node),
        root_code=_root(node),
        number_pattern=_pattern(node),
        confidence_bar=SURE if bar is None else bar,
        calendar_code=node.text("calendar", required=True),
        calendar_of=_calendar_of(Node(content.CITY, "calendar_of", node.values.get("calendar_of") or {}, faults)),
        sources={code: _source(each) for code, each in node.nodes("sources")},
        place_kinds={code: _place_kind(each) for code, each in node.nodes("place_kinds")},
        layers={code: _layer(code, each) for code, each in node.nodes("layers")},
    )


def _root(node: Node) -> str:
    root = node.text("root", required=True)
    if root and not (root.isascii() and root.isdigit() and len(root) in (2, 4, 6)):
        node.fault("root", "bad_root", value=root)
        return ""
    return root


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


def _calendar_of(node: Node) -> dict[str, str]:
    kinds = [kind.value for kind in UnitKind]
    node.only(*kinds)
    return {kind: node.text(kind, required=True) for kind in kinds if kind in node.values}


def _source(node: Node) -> dict[str, str]:
    carry = node.text("carry", required=True)
    if carry and carry not in {each.value for each in Carry}:
        node.fault("carry", "unknown_value", value=carry, allowed=allowed(Carry))
    return {"name": node.text("name", required=True), "name_en": node.text("name_en"), "carry": carry}


def _place_kind(node: Node) -> dict[str, Any]:
    words = list(node.items("words", str))
    return {"name": node.text("name", required=True), "name_en": node.text("name_en"), "words": words}


def _layer(code: str, node: Node) -> dict[str, str]:
    if not _LAYER.fullmatch(code):
        node.fault("", "bad_layer", value=code)
    style = node.text("style", required=True)
    if style and style not in {each.value for each in LayerStyle}:
        node.fault("style", "unknown_value", value=style, allowed=allowed(LayerStyle))
    return {"name": node.text("name", required=True), "name_en": node.text("name_en"), "style": style}


def calendars(data: bytes, faults: Faults) -> list[At[NewCalendar]]:
    values = tree(content.CALENDARS, data, faults)
    if content.CALENDARS in faults.lost:
        return []
    top = Node(content.CALENDARS, "", values, faults)
    return [At(content.CALENDARS, 0, _calendar(code, node)) for code, node in top.children()]


def _calendar(code: str, node: Node) -> NewCalendar:
    node.only("name", "name_en", "national_holidays", "week", "seasons", "planned", "days_on", "days_off")
    try:
        hours = _hours(node.values)
        parse_calendar(code, hours, holidays=None)
    except (ValueError, LookupError, TypeError, AttributeError, OverflowError) as error:
        node.fault("week", "bad_hours", error=str(error))
        hours = {}
    return NewCalendar(
        code=code,
        name=node.text("name", required=True),
        hours=hours,
        name_en=node.text("name_en"),
        national_holidays=node.flag("national_holidays", True),
        days_on=node.items("days_on", date),
        days_off=node.items("days_off", date),
    )


def _hours(values: Mapping[str, Any]) -> dict[str, Any]:
    """What `parse_calendar` reads, as JSON gives it back: every key is text. Raises what it raises."""
    seasons = [
        {"from": str(each["from"]), "to": str(each["to"]), "week": _week(each["week"])}
        for each in values.get("seasons") or ()
    ]
    planned = [_year(year) for year in values.get("planned") or ()]
    return {"week": _week(values["week"]), "seasons": seasons, "planned": planned}


def _week(days: Mapping[Any, Any]) -> dict[str, list[str]]:
    return {str(key): [str(hours) for hours in spans] for key, spans in days.items()}


def _year(year: Any) -> int:
    if isinstance(year, int) and 1900 <= year <= 2200:
        return year
    raise ValueError("planned")
