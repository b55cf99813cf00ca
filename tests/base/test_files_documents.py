"""Documents: DOCX, XLSX and OFD as they come, none that acts, swells, hides something or is something else."""

from __future__ import annotations

import io
import struct
import tracemalloc
import zipfile
import zlib
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from civigrid.base import env, files, words
from civigrid.base.errors import Refused
from civigrid.base.files import markup
from tests.base import crafted as made
from tests.base.crafted import docx, listed_size, ofd, relation, relations, types, xlsx, zipped

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PDF = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n"
MEGABYTE = 1 << 20


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(env.HOME.name, str(tmp_path))
    return tmp_path


def everything(home: Path) -> list[Path]:
    return [path for path in (home / "files").rglob("*") if path.is_file() and path.name != ".lock"]


def refused(data: bytes, **options: str) -> str:
    with pytest.raises(Refused) as no:
        files.put(data, **options)
    assert str(words.REFUSALS[no.value.code]) % no.value.facts
    return no.value.code


def real_sheet() -> bytes:
    """As a program writes it, not as we do."""
    out, book = io.BytesIO(), openpyxl.Workbook()
    for number in range(2000):
        book.active.append([number, "路灯不亮", f"第 {number} 号"])
    book.save(out)
    return out.getvalue()


def as_it_came() -> bytes:
    """Written without going back: sizes stand behind each entry, as programs on the web do."""

    class Line(io.BytesIO):
        def seekable(self) -> bool:
            return False

        def seek(self, *_: object) -> int:
            raise OSError

    out = Line()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in made.docx_parts().items():
            archive.writestr(name, content)
    return out.getvalue()


LINK = relation("hyperlink", "https://city.example/", "External")
BOOK = relation("externalLinkPath", "file:///C:/Books/2026.xlsx", "External")
PRINTER = '<Default Extension="bin" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.printerSettings"/>'
PRINTED = {
    "xl/printerSettings/printerSettings1.bin": b"\0",
    "[Content_Types].xml": types("xl/workbook.xml", made.SHEET, PRINTER),
}
TAKEN: list[tuple[str, bytes, str]] = [
    ("DOCX", docx(), DOCX),
    ("DOCX, not packed", docx(stored=True), DOCX),
    ("DOCX as it came", as_it_came(), DOCX),
    ("DOCX with a link to click", docx({"word/_rels/document.xml.rels": relations(LINK)}), DOCX),
    ("DOCX with pictures", docx({"word/media/image1.png": b"\x89PNG", "docProps/thumbnail.jpeg": b"x"}), DOCX),
    ("XLSX", xlsx(), XLSX),
    ("XLSX of a program", real_sheet(), XLSX),
    ("XLSX with another book", xlsx({"xl/externalLinks/_rels/externalLink1.xml.rels": relations(BOOK)}), XLSX),
    ("XLSX with a printer", xlsx(PRINTED), XLSX),
    ("OFD", ofd(), "application/ofd"),
    ("OFD with a seal", ofd({"Doc_0/Signs/Sign_0/Seal.esl": b"0", "Doc_0/Signs/Sign_0/SignedValue.dat": b"0"}), "application/ofd"),
    ("OFD with fonts", ofd({"Doc_0/Res/font.ttf": b"0", "Doc_0/": b""}, root="Doc_0/Document.xml"), "application/ofd"),
]  # fmt: skip


@pytest.mark.parametrize(("data", "media_type"), [each[1:] for each in TAKEN], ids=[each[0] for each in TAKEN])
def test_a_document_is_told_by_its_content_and_kept_as_it_is(data: bytes, media_type: str) -> None:
    kept = files.put(data, media_type=media_type)
    assert kept.media_type == media_type
    assert files.path_of(kept.sha256).read_bytes() == data


def with_relation(*several: str, part: str = "word/_rels/settings.xml.rels") -> bytes:
    return docx({part: relations(*several)})


def with_types(*more: str, part: str = "word/document.xml", told: str = made.WORD) -> bytes:
    return docx({"[Content_Types].xml": types(part, told, *more)})


def default(told: str, extension: str = "bin") -> str:
    return f'<Default Extension="{extension}" ContentType="{told}"/>'


