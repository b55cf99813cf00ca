"""A workbook's sheets as grids of text: cells by row and column, merged ones filled, errors marked."""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter, range_boundaries

from civigrid.catalog.rules.pack.sheets.guard import CELLS, ROWS, Scan, Unreadable, scan

COLUMNS = 100  # what stands farther to the right is no list
_ESCAPED = re.compile(r"_x000[Dd]_")


@dataclass(frozen=True, slots=True)
class Cell:
    """`origin` is where the value stands: the first cell of a merged range. `wrong`: the code of what is wrong."""

    text: str
    origin: tuple[int, int]
    wrong: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """`rows`: the cells that hold something, by row and column from 1."""

    name: str
    hidden: bool
    rows: dict[int, dict[int, Cell]] = field(default_factory=dict)

    def own(self, row: int) -> bool:
        """Whether a value stands in the row itself, not only in what is merged with a row above."""
        return any(cell.origin[0] == row for cell in self.rows.get(row, {}).values())


def sheets(data: bytes) -> list[Sheet]:
    """The sheets in their order. Raises Unreadable."""
    parts = scan(data)
    try:
        with warnings.catch_warnings():  # of what openpyxl does not keep: styles, checks of input
            warnings.simplefilter("ignore")
            return _sheets(data, parts)
    except Unreadable:
        raise
    except Exception as error:  # whatever a file that is nearly a workbook makes of openpyxl
        raise Unreadable("bad_xlsx", error=f"{type(error).__name__}: {error}") from error


def _sheets(data: bytes, parts: Mapping[str, Scan]) -> list[Sheet]:
    book = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
    try:
        # a chart has a sheet of its own and no rows
        return [_sheet(each, parts[each._worksheet_path]) for each in book.worksheets if hasattr(each, "iter_rows")]
    finally:
        book.close()


def _sheet(drawn: Any, part: Scan) -> Sheet:
    found = Sheet(drawn.title, drawn.sheet_state != "visible")
    drawn.reset_dimensions()  # what is written of them may be wrong, and rows would be lost
    blank = None  # one and the same row stands for all that are not written
    for row, cells in enumerate(drawn.iter_rows(max_col=COLUMNS), start=1):
        if cells is blank:
            continue
        kept = {cell.column: _cell(cell, part) for cell in cells if cell.value not in (None, "") or _lost(cell, part)}
        kept = {column: cell for column, cell in kept.items() if cell.text or cell.wrong}
        if kept:
            found.rows[row] = kept
        else:
            blank = cells
    _fill(found, part.merges)
    return found


def _lost(cell: Any, part: Scan) -> bool:
    """Cells between those that are written have no place of their own."""
    column = getattr(cell, "column", None)
    return column is not None and f"{get_column_letter(column)}{cell.row}" in part.uncached


def _cell(cell: Any, part: Scan) -> Cell:
    origin = (cell.row, cell.column)
    if _lost(cell, part):
        return Cell("", origin, "no_cached_value")
    return Cell(_text(cell.value), origin, "cell_error" if cell.data_type == "e" else "")


def _text(value: object) -> str:
    """As it would stand in a CSV file: codes kept as numbers lose no digit and gain no .0"""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.15g}"
    if isinstance(value, datetime):
        return value.isoformat(" ") if value.time() != time() else value.date().isoformat()
    if isinstance(value, date | time):
        return value.isoformat()
    return _ESCAPED.sub("", str(value)).replace("\r\n", "\n").strip()


def _fill(sheet: Sheet, merges: list[str]) -> None:
    """Gives the value of a merged range to all of it, as far down as anything is written."""
    last, filled = max(sheet.rows, default=0), 0
    for merge in merges:
        left, top, right, bottom = range_boundaries(merge)
        value = sheet.rows.get(top, {}).get(left)
        if value is None or value.origin != (top, left):
            continue
        bottom, right = min(bottom, last), min(right, COLUMNS)
        filled += (bottom - top + 1) * (right - left + 1)
        if filled > CELLS:
            raise Unreadable("sheet_too_large", rows=ROWS, cells=CELLS)
        for row, column in _places(top, left, bottom, right):
            sheet.rows.setdefault(row, {})[column] = value


def _places(top: int, left: int, bottom: int, right: int) -> Iterator[tuple[int, int]]:
    return ((row, column) for row in range(top, bottom + 1) for column in range(left, right + 1))
