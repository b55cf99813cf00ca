"""CSV as offices keep it: decoded, with its columns, each row with its number; cells read into values or faults."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from enum import Enum
from typing import TypeVar

from civigrid.catalog.rules.pack.faults import Faults

E = TypeVar("E", bound=Enum)

SEPARATOR = "|"  # between the words of one cell
_YES_NO = {"yes": True, "no": False, "是": True, "否": False, "": False}


class Row:
    """One row. Each reading method returns a value to go on with, and notes a fault where the cell has none."""

    def __init__(self, file: str, row: int, cells: Mapping[str, str], faults: Faults) -> None:
        self.file, self.row, self._cells, self._faults = file, row, cells, faults

    def fault(self, column: str, code: str, **facts: object) -> None:
        self._faults.add(self.file, self.row, column, code, **facts)

    def text(self, column: str, *, required: bool = False) -> str:
        text = self._cells.get(column, "").strip()
        if required and not text:
            self.fault(column, "required")
        return text

    def words(self, column: str) -> tuple[str, ...]:
        """Words between |, each once, in their order."""
        return tuple(dict.fromkeys(filter(None, (word.strip() for word in self.text(column).split(SEPARATOR)))))

    def flag(self, column: str) -> bool:
        text = self.text(column).lower()
        if text not in _YES_NO:
            self.fault(column, "not_yes_no", value=text)
        return _YES_NO.get(text, False)

    def choice(self, column: str, kind: type[E], default: E | None = None) -> E:
        text = self.text(column)
        if not text and default is not None:
            return default
        try:
            return kind(text)
        except ValueError:
            allowed = ", ".join(str(member.value) for member in kind if member.value != "")
            self.fault(column, "unknown_value" if text else "required", value=text, allowed=allowed)
            return next(iter(kind))

    def number(self, column: str, *, least: int, most: int, default: int | None = None) -> int:
        text = self.text(column)
        if not text and default is not None:
            return default
        if text.isascii() and text.isdigit() and len(text) < 10 and least <= int(text) <= most:
            return int(text)
        self.fault(column, "not_a_number", value=text, least=least, most=most)
        return least


def decode(file: str, data: bytes, faults: Faults) -> str | None:
    """UTF-8 with or without a mark at its beginning; None with a fault for anything else."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        faults.add(file, line, "", "encoding")
        return None
    if "\0" in text:
        faults.add(file, text[: text.index("\0")].count("\n") + 1, "", "encoding")
        return None
    return text


def table(file: str, data: bytes, columns: Sequence[str], required: Sequence[str], faults: Faults) -> list[Row]:
    """The rows of a file with these columns, in any order, of which `required` must be there; the first is the key."""
    text = decode(file, data, faults)
    if text is None:
        return []
    lines = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        header = [name.strip() for name in next(lines, [])]
        if _header_fits(file, header, columns, required, faults):
            return list(_rows(file, header, lines, faults))
    except csv.Error as error:
        faults.add(file, lines.line_num, "", "bad_csv", error=str(error))
    return []


def _header_fits(file: str, header: list[str], columns: Sequence[str], required: Sequence[str], faults: Faults) -> bool:
    for name in required:
        if name not in header:
            faults.add(file, 1, name, "column_missing")
    for name in header:
        if name not in columns:
            faults.add(file, 1, name, "column_unknown", allowed=", ".join(columns))
        elif header.count(name) > 1:
            faults.add(file, 1, name, "duplicate", value=name)
    return all(name in header for name in required)


def _rows(file: str, header: list[str], lines: Iterator[list[str]], faults: Faults) -> Iterator[Row]:
    for number, cells in enumerate(lines, start=2):
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) > len(header):
            faults.add(file, number, "", "too_many_cells", cells=len(cells), columns=len(header))
        yield Row(file, number, dict(zip(header, cells, strict=False)), faults)


def once(rows: Sequence[Row], columns: Sequence[str]) -> None:
    """A fault for each row whose key stood in the file before."""
    seen: dict[tuple[str, ...], int] = {}
    for row in rows:
        key = tuple(row.text(column) for column in columns)
        if key in seen and any(key):
            row.fault(columns[0], "duplicate", value=" ".join(key), first=seen[key])
        seen.setdefault(key, row.row)
