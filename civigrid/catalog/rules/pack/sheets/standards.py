"""standards.xlsx 立案结案标准: one row per filing condition, with its limits in words and numbers."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence

from civigrid.catalog.rules.lists import LimitUnit, Urgency
from civigrid.catalog.rules.pack import content
from civigrid.catalog.rules.pack.faults import Faults
from civigrid.catalog.rules.pack.sheets import headings
from civigrid.catalog.rules.pack.sheets.matters import name_matter
from civigrid.catalog.rules.pack.sheets.names import Names
from civigrid.catalog.rules.pack.sheets.rows import Line, lines
from civigrid.catalog.rules.pack.sheets.values import NO, YES, flag, given, is_date, level, limit, limit_unit
from civigrid.catalog.rules.pack.tables import Row

NEEDED = ("matter", "limit")
_LEVELS = "特急 Ⅰ, 紧急 Ⅱ, 一般 Ⅲ"
_HOLDER = "1", LimitUnit.WORK_DAYS.value  # of a limit that is a fault already, so that it is not told twice


def standards(data: bytes, names: Names, faults: Faults) -> list[Row]:
    """The rows as those of standards.csv. `default`, where the list has no such column, is the first of a matter's rows
    whose level is the least urgent; a code that is not given is the matter's and the number of the condition."""
    found = lines(content.STANDARDS_SHEET, data, headings.STANDARDS, NEEDED, names, faults)
    for line in found:
        name_matter(line, names)
        _limits(line)
        _level(line)
        _flags(line)
    _codes(found)
    _defaults(found)
    return [Row(line.file, line.number, line.cells, faults) for line in found]


def _limits(line: Line) -> None:
    for value, unit in (("limit", "unit"), ("arrival", "arrival_unit")):
        text, said = given(line.cells.get(value, "")), given(line.cells.get(unit, ""))
        counted = limit_unit(said) if said else line.header.units.get(value)
        found = limit(text, counted) if text else None
        if found:
            line.cells[value], line.cells[unit] = str(found[0]), found[1].value
        elif text:
            line.fault(value, "limit_is_date" if is_date(text) else "bad_limit", value=f"{text}{said}")
            line.cells[value], line.cells[unit] = _HOLDER
        else:
            line.cells[value], line.cells[unit] = "", _HOLDER[1] if value == "limit" else ""


def _level(line: Line) -> None:
    text = given(line.cells.get("urgency", ""))
    found = level(text) if text else None
    if text and found is None:
        line.fault("urgency", "unknown_value", value=text, allowed=_LEVELS)
    line.cells["urgency"] = str(int(found or Urgency.ORDINARY))


def _flags(line: Line) -> None:
    for column in ("default", "extend"):
        if text := line.cells.get(column, ""):
            line.cells[column] = flag(text) or text


def _codes(found: Sequence[Line]) -> None:
    given_codes = {line.cells["code"] for line in found if line.cells.get("code")}
    numbers: Counter[str] = Counter()
    for line in found:
        matter, number = line.cells.get("matter", ""), line.cells.pop("number", "")
        numbers[matter] += 1
        while f"{matter}-{numbers[matter]}" in given_codes:
            numbers[matter] += 1
        if not line.cells.get("code"):
            line.cells["code"] = f"{matter}-{number or numbers[matter]}"


def _defaults(found: Sequence[Line]) -> None:
    of_matter: dict[str, list[Line]] = defaultdict(list)
    for line in found:
        of_matter[line.cells.get("matter", "")].append(line)
    for rows in of_matter.values():
        said = any(line.cells.get("default") for line in rows)
        usual = max(rows, key=lambda line: line.cells["urgency"])  # the first of those of the least urgent level
        for line in rows:
            line.cells["default"] = line.cells.get("default") or (YES if line is usual and not said else NO)
