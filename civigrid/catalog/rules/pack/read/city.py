"""city.yaml and calendars.yaml into rows."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from civigrid.catalog.rules.calendars import overlap, parse_calendar
from civigrid.catalog.rules.lists import (
    OWN_CASE_DAYS,
    REOPEN_DAYS,
    SELF_SETTLED_CHECKED,
    SERVICES,
    TOLERANCE,
    Carry,
    NewCalendar,
    NewCity,
)
from civigrid.catalog.rules.pack import content
from civigrid.catalog.rules.pack.content import At
from civigrid.catalog.rules.pack.faults import Faults
from civigrid.catalog.rules.pack.tables import allowed
from civigrid.catalog.rules.pack.trees import Node, tree
from civigrid.directory.rules import UnitKind
from civigrid.places.rules import LayerStyle

_KEYS = (
    "name", "name_en", "timezone", "root", "number_pattern", "confidence_bar", "calendar", "calendar_of", "sources",
    "place_kinds", "layers", "self_settled_checked", "reopen_days", "tolerance_m",
    "own_case_days", "services",
)  # fmt: skip
_PATTERN = re.compile(r"[A-Z0-9-]{0,20}\{date\}-?\{seq\}")
_LAYER = re.compile(r"[a-z][a-z0-9_-]*")
LEVELS = ("community", "town", "city")
LONGEST_REOPEN = 3650  # days
FIRST_YEAR, LAST_YEAR = 1900, 2200  # of a calendar
FARTHEST_BACK = 365  # days: a contact is not kept longer
FURTHEST = 200  # metres of tolerance: beyond it a point would be in no grid in particular
SURE = 0.6  # where a pack says nothing: below it a person is asked


def city(data: bytes, faults: Faults) -> NewCity | None:
    """Missing only where the file cannot be read."""
    values = tree(content.CITY, data, faults)
    if content.CITY in faults.lost:
        return None
    node = Node(content.CITY, "", values, faults)
    node.only(*_KEYS)
    bar = node.number("confidence_bar", least=0, most=1)
    share = node.number("self_settled_checked", least=0, most=1)
    days = node.number("reopen_days", least=0, most=LONGEST_REOPEN)
    back = node.number("own_case_days", least=1, most=FARTHEST_BACK)
    tolerance = node.number("tolerance_m", least=0, most=FURTHEST)
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
        self_settled_checked=SELF_SETTLED_CHECKED if share is None else share,
        reopen_days=REOPEN_DAYS if days is None else round(days),
        tolerance_m=TOLERANCE if tolerance is None else tolerance,
        own_case_days=OWN_CASE_DAYS if back is None else round(back),
        services=_services(Node(content.CITY, "services", node.values.get("services") or {}, faults)),
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


def _services(node: Node) -> dict[str, str]:
    node.only(*SERVICES)
    return {service: node.text(service, required=True) for service in SERVICES if service in node.values}


def _source(node: Node) -> dict[str, str]:
    carry = node.text("carry", required=True)
    if carry and carry not in {each.value for each in Carry}:
        node.fault("carry", "unknown_value", value=carry, allowed=allowed(Carry))
    level = node.text("level") or LEVELS[-1]
    if level not in LEVELS:
        node.fault("level", "unknown_value", value=level, allowed=", ".join(LEVELS))
    return {
        "name": node.text("name", required=True),
        "name_en": node.text("name_en"),
        "carry": carry,
        "verify": "yes" if node.flag("verify", False) else "",
        "level": level,
    }


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
        seasons = parse_calendar(code, hours, holidays=None).seasons
    except (ValueError, LookupError, TypeError, AttributeError, OverflowError) as error:
        node.fault("week", "bad_hours", error=str(error))
        hours, seasons = {}, ()
    if day := overlap(seasons):
        node.fault("seasons", "seasons_overlap", value="{:02}-{:02}".format(*day))
    if planned := _planned(node):
        hours["planned"] = planned
    days_on, days_off = _days(node)
    return NewCalendar(
        code=code,
        name=node.text("name", required=True),
        hours=hours,
        name_en=node.text("name_en"),
        national_holidays=node.flag("national_holidays", True),
        days_on=days_on,
        days_off=days_off,
    )


def _days(node: Node) -> tuple[tuple[date, ...], tuple[date, ...]]:
    """The days that are worked and those that are not, each day once."""
    on, off = node.dates("days_on"), node.dates("days_off")
    for key, days in (("days_on", on), ("days_off", off)):
        for day in (each for each, count in Counter(days).items() if count > 1):
            node.fault(key, "day_twice", value=day)
    for day in sorted(set(on) & set(off)):
        node.fault("days_off", "day_on_and_off", value=day)
    return on, off


def _hours(values: Mapping[str, Any]) -> dict[str, Any]:
    """What `parse_calendar` reads, as JSON gives it back: every key is text. Raises what it raises."""
    seasons = [
        {"from": str(each["from"]), "to": str(each["to"]), "week": _week(each["week"])}
        for each in values.get("seasons") or ()
    ]
    return {"week": _week(values["week"]), "seasons": seasons, "planned": []}


def _week(days: Mapping[Any, Any]) -> dict[str, list[str]]:
    return {str(key): [str(hours) for hours in spans] for key, spans in days.items()}


def _planned(node: Node) -> list[int]:
    """The years whose plan is known."""
    years: tuple[int, ...] = node.items("planned", int)
    for year in years:
        if not FIRST_YEAR <= year <= LAST_YEAR:
            node.fault("planned", "not_a_number", value=year, least=FIRST_YEAR, most=LAST_YEAR)
    return [year for year in years if FIRST_YEAR <= year <= LAST_YEAR]
