"""Workbooks that are damaged or mean harm: refused in words, at little cost."""

from __future__ import annotations

import io
import time
import tracemalloc
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook
from openpyxl.utils.exceptions import IllegalCharacterError

from civigrid.catalog.rules.pack.content import STANDARDS_SHEET
from civigrid.catalog.rules.pack.sheets import standards
from civigrid.catalog.words import SHEET_FAULTS
from tests import sheetfiles
from tests.sheetfiles import plainly
from tests.sheetreading import LAMP, STANDARD, read

# ---- files that are none, or mean harm


def parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def zipped(files: dict[str, bytes]) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in files.items():
            archive.writestr(name, part)
    return data.getvalue()


GOOD = plainly([STANDARD, LAMP])
SHEET = "xl/worksheets/sheet1.xml"


def changed(old: bytes, new: bytes, part: str = SHEET) -> bytes:
    files = parts(GOOD)
    assert old in files[part]
    return zipped({**files, part: files[part].replace(old, new, 1)})


def added(name: str, part: bytes = b"<x/>") -> bytes:
    return zipped({**parts(GOOD), name: part})


def encrypted() -> bytes:
    data = bytearray(GOOD)
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):  # the flag of each part, in both of its places
        start = data.find(mark)
        while start >= 0:
            data[start + at] |= 1
            start = data.find(mark, start + 4)
    return bytes(data)


def empty_rows(count: int) -> bytes:
    rows = b"".join(b'<row r="%d" s="1" customFormat="1"/>' % n for n in range(3, count + 1))
    return changed(b"</sheetData>", rows + b"</sheetData>")


OLE = bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 600
BILLION = b'<!DOCTYPE x [<!ENTITY a "' + b"a" * 1000 + b'"><!ENTITY b "&a;&a;&a;">]>'
HOSTILE = {
    "no workbook at all": (b"code,matter\n", "not_xlsx"),
    "empty": (b"", "not_xlsx"),
    "a picture": (b"\x89PNG\r\n\x1a\n" + b"\0" * 100, "not_xlsx"),
    "half a workbook": (GOOD[: len(GOOD) // 2], "not_xlsx"),
    "another archive": (zipped({"a.txt": b"a"}), "not_xlsx"),
    "an old workbook": (OLE, "not_xlsx"),
    "a password": (OLE + "EncryptedPackage".encode("utf-16-le"), "encrypted_xlsx"),
    "an encrypted archive": (encrypted(), "encrypted_xlsx"),
    "macros": (added("xl/vbaProject.bin"), "sheet_macros"),
    "links": (added("xl/externalLinks/externalLink1.xml"), "sheet_links"),
    "a database": (added("xl/connections.xml"), "sheet_links"),
    "a bomb": (added("xl/media/a.bin", b"\0" * (65 << 20)), "sheet_too_large"),
    "many parts": (zipped({**parts(GOOD), **{f"a{n}": b"" for n in range(2_001)}}), "sheet_too_large"),
    "entities": (changed(b"<worksheet", BILLION + b"<worksheet"), "bad_xlsx"),
    "entities, elsewhere": (added("xl/notes.xml", BILLION + b"<x/>"), "bad_xlsx"),
    "empty rows to the end": (empty_rows(1 << 20), "sheet_too_large"),
    "a row beyond the end": (changed(b'<row r="2"', b'<row r="99999999999"'), "bad_xlsx"),
    "rows that go back": (changed(b'<row r="2"', b'<row r="1"'), "bad_xlsx"),
    "a row of letters": (changed(b'<row r="2"', b'<row r="two"'), "not_xlsx"),
    "a value that is none": (
        changed(b"</row></sheetData>", b'<c r="H2" t="s"><v>9</v></c></row></sheetData>'),
        "bad_xlsx",
    ),
    "a broken sheet": (changed(b"</worksheet>", b""), "bad_xlsx"),
    "no sheet": (zipped({name: part for name, part in parts(GOOD).items() if name != SHEET}), "no_header"),
}


@pytest.mark.parametrize("what", HOSTILE)
def test_files_that_mean_harm_are_told_and_cost_little(what: str) -> None:
    data, code = HOSTILE[what]
    tracemalloc.start()
    started = time.process_time()
    found, faults = read(standards, data)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert found == []
    assert [(fault.file, fault.row, fault.code, fault.stops) for fault in faults] == [(STANDARDS_SHEET, 0, code, True)]
    assert peak < 150 << 20
    assert time.process_time() - started < 20


def test_merged_and_formatted_to_the_ends_of_the_sheet() -> None:
    """What people do by clicking on a column's letter: the table is read all the same, in little time."""
    merges = b'<mergeCells count="2"><mergeCell ref="H1:XFD1048576"/><mergeCell ref="F2:F1048576"/></mergeCells>'
    far = b'<row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t>x</t></is></c></row></sheetData>' + merges
    started = time.process_time()
    found, faults = read(standards, changed(b"</sheetData>", far))
    assert [row["limit"] for row in found] == ["2"]
    assert faults == []
    assert time.process_time() - started < 10


def test_a_sheet_that_lies_about_its_size_is_read_whole() -> None:
    found, _ = read(standards, changed(b'<dimension ref="A1:F2"', b'<dimension ref="A1"'))
    assert [row["limit"] for row in found] == ["2"]


@settings(deadline=None)
@given(st.integers(0, len(GOOD) - 1), st.binary(min_size=1, max_size=8))
def test_a_damaged_file_never_breaks_the_check(at: int, noise: bytes) -> None:
    _, faults = read(standards, GOOD[:at] + noise + GOOD[at + len(noise) :])
    assert {fault.code for fault in faults if fault.stops} <= {*SHEET_FAULTS, "unknown_value", "required"}


@settings(deadline=None)
@given(
    st.lists(
        st.lists(st.one_of(st.none(), st.text(max_size=6), st.integers(), st.sampled_from(STANDARD)), max_size=7),
        max_size=8,
    )
)
def test_whatever_stands_in_a_sheet_the_check_ends(rows: list[list[object]]) -> None:
    book = Workbook()
    assert book.active is not None
    for row in [STANDARD, *rows]:
        try:
            book.active.append(row)
        except (ValueError, IllegalCharacterError):  # signs no sheet can hold
            return
    found, faults = read(standards, sheetfiles.saved(book))
    assert all(row["matter"] or faults for row in found if "matter" in row)