DDE = "<externalLink xmlns='x'><ddeLink ddeService='cmd'/></externalLink>"
MACRO = "application/vnd.ms-word.document.macroEnabled.main+xml"
DEEP = "<a>" * 200 + "</a>" * 200
LAUGHS = '<!DOCTYPE a [<!ENTITY b "bb"><!ENTITY c "&b;&b;">]><Relationships>&c;</Relationships>'
FETCH = '<!DOCTYPE a SYSTEM "file:///etc/passwd"><worksheet/>'
OPENS = "<ofd:Document xmlns:ofd='http://www.ofdspec.org/2016'><ofd:Actions><ofd:Action Event='DO'><ofd:URI URI='http://x.example'/></ofd:Action></ofd:Actions></ofd:Document>"
CLICKS = OPENS.replace("'DO'", "'CLICK'")
PROGRAMS: list[tuple[str, bytes, str]] = [
    ("a macro", docx({"word/vbaProject.bin": b"x"}), "file_acts"),
    ("a macro under another name", docx({"word/media/image1.bin": b"x"}), "file_acts"),
    ("a document with macros", with_types(told=MACRO), "file_acts"),
    ("a type of macros", with_types(default("application/vnd.ms-office.vbaProject")), "file_acts"),
    ("a sheet of macros", with_types(default("application/vnd.ms-excel.macrosheet+xml", "xml")), "file_acts"),
    ("an object", docx({"word/embeddings/oleObject1.bin": b"x"}), "file_acts"),
    ("a workbook inside", docx({"word/embeddings/sheet.xml": b"<a/>"}), "file_acts"),
    ("an object by its relation", with_relation(relation("oleObject", "media/image1.png")), "file_acts"),
    ("a package by its relation", with_relation(relation("package", "media/image1.png")), "file_acts"),
    ("a control", with_relation(relation("control", "x.xml")), "file_acts"),
    ("a template elsewhere", with_relation(relation("attachedTemplate", "https://evil.example/a.dotm", "External")), "file_acts"),
    ("a template on a share", with_relation(relation("attachedTemplate", "file:///\\\\evil\\a.dotm", "External")), "file_acts"),
    ("a picture elsewhere", with_relation(relation("image", "http://evil.example/pixel.png", "External")), "file_acts"),
    ("a frame", with_relation(relation("frame", "http://evil.example/", "External")), "file_acts"),
    ("a part elsewhere", with_relation(relation("subDocument", "other.docx", "External")), "file_acts"),
    ("a page inside", with_relation(relation("aFChunk", "chunk.xml")), "file_acts"),
    ("a relation in capitals", with_relation(relation("OLEOBJECT", "http://evil.example/", "EXTERNAL")), "file_acts"),
    ("a program", docx({"word/media/run.exe": b"MZ"}), "file_acts"),
    ("a page", docx({"word/a.html": b"<script>"}), "file_acts"),
    ("a link to a program", xlsx({"xl/externalLinks/externalLink1.xml": DDE}), "file_acts"),
    ("entities in relations", docx({"word/_rels/a.rels": LAUGHS}), "file_acts"),
    ("entities in a sheet", xlsx({"xl/worksheets/sheet1.xml": FETCH}), "file_acts"),
    ("entities in UTF-16", xlsx({"xl/worksheets/sheet1.xml": FETCH.encode("utf-16")}), "file_acts"),
    ("entities in types", docx({"[Content_Types].xml": FETCH}), "file_acts"),
    ("entities far behind", xlsx({"xl/worksheets/sheet1.xml": "<!--" + " " * 300_000 + "-->" + FETCH}), "file_acts"),
    ("an OFD with entities", ofd({"OFD.xml": LAUGHS}), "file_acts"),
    ("an OFD with a program", ofd({"Doc_0/Attachs/a.exe": b"MZ"}), "file_acts"),
    ("an OFD with an archive", ofd({"Doc_0/Attachs/a.zip": docx()}), "file_acts"),
    ("an OFD that opens a page", ofd({"Doc_0/Document.xml": OPENS}), "file_acts"),
    ("a PDF with a program", PDF.replace(b"/Catalog", b"/Catalog /OpenAction << /S /JavaScript >>"), "file_acts"),
    ("a locked OFD", ofd({"Encryptions.xml": "<a/>"}), "file_locked"),
]  # fmt: skip


def flagged(data: bytes, flag: int) -> bytes:
    """Every entry with that flag, in its head and in the list."""
    out = bytearray(data)
    for magic, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.find(magic)
        while at >= 0:
            out[at + place] |= flag & 0xFF
            out[at + place + 1] |= flag >> 8
            at = data.find(magic, at + 4)
    return bytes(out)


def twice() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive, pytest.warns(UserWarning, match="Duplicate name"):
        for name, content in [*made.docx_parts().items(), ("word/document.xml", "<other/>")]:
            archive.writestr(name, content)
    return out.getvalue()


