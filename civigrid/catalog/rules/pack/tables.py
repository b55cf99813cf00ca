"""CSV as offices keep it: decoded, with its columns, each row with its number; cells read into values or faults."""

from __future__ import annotations

import csv
import io
import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import Enum
from typing import TypeVar

from civigrid.catalog.rules.pack.faults import Faults

E = TypeVar("E", bound=Enum)

SEPARATOR = "|"  # between the words of one cell
LONGEST, LONGEST_CODE = 2000, 64  # characters of a cell and of a key
_MOST_NORTH, _MOST_EAST = 90, 180  # degrees
_OTHER_SEPARATORS = {";": ";", "\t": "Tab", "，": "，", "、": "、"}  # between columns, in place of a comma
_YES_NO = {"yes": True, "no": False, "是": True, "否": False}
_DECIMAL = re.compile(r"[+-]?[0-9]{1,3}(\.[0-9]{1,15})?")
_NO_CODE = re.compile(r"[\s|/\\]")


class Row:
    """One row; its cells have no blanks around them. Each method that reads one returns a value to go
    on with, and notes a fault where the cell has none."""

    __slots__ = ("_cells", "_faults", "_short", "file", "row")

    def __init__(self, file: str, row: int, cells: Mapping[str, str], faults: Faults, *, short: bool = False) -> None:
        """`short`: the row ended before the table's last column, which is told once."""
        self.file, self.row, self._cells, self._faults, self._short = file, row, cells, faults, short

    def fault(self, column: str, code: str, **facts: object) -> None:
        self._faults.add(self.file, self.row, column, code, **facts)

    def cell(self, column: str) -> str:
        """What stands there, whatever it is."""
        return self._cells.get(column, "")

    def _lacks(self, column: str) -> bool:
        """Whether the row ended before this column."""
        return self._short and column not in self._cells

    def text(self, column: str, *, required: bool = False, most: int = LONGEST) -> str:
        text = self._cells.get(column, "")
        if required and not text and not self._lacks(column):
            self.fault(column, "required")
        if len(text) > most:
            self.fault(column, "too_long", length=len(text), most=most)
            return text[:most]
        return text

    def code(self, column: str = "code") -> str:
        """A key: it must be there, short, and in one piece, for it stands in addresses and in the record."""
        text = self.text(column, required=True)
        if text and not is_code(text):
            self.fault(column, "bad_code", value=text)
        return text

    def words(self, column: str, *, most: int = LONGEST) -> tuple[str, ...]:
        """Words between |, each once, in their order."""
        text = self._cells.get(column, "")
        if not text:
            return ()
        found = tuple(dict.fromkeys(filter(None, (word.strip() for word in text.split(SEPARATOR)))))
        if long := [word for word in found if len(word) > most]:
            self.fault(column, "too_long", length=len(long[0]), most=most)
        return found

    def flag(self, column: str, default: bool = False) -> bool:
        text = self.text(column).lower()
        if not text:
            return default
        if text not in _YES_NO:
            self.fault(column, "not_yes_no", value=text)
        return _YES_NO.get(text, default)

    def choice(self, column: str, kind: type[E], default: E | None = None) -> E:
        text = self.text(column)
        if not text and default is not None:
            return default
        try:
            return kind(text)
        except ValueError:
            if not self._lacks(column):
                self.fault(column, "unknown_value" if text else "required", value=text, allowed=allowed(kind))
            return next(iter(kind))

    def number(
        self, column: str, *, least: int, most: int, default: int | None = None, instead: int | None = None
    ) -> int:
        """Digits, half-width or full-width. `instead`: what to go on with where they cannot be read, so that nothing
        that follows from it is told too."""
        text = unicodedata.normalize("NFKC", self.text(column))
        if not text and default is not None:
            return default
        if text.isascii() and text.isdigit() and len(text) < 10 and least <= int(text) <= most:
            return int(text)
        if not self._lacks(column):
            self.fault(column, "not_a_number", value=self.cell(column), least=least, most=most)
        return least if instead is None else instead

    def degrees(self, column: str, *, most: int) -> float:
        """A longitude (at most 180) or latitude (90), east and north positive; nowhere (NaN) where there is none."""
        text = unicodedata.normalize("NFKC", self.text(column, required=True))
        if text and _DECIMAL.fullmatch(text) and abs(float(text)) <= most:
            return float(text)
        if text and self._swapped():
            if column == "lat":  # once a row
                self.fault(column, "swapped")
        elif text:
            self.fault(column, "not_a_number", value=text, least=-most, most=most)
        return math.nan

    def _swapped(self) -> bool:
        """Whether its latitude can only be a longitude."""
        lon, lat = (unicodedata.normalize("NFKC", self.cell(column)) for column in ("lon", "lat"))
        numbers = _DECIMAL.fullmatch(lon) and _DECIMAL.fullmatch(lat)
        return bool(numbers) and swapped(float(lon), float(lat))


