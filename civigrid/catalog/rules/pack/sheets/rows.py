"""The rows of a workbook as those of a CSV file: each cell under the column's own name, as the CSV file has it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from openpyxl.utils import get_column_letter

from civigrid.catalog.rules.pack.faults import SHEET_ROWS, Faults, SheetPlace
from civigrid.catalog.rules.pack.sheets import headings
from civigrid.catalog.rules.pack.sheets.book import Cell, Sheet, sheets
from civigrid.catalog.rules.pack.sheets.guard import Unreadable
from civigrid.catalog.rules.pack.sheets.headings import Header, Words
from civigrid.catalog.rules.pack.sheets.names import Names

_NOTE = re.compile(r"(注|备注|说明|附|(填表|填报|制表|审核|审批|联系)(人|单位|日期)?)\s*[0-9一二三]?\s*[::、.]|合计$")
# where a column has no cell of its own, the cell that says it
_SAID_BY = {
    "matter": "matter_name", "code": "matter", "unit": "limit", "arrival_unit": "arrival", "extend": "limit",
    "default": "condition",
}  # fmt: skip


@dataclass(slots=True)
class Line:
    """One row of a sheet while its cells are turned into those of a CSV file. `number` tells sheet and row.

    `cells` may be changed; what is wrong is noted with `fault`, and an unknown name is left for the check of names.
    """

    file: str
    number: int
    header: Header
    cells: dict[str, str]
    major: str
    faults: Faults

    def fault(self, column: str, code: str, **facts: object) -> None:
        self.faults.add(self.file, self.number, column, code, **facts)

    def remark(self, column: str, code: str, **facts: object) -> None:
        self.faults.remark(self.file, self.number, column, code, **facts)

    def one(self, column: str, codes: tuple[str, ...]) -> None:
        """Puts a code in place of a name; a name of several is a fault."""
        if len(codes) > 1:
            self.fault(column, "several_names", value=self.cells.get(column, ""), allowed=", ".join(codes))
        if codes:
            self.cells[column] = codes[0]


def lines(file: str, data: bytes, words: Words, needed: tuple[str, ...], names: Names, faults: Faults) -> list[Line]:
    """The rows of every visible sheet that has a table; a fault where the file cannot be read or has none."""
    try:
        book = sheets(data)
    except Unreadable as no:
        faults.lose(file, 0, "", no.code, **no.facts)
        return []
    headers = [None if sheet.hidden else headings.find(sheet, words, needed) for sheet in book]
    faults.sheets[file] = [_place(sheet, header) for sheet, header in zip(book, headers, strict=True)]
    if not any(headers):
        faults.lose(file, 0, "", "no_header", allowed=", ".join(words.usual(name) for name in needed))
    found: list[Line] = []
    for number, (sheet, header) in enumerate(zip(book, headers, strict=True)):
        if header is None:
            faults.remark(file, 0, "", "sheet_hidden" if sheet.hidden else "sheet_skipped", value=sheet.name)
        elif _fits(file, number * SHEET_ROWS, header, words, needed, faults):
            found += _lines(file, number * SHEET_ROWS, sheet, header, words, names, faults)
    return found


def _place(sheet: Sheet, header: Header | None) -> SheetPlace:
    """What a fault says of a column: the heading it has in the sheet, or that of the cell which says it."""
    if header is None:
        return SheetPlace(sheet.name)
    columns = {_SAID_BY.get(name, name): at for name, at in reversed(header.columns.items())} | header.columns
    columns |= {name: columns[by] for name, by in _SAID_BY.items() if name not in columns and by in columns}
    said = {at: header.headings[name] for name, at in header.columns.items()}
    return SheetPlace(sheet.name, {name: (said[at], get_column_letter(at)) for name, at in columns.items()})


def _fits(file: str, start: int, header: Header, words: Words, needed: tuple[str, ...], faults: Faults) -> bool:
    missing = [name for name in needed if header.lacks(name)]
    for name in missing:
        allowed = ", ".join(words.said[name].split())
        faults.lose(file, start + header.last, words.usual(name), "heading_missing", allowed=allowed)
    for heading in header.strange:
        faults.remark(file, start + header.last, heading, "column_unread", allowed=_all_headings(words))
    return not missing


def _all_headings(words: Words) -> str:
    return ", ".join(words.usual(name) for name in words.said)


def _lines(
    file: str, start: int, sheet: Sheet, header: Header, words: Words, names: Names, faults: Faults
) -> Iterator[Line]:
    major = names.major(sheet.name)
    for row in sorted(sheet.rows):
        if row <= header.last or not sheet.own(row):
            continue
        cells = {name: sheet.rows[row][at] for name, at in header.columns.items() if at in sheet.rows[row]}
        if cells and all(words.column(cell.text) for cell in cells.values()):  # printed again on the next page
            again = headings.read(sheet, row, words)
            header = header if again.columns.items() <= header.columns.items() else again
        elif note := _note(sheet.rows[row], cells, names):
            major = names.major(note) or major
        else:
            yield from _line(file, start + row, header, cells, major, faults)


def _note(whole: Mapping[int, Cell], cells: Mapping[str, Cell], names: Names) -> str:
    """What a line says that is no row of the table: a title between the rows, a remark, who made the list; "" is a row."""
    first = whole[min(whole)]
    merged = len(whole) > 1 and len({cell.origin for cell in whole.values()}) == 1
    alone = len(whole) == 1 and bool(names.major(first.text))
    return first.text if not cells or merged or alone or _NOTE.match(first.text) else ""


def _line(
    file: str, number: int, header: Header, cells: Mapping[str, Cell], major: str, faults: Faults
) -> Iterator[Line]:
    line = Line(file, number, header, {name: cell.text for name, cell in cells.items()}, major, faults)
    wrong = [(name, cell) for name, cell in cells.items() if cell.wrong]
    for name, cell in wrong:
        faults.lose(file, number, name, cell.wrong, value=cell.text)
    if not wrong:
        yield line
