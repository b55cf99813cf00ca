"""Rows of a CSV or XLSX file, of any shape, as reports. The shape is told by a MAP.toml (see `importmap`)."""

from __future__ import annotations

import csv
import gzip
import io
import json
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, TextIO

import openpyxl

from civigrid.base import crypto
from civigrid.base.errors import Refused
from civigrid.intake.channels.importmap import ImportMap, read_map
from civigrid.intake.rules import Channel, ContactDetails, RawReport

__all__ = ["ImportMap", "Numbered", "Reject", "read_map", "rows"]

LONGEST_CELL = 1_000_000  # characters; the reader's own limit of 131,072 is below what people paste
SHOWN = 200  # characters of a rejected cell
TRIED = ("utf-8-sig", "gb18030")  # encodings tried where the map names none
PROBED = 1 << 20  # bytes by which an encoding is chosen
_BROKEN = (EOFError, OSError, zlib.error)  # what a file that ends early or is no archive makes the readers raise


@dataclass(frozen=True, slots=True)
class Numbered:
    """A row that could be read; the first row after the header is number 1."""

    number: int
    report: RawReport


@dataclass(frozen=True, slots=True)
class Reject:
    """A row that could not: which column, a code, and what stood there."""

    number: int
    column: str
    code: str
    text: str


def rows(path: Path, import_map: ImportMap) -> Iterator[Numbered | Reject]:
    """Every row of the file, in order, read as it goes. Refused where the file as a whole does not fit the map."""
    seen: Counter[bytes] = Counter()
    with _table(path, import_map) as (header, table):
        missing = [column for column in import_map.needed if column not in header]
        if missing:
            raise Refused("no_column", column=missing[0], found=", ".join(header)[:SHOWN])
        for number, cells in enumerate(table, start=1):
            yield _row(number, header, cells, import_map, seen)


def _row(
    number: int, header: Sequence[str], cells: Sequence[Any], import_map: ImportMap, seen: Counter[bytes]
) -> Numbered | Reject:
    if len(cells) > len(header) and any(cells[len(header) :]):
        return Reject(number, "", "too_many_cells", str(len(cells)))
    if len(cells) < len(header):
        return Reject(number, header[len(cells)], "too_few_cells", str(len(cells)))
    named = dict(zip(header, cells, strict=False))
    try:
        return Numbered(number, _report(named, import_map, seen))
    except Refused as no:
        return Reject(number, str(no.facts["column"]), no.code, str(no.facts.get("value", ""))[:SHOWN])


def _report(cells: Mapping[str, Any], import_map: ImportMap, seen: Counter[bytes]) -> RawReport:
    values = {field: import_map.value(field, cells) for field in import_map.fields}
    contact = ContactDetails(
        **{name: values.pop(f"contact.{name}") for name in ("phone", "name", "email") if f"contact.{name}" in values}
    )
    extra = {name: text for name, column in import_map.extra.items() if (text := import_map.text(cells[column]))}
    report = RawReport(channel=Channel.IMPORT, contact=contact, extra=extra, **{"key": "", **values})
    return replace(report, key=f"{import_map.name}:{report.key or _made_key(report, seen)}")


def _made_key(report: RawReport, seen: Counter[bytes]) -> str:
    """For rows without an id: a keyed hash of the row as mapped, and which of the file's equal rows it is. The contact
    is not in it, and without the key nobody can try out what was said.
    """
    values = {name: getattr(report, name) for name in RawReport.__dataclass_fields__ if name != "contact"}
    written = json.dumps(values, sort_keys=True, ensure_ascii=False, default=_plain)
    made = crypto.keyed_hash("row", written.encode("utf-8", "surrogatepass"))
    seen[made[:12]] += 1
    return f"{made.hex()}:{seen[made[:12]]}"


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


@contextmanager
def _table(path: Path, import_map: ImportMap) -> Iterator[tuple[list[str], Iterator[Sequence[Any]]]]:
    """The header and the rows after it."""
    opened = _sheet if path.suffix.lower() == ".xlsx" else _csv
    with opened(path, import_map) as table:
        header = [import_map.text(cell) for cell in next(table, ())]
        if not header:
            raise Refused("empty_file", path=path.name)
        yield header, table


@contextmanager
def _csv(path: Path, import_map: ImportMap) -> Iterator[Iterator[Sequence[Any]]]:
    encoding = import_map.encoding or _encoding_of(path)
    with _text(path, encoding) as file:
        csv.field_size_limit(LONGEST_CELL)
        yield _read(csv.reader(file, delimiter=import_map.delimiter), encoding)


def _read(reader: Any, encoding: str) -> Iterator[Sequence[Any]]:
    """The reader's rows that are not blank, its errors as ours."""
    try:
        yield from (row for row in reader if row)
    except UnicodeDecodeError as error:
        raise Refused("wrong_encoding", encoding=encoding, line=reader.line_num) from error
    except csv.Error as error:
        raise Refused("broken_csv", line=reader.line_num, problem=str(error)) from error
    except _BROKEN as error:
        raise Refused("broken_file", line=reader.line_num, problem=str(error)) from error


def _encoding_of(path: Path) -> str:
    """The first of `TRIED` that reads the beginning of the file."""
    try:
        with _bytes(path) as file:
            head = file.read(PROBED)
    except _BROKEN as error:
        raise Refused("broken_file", line=0, problem=str(error)) from error
    whole = head[: head.rfind(b"\n") + 1] or head  # not in the middle of a character
    for encoding in TRIED:
        try:
            whole.decode(encoding)
        except UnicodeDecodeError:
            continue
        return encoding
    raise Refused("wrong_encoding", encoding=", ".join(TRIED), line=1)


def _bytes(path: Path) -> Any:
    return gzip.open(path, "rb") if path.suffix.lower() == ".gz" else path.open("rb")


def _text(path: Path, encoding: str) -> TextIO:
    return io.TextIOWrapper(_bytes(path), encoding=encoding, newline="")


@contextmanager
def _sheet(path: Path, import_map: ImportMap) -> Iterator[Iterator[Sequence[Any]]]:
    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    except Exception as error:  # whatever a broken archive makes the library raise
        raise Refused("broken_file", line=0, problem=type(error).__name__) from error
    try:
        if import_map.sheet and import_map.sheet not in book.sheetnames:
            raise Refused("no_sheet", sheet=import_map.sheet, found=", ".join(book.sheetnames)[:SHOWN])
        sheet = book[import_map.sheet or book.sheetnames[0]]
        yield (row for row in sheet.iter_rows(values_only=True) if any(cell is not None for cell in row))
    finally:
        book.close()