def swapped(lon: float, lat: float) -> bool:
    """Whether what stands as a latitude can only be a longitude."""
    return abs(lon) <= _MOST_NORTH < abs(lat) <= _MOST_EAST


def is_code(text: str) -> bool:
    """Short, printable, and without the signs that separate words, rows and parts of an address."""
    return len(text) <= LONGEST_CODE and text.isprintable() and not _NO_CODE.search(text)


def allowed(kind: type[Enum]) -> str:
    """The words a cell may hold, as a message lists them."""
    return ", ".join(str(member.value) for member in kind if member.value != "")


def decode(file: str, data: bytes, faults: Faults) -> str | None:
    """UTF-8 with or without a mark at its beginning; None with a fault for anything else."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        faults.lose(file, line, "", "encoding")
        return None
    if "\0" in text:
        faults.lose(file, text[: text.index("\0")].count("\n") + 1, "", "encoding")
        return None
    return text


def table(file: str, data: bytes, columns: Sequence[str], required: Sequence[str], faults: Faults) -> list[Row]:
    """The rows of a file with these columns, in any order, of which `required` must be there; the first is the key."""
    text = decode(file, data, faults)
    if text is None:
        return []
    lines = _Lines(text)
    try:
        header = _cells(next(lines, []))
        if len(header) == 1 and (other := next((sign for sign in _OTHER_SEPARATORS if sign in header[0]), "")):
            faults.lose(file, 1, "", "other_separator", value=_OTHER_SEPARATORS[other])
        elif _header_fits(file, header, columns, required, faults):
            return list(_rows(file, header, required, lines, faults))
    except csv.Error as error:
        quote = any(word in str(error) for word in ("end of data", "expected after"))
        faults.lose(file, lines.start, "", "open_quote" if quote else "bad_csv", error=str(error))
    return []


class _Lines:
    """The rows of a table; `start` is the line in which the last one begins, where a quotation mark opened in it too."""

    def __init__(self, text: str) -> None:
        self._lines = csv.reader(io.StringIO(text, newline=""), strict=True)
        self.start = 1

    def __iter__(self) -> Iterator[list[str]]:
        return self

    def __next__(self) -> list[str]:
        self.start = self._lines.line_num + 1
        return next(self._lines)


def _cells(line: list[str], least: int = 0) -> list[str]:
    """Without blanks around, and without the empty cells that spreadsheets put at the end, but `least` if there are."""
    cells = [cell.strip() for cell in line]
    while len(cells) > least and not cells[-1]:
        cells.pop()
    return cells


def _header_fits(file: str, header: list[str], columns: Sequence[str], required: Sequence[str], faults: Faults) -> bool:
    times = Counter(header)
    for name in required:
        if name not in times:
            faults.lose(file, 1, name, "column_missing")
    for name in times:
        if name not in columns:
            faults.add(file, 1, name, "column_unknown", allowed=", ".join(columns))
        elif times[name] > 1:
            faults.add(file, 1, name, "duplicate", value=name, first=1)
    return all(name in times for name in required)


def _rows(
    file: str, header: list[str], required: Sequence[str], lines: Iterator[list[str]], faults: Faults
) -> Iterator[Row]:
    for number, line in enumerate(lines, start=2):
        cells = _cells(line, len(header))
        if not any(cells):
            continue
        counts = {"cells": len(cells), "columns": len(header)}
        if len(cells) > len(header):
            faults.add(file, number, "", "too_many_cells", **counts)
        elif not set(required).isdisjoint(header[len(cells) :]):
            faults.add(file, number, "", "too_few_cells", **counts)
        yield Row(file, number, dict(zip(header, cells, strict=False)), faults, short=len(cells) < len(header))


def once(rows: Iterable[Row], columns: Sequence[str]) -> None:
    """A fault for each row whose key stood in the file before."""
    seen: dict[tuple[str, ...], int] = {}
    for row in rows:
        key = tuple(row.cell(column) for column in columns)
        first = seen.setdefault(key, row.row)
        if first != row.row and any(key):
            row.fault(columns[0], "duplicate", value=" ".join(key), first=first)
