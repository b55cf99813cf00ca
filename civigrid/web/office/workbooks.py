"""A day sheet as a workbook: a sheet a table, figures as numbers, words as words whatever they begin with."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from tempfile import SpooledTemporaryFile
from typing import IO, Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font

from civigrid.web.office.sheet import Sheet, Table

IN_MEMORY = 1_000_000  # bytes; a larger one goes to the disk
WIDTH, FIRST_WIDTH = 14, 36  # characters
LONGEST_TITLE = 31  # of a sheet
_NOT_IN_TITLE = re.compile(r"[\[\]:*?/\\]")


def written(sheet: Sheet) -> IO[bytes]:
    """The file, to be read from its beginning."""
    book = Workbook(write_only=True)
    _add(book, _("Day sheet"), _overview(sheet))
    for table in (sheet.balance, *sheet.tables):
        _add(book, table.title, _rows(table))
    # the answer closes it when it has been sent
    file: IO[bytes] = SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115
    book.save(file)
    file.seek(0)
    return file


def _overview(sheet: Sheet) -> Iterable[Sequence[str | int]]:
    yield [_("Day"), date_format(sheet.on, "Y-m-d")]
    yield ["", _("this day"), _("the day before"), _("seven days before")]
    for tile in sheet.tiles:
        yield [tile.words, tile.figure.number, tile.yesterday, tile.last_week]


def _rows(table: Table) -> Iterable[Sequence[str | int]]:
    yield ["", *table.columns]
    for name, cells in table.rows:
        yield [name, *(cell.number for cell in cells)]


def _add(book: Any, title: str, rows: Iterable[Sequence[str | int]]) -> None:
    page = book.create_sheet(_NOT_IN_TITLE.sub(" ", title)[:LONGEST_TITLE])
    page.freeze_panes = "B2"
    page.column_dimensions["A"].width = FIRST_WIDTH
    for column in "BCDEFGHIJKLM":
        page.column_dimensions[column].width = WIDTH
    for place, row in enumerate(rows):
        page.append([_cell(page, value, bold=place == 0) for value in row])


def _cell(page: Any, value: str | int, *, bold: bool) -> Any:
    """A word that begins like a formula stays a word."""
    if isinstance(value, int):
        return WriteOnlyCell(page, value)
    cell = WriteOnlyCell(page, ILLEGAL_CHARACTERS_RE.sub("", value))
    cell.data_type = "s"
    cell.font = Font(bold=bold)
    return cell