def overlapping() -> bytes:
    """Two names for the same bytes, as bombs are made."""
    data = docx({"word/a.xml": "<a/>" * 9, "word/b.xml": "<a/>" * 9})
    first, second = (data.index(b"PK\x03\x04", data.index(name) - 40) for name in (b"word/a.xml", b"word/b.xml"))
    at = data.rindex(b"word/b.xml") - 4
    assert data[at : at + 4] == struct.pack("<L", second)
    return data[:at] + struct.pack("<L", first) + data[at + 4 :]


def gap() -> bytes:
    """Bytes between the entries that no list names."""
    data = docx()
    end = data.rindex(b"PK\x05\x06")
    start = data.index(b"PK\x01\x02")
    tail = bytearray(data[end:])
    tail[16:20] = struct.pack("<L", start + 64)
    return data[:start] + b"<script>" * 8 + data[start:end] + bytes(tail)


def commented(data: bytes, comment: bytes) -> bytes:
    return data[:-2] + struct.pack("<H", len(comment)) + comment


def bomb(size: int, name: str = "xl/worksheets/sheet2.xml") -> bytes:
    return xlsx({name: b" " * size})


def endless() -> bytes:
    """Its list says a hundred bytes; it unpacks to ten megabytes."""
    return listed_size(bomb(10 * MEGABYTE), b"xl/worksheets/sheet2.xml", 100)


def many_relations() -> bytes:
    """Little to send, much to read: relations in every corner."""
    said = relations(*[LINK] * 20_000)
    return xlsx(
        {f"xl/worksheets/_rels/sheet{n}.xml.rels": said for n in range(12)} | {"xl/media/a.png": noise(MEGABYTE)}
    )


def noise(size: int) -> bytes:
    """What cannot be packed."""
    out, crc = bytearray(), 1
    while len(out) < size:
        crc = zlib.crc32(b"noise", crc)
        out += struct.pack("<L", crc)
    return bytes(out)


def renamed(old: str, new: str) -> bytes:
    assert len(old) == len(new)
    return docx({old: "<a/>"}).replace(old.encode(), new.encode())


def first_head_differs() -> bytes:
    return docx().replace(b"_rels/.rels", b"_rels/.relz", 1)


HOSTILE: list[tuple[str, bytes, str]] = [
    ("another archive", zipped({"a.txt": "a"}), "file_type"),
    ("a program's archive", zipped({"META-INF/MANIFEST.MF": "a", "A.class": "a"}), "file_type"),
    ("a presentation", with_types(told=f"{made.OFFICE}.presentationml.presentation.main+xml"), "file_type"),
    ("a template", with_types(told=f"{made.OFFICE}.wordprocessingml.template.main+xml"), "file_type"),
    ("a document of no type", with_types(part="word/other.xml"), "file_type"),
    ("no relations", zipped({"[Content_Types].xml": types("word/document.xml", made.WORD)}), "file_broken"),
    ("two documents", docx({"_rels/.rels": relations(*[relation("officeDocument", "word/document.xml")] * 2)}), "file_broken"),
    ("a document that is not there", docx({"_rels/.rels": relations(relation("officeDocument", "word/no.xml"))}), "file_broken"),
    ("a document outside", docx({"_rels/.rels": relations(relation("officeDocument", "../../etc/passwd"))}), "file_broken"),
    ("types that are no XML", docx({"[Content_Types].xml": "<Types"}), "file_broken"),
    ("types in an unknown encoding", docx({"[Content_Types].xml": "<?xml version='1.0' encoding='x-no'?><Types/>"}), "file_broken"),
    ("very deep", docx({"word/_rels/a.rels": DEEP}), "file_broken"),
    ("an OFD of no name", ofd({"OFD.xml": "<OFD/>"}), "file_broken"),
    ("an OFD without its document", ofd(root="/Doc_1/Document.xml"), "file_broken"),
    ("an OFD that is a DOCX", ofd(dict(made.docx_parts())), "file_two_faced"),
    ("a cut archive", docx()[:-30], "file_broken"),
    ("half an archive", docx()[:200], "file_broken"),
    ("the magic alone", b"PK\x03\x04" + bytes(60), "file_broken"),
    ("an empty archive", zipped({}), "file_type"),
    ("something in front", b"PK\x03\x04<script>" + docx(), "file_broken"),
    ("something behind", docx() + b"<script>", "file_broken"),
    ("a comment", commented(docx(), b"<script>"), "file_broken"),
    ("a gap", gap(), "file_two_faced"),
    ("a name twice", twice(), "file_two_faced"),
    ("a name twice in other letters", docx({"Word/Document.XML": "<a/>"}), "file_two_faced"),
    ("another name in its head", first_head_differs(), "file_two_faced"),
    ("one inside the other", overlapping(), "file_two_faced"),
    ("a way out", docx({"../../etc/passwd.xml": "<a/>"}), "file_broken"),
    ("a way out inside", docx({"word/../../x.xml": "<a/>"}), "file_broken"),
    ("from the root", renamed("word/a.xml", "/wrd/a.xml"), "file_broken"),
    ("of Windows", renamed("word/a.xml", "word\\a.xml"), "file_broken"),
    ("a drive", renamed("word/a.xml", "C:rd/a.xml"), "file_broken"),
    ("a null in a name", renamed("word/a.xml", "word/\0.xml"), "file_broken"),
    ("a long name", docx({"word/" + "a" * 600 + ".xml": "<a/>"}), "file_broken"),
    ("a password", flagged(docx(), 1), "file_locked"),
    ("a strong password", flagged(docx(), 0x40), "file_locked"),
    ("another packing", docx().replace(struct.pack("<H", 8), struct.pack("<H", 12)), "file_broken"),
    ("a wrong sum", docx(stored=True).replace("路灯".encode(), "街灯".encode()), "file_broken"),
    ("a bomb", bomb(60 * MEGABYTE), "file_swells"),
    ("a bomb that lies", endless(), "file_swells"),
    ("a list that says less", listed_size(bomb(2000), b"xl/worksheets/sheet2.xml", 10), "file_swells"),
    ("a list that says more", listed_size(bomb(2000), b"xl/worksheets/sheet2.xml", 3000), "file_broken"),
    ("too many entries", zipped({f"word/{n}.xml": "" for n in range(10_001)}), "file_swells"),
    ("more markup than anybody reads", many_relations(), "file_swells"),
    ("65,535 entries of a larger format", docx()[:-14] + b"\xff" * 4 + docx()[-10:], "file_swells"),
    ("a spreadsheet of old", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100), "file_type"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("data", "code"), [each[1:] for each in PROGRAMS + HOSTILE], ids=[each[0] for each in PROGRAMS + HOSTILE]
)
def test_what_acts_hides_or_swells_is_refused_and_nothing_is_kept(home: Path, data: bytes, code: str) -> None:
    assert refused(data) == code
    assert everything(home) == []


