"""duty.xlsx 权责清单: one row per matter and kind of place or owner, its units by name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice, product

from civigrid.catalog.rules.lists import UNKNOWN_OWNER, ListKind
from civigrid.catalog.rules.pack import content
from civigrid.catalog.rules.pack.faults import Faults
from civigrid.catalog.rules.pack.sheets import headings
from civigrid.catalog.rules.pack.sheets.guard import CELLS, ROWS
from civigrid.catalog.rules.pack.sheets.matters import name_matter
from civigrid.catalog.rules.pack.sheets.names import Codes, Names
from civigrid.catalog.rules.pack.sheets.rows import Line, lines
from civigrid.catalog.rules.pack.sheets.values import given, plain
from civigrid.catalog.rules.pack.tables import SEPARATOR, Row

NEEDED = ("matter", "lead")
_LIST_KINDS = {
    **dict.fromkeys(("基本履职", "基本", "基本履职事项"), ListKind.BASIC),
    **dict.fromkeys(("配合履职", "配合", "配合履职事项"), ListKind.ASSIST),
    **dict.fromkeys(("上级收回", "收回", "上级部门收回", "上级部门收回事项"), ListKind.WITHDRAWN),
}
_THE_OWNER = frozenset({"权属单位", "产权单位", "权属人"})  # as the unit that leads: whoever the row's owner is


def duty(data: bytes, names: Names, faults: Faults) -> list[Row]:
    """The rows as those of duty.csv. A row for several kinds of place, owners or areas becomes one for each. A code that is
    not given is made of the matter and what the row is for, so that it stays when rows are put between."""
    found = lines(content.DUTY_SHEET, data, headings.DUTY, NEEDED, names, faults)
    rows = list(islice((each for line in found for each in _rows(line, names)), ROWS + 1))
    if len(rows) > ROWS:
        faults.lose(content.DUTY_SHEET, 0, "", "sheet_too_large", rows=ROWS, cells=CELLS)
        return []
    _codes(rows)
    return [Row(line.file, line.number, line.cells, faults) for line in rows]


def _rows(line: Line, names: Names) -> Iterator[Line]:
    name_matter(line, names)
    for column in ("region", "place_kind", "owner", "support", "regulator", "last_resort", "list_kind"):
        line.cells[column] = given(line.cells.get(column, ""))
    for column in ("lead", "regulator", "last_resort"):
        _one_unit(line, column, names)
    line.cells["support"] = SEPARATOR.join(_known(line, "support", *each) for each in _units(line, "support", names))
    kind = line.cells["list_kind"]
    line.cells["list_kind"] = _LIST_KINDS.get(plain(kind), kind)
    yield from _for_each_place(line, names)


def _units(line: Line, column: str, names: Names) -> list[tuple[str, Codes]]:
    text = line.cells.get(column, "")
    return names.units(text) if text else []


def _one_unit(line: Line, column: str, names: Names) -> None:
    found = _units(line, column, names)
    if len(found) > 1:
        line.fault(column, "one_unit", value=line.cells[column])
    for each in found[:1]:
        line.cells[column] = _known(line, column, *each)


def _known(line: Line, column: str, name: str, codes: Codes) -> str:
    """The code, or the name where there is none: the check of names tells of it."""
    if len(codes) > 1:
        line.fault(column, "several_names", value=name, allowed=", ".join(codes))
    return codes[0] if codes else name


def _for_each_place(line: Line, names: Names) -> Iterator[Line]:
    said = {
        "place_kind": names.place_kinds(line.cells["place_kind"]),
        "owner": names.owners(line.cells["owner"]),
        "region": names.regions(line.cells["region"]),
    }
    several = [column for column, found in said.items() if len(found) > 1]
    codes = [[_known(line, column, *each) for each in found] for column, found in said.items()]
    for each in product(*codes):
        place = dict(zip(said, each, strict=True))
        cells = {**line.cells, **place}
        if cells.get("code"):
            cells["code"] = "-".join([cells["code"], *(place[column] for column in several if place[column])])
        if plain(cells.get("lead", "")) in _THE_OWNER and place["owner"] not in ("", UNKNOWN_OWNER):
            cells["lead"] = place["owner"]
        yield replace(line, cells=cells)


def _codes(rows: list[Line]) -> None:
    taken = {line.cells.setdefault("code", "") for line in rows}
    times: Counter[str] = Counter()
    for cells in (line.cells for line in rows if not line.cells["code"]):
        parts = (cells["matter"], cells["place_kind"], cells["owner"], cells["region"])
        code = made = "-".join(filter(None, parts))
        while code in taken:
            times[made] += 1
            code = f"{made}-{times[made] + 1}"
        taken.add(code)
        cells["code"] = code
