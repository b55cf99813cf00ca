"""What is refused before a workbook is opened: what is none, what may do harm, and what would not fit in memory.

A workbook is a ZIP of XML parts. Every part is read once with expat, which keeps nothing, so that the largest file costs
its unpacked size and a second or two. What openpyxl does not tell is noted on the way.
"""

from __future__ import annotations

import io
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from xml.parsers import expat
from zipfile import BadZipFile, ZipFile, ZipInfo

from openpyxl.utils import get_column_letter

from civigrid.catalog.rules.pack.faults import SHEET_ROWS

UNPACKED = 64 * 1024 * 1024  # bytes of all parts
PARTS, ELEMENTS = 2_000, 2_000_000
ROWS, CELLS, MERGES = 50_000, 500_000, 20_000  # of all sheets; the longest list known has 7,000 rows

_OLE = bytes.fromhex("d0cf11e0a1b11ae1")  # encrypted workbooks and those of before 2007 are kept in this
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_MACROS = ("vbaproject.bin", "xl/macrosheets/")
_LINKS = ("xl/externallinks/", "xl/connections.xml", "xl/querytables/")


class Unreadable(Exception):
    """A workbook that is not read; `code` has words in `catalog.words.FAULTS`."""

    def __init__(self, code: str, **facts: object) -> None:
        super().__init__(code)
        self.code, self.facts = code, facts


@dataclass(slots=True)
class Scan:
    """What a part holds: `merges` as "A1:B3", `uncached` the cells of formulas whose value was not saved."""

    merges: list[str] = field(default_factory=list)
    uncached: set[str] = field(default_factory=set)


@dataclass(slots=True)
class _Count:
    elements: int = 0
    rows: int = 0
    cells: int = 0
    merges: int = 0


def scan(data: bytes) -> Mapping[str, Scan]:
    """The XML parts of a workbook by their names. Raises Unreadable."""
    if data.startswith(_OLE):
        raise Unreadable("encrypted_xlsx" if _ENCRYPTED in data else "not_xlsx")
    try:
        with ZipFile(io.BytesIO(data)) as archive:
            _look(archive.infolist())
            return _scan(archive)
    except (BadZipFile, EOFError, NotImplementedError, RuntimeError, OSError, ValueError, zlib.error) as error:
        raise Unreadable("not_xlsx") from error


def _look(parts: list[ZipInfo]) -> None:
    """Whether it is a workbook without macros and links, and fits, by the list of its parts alone."""
    names = [part.filename.lower() for part in parts]
    if any(part.flag_bits & 1 for part in parts):
        raise Unreadable("encrypted_xlsx")
    if "[content_types].xml" not in names:
        raise Unreadable("not_xlsx")
    if len(parts) > PARTS or sum(part.file_size for part in parts) > UNPACKED:
        raise Unreadable("sheet_too_large", rows=ROWS, cells=CELLS)
    if any(mark in name for name in names for mark in _MACROS):
        raise Unreadable("sheet_macros")
    if any(name.startswith(_LINKS) for name in names):
        raise Unreadable("sheet_links")


def _scan(archive: ZipFile) -> dict[str, Scan]:
    found, count = {}, _Count()
    for name in archive.namelist():
        part = archive.read(name)
        if part[:64].lstrip(b"\xef\xbb\xbf\xff\xfe\x00\t\r\n ").startswith(b"<"):
            reader = _Reader(count)
            if reader.read(part):
                found[name] = reader.found
    return found


class _Reader:
    """Reads one part, sign by sign."""

    def __init__(self, count: _Count) -> None:
        self.found, self._count = Scan(), count
        self._row, self._column, self._cell = 0, 0, ""
        self._formula, self._text, self._in_value, self._value = False, False, False, ""

    def read(self, part: bytes) -> bool:
        """False where it is no XML: old drawings are not, and nobody reads them."""
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.StartDoctypeDeclHandler = self._doctype
        parser.StartElementHandler, parser.EndElementHandler = self._start, self._end
        parser.CharacterDataHandler = self._said
        try:
            parser.Parse(part, True)
        except expat.ExpatError:
            return False
        return True

    def _doctype(self, *_: object) -> None:
        """A workbook has none; entities that grow without end are made in it."""
        raise Unreadable("bad_xlsx", error="DOCTYPE")

    def _start(self, tag: str, words: dict[str, str]) -> None:
        self._count.elements += 1
        match tag.rpartition(" ")[2]:
            case "row":
                self._begin_row(words)
            case "c":
                self._begin_cell(words)
            case "f":
                self._formula = True
            case "v":
                self._in_value = True
            case "mergeCell":
                self._count.merges += 1
                self.found.merges.append(words.get("ref", ""))
        self._weigh()

    def _begin_row(self, words: dict[str, str]) -> None:
        """Rows come in their order; openpyxl would pass over one that does not, and fill any gap row by row."""
        self._count.rows += 1
        row = int(words.get("r", self._row + 1))
        if not self._row < row <= SHEET_ROWS:
            raise Unreadable("bad_xlsx", error=f"row {row}")
        self._row, self._column = row, 0

    def _begin_cell(self, words: dict[str, str]) -> None:
        self._count.cells += 1
        self._column += 1
        self._cell = words.get("r") or f"{get_column_letter(self._column)}{self._row}"
        self._formula, self._text, self._value = False, words.get("t") == "str", ""

    def _weigh(self) -> None:
        count = self._count
        over = count.rows > ROWS or count.cells > CELLS or count.merges > MERGES or count.elements > ELEMENTS
        if over:
            raise Unreadable("sheet_too_large", rows=ROWS, cells=CELLS)

    def _end(self, tag: str) -> None:
        match tag.rpartition(" ")[2]:
            case "v":
                self._in_value = False
            case "c" if self._formula and not self._value and not self._text:
                # the value of a text formula may be empty; that of any other was never computed
                self.found.uncached.add(self._cell)

    def _said(self, text: str) -> None:
        if self._in_value:
            self._value = text