def test_an_ofd_that_opens_a_page_when_clicked_is_taken() -> None:
    files.put(ofd({"Doc_0/Document.xml": CLICKS}))


@pytest.mark.parametrize(
    ("called", "data"),
    [("application/pdf", docx()), (DOCX, xlsx()), (XLSX, docx()), ("image/png", ofd()), ("application/ofd", PDF)],
)
def test_a_document_under_another_name_is_refused(called: str, data: bytes) -> None:
    assert refused(data, media_type=called) == "file_type_differs"


def test_limits_are_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    data = real_sheet()
    monkeypatch.setenv(env.MAX_UNPACKED_BYTES.name, "1000")
    assert refused(data) == "file_swells"
    monkeypatch.delenv(env.MAX_UNPACKED_BYTES.name)
    monkeypatch.setenv(env.MAX_DOCUMENT_BYTES.name, str(len(data) - 1))
    assert refused(data) == "file_too_large"


def test_a_large_sheet_is_not_held_in_memory() -> None:
    data = xlsx({"xl/worksheets/sheet2.xml": b"<row/>" * (40 * MEGABYTE // 6), "xl/media/a.png": noise(2 * MEGABYTE)})
    tracemalloc.start()
    try:
        files.put(data)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < 30 * MEGABYTE


def test_markup_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(markup, "MOST_MARKUP", 100)
    assert refused(docx()) == "file_swells"


@settings(max_examples=800, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_mutilated_document_is_taken_as_it_is_or_refused(home: Path, data: st.DataObject) -> None:
    start = data.draw(st.sampled_from([docx(), docx(stored=True), as_it_came(), xlsx(), ofd(), PDF]))
    changed = bytearray(start)
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(changed) - 1))
        if data.draw(st.booleans()):
            changed[at] = data.draw(st.integers(0, 255))
        elif data.draw(st.booleans()):
            changed[at : at + 4] = struct.pack("<L", data.draw(st.sampled_from([0, 1, 0x7FFFFFFF, 0xFFFFFFFF])))
        else:
            changed[at:at] = data.draw(st.binary(min_size=1, max_size=20))
    try:
        kept = files.put(bytes(changed))
    except Refused as no:
        assert no.code in words.REFUSALS
        return
    assert files.path_of(kept.sha256).read_bytes() == bytes(changed)
