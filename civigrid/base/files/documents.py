"""Documents: PDF as it comes, and what is a zip inside: DOCX, XLSX, OFD. None may act by itself."""

from __future__ import annotations

import re

from civigrid.base.errors import Refused
from civigrid.base.files import faces, ofd, office
from civigrid.base.files.reader import Bytes, broken
from civigrid.base.files.zips import Archive

PDF = "application/pdf"

_PDF_END = re.compile(rb"%%EOF[\s\0]*\Z")
_PDF_ACTS = re.compile(rb"/JavaScript|/Launch")
_OVERLAP = 16


def check_pdf(data: Bytes) -> str:
    """Refused: file_acts (a program in it), file_broken (no end), file_two_faced."""
    before = b""
    for piece in data.pieces(0, data.size):
        if _PDF_ACTS.search(before + piece):
            raise Refused("file_acts")
        before = piece[-_OVERLAP:]
    start = max(0, data.size - 1024)
    if not _PDF_END.search(data.at(start, data.size - start)):
        raise broken()
    if faces.is_archive(data):
        raise Refused("file_two_faced")
    return PDF


def check_zip(data: Bytes) -> str:
    """Its media type by what it is made of. Refused: file_type for another archive; see `Archive`, `office`, `ofd`."""
    archive = Archive(data)
    kinds = {office.TYPES_PART, ofd.ROOT_PART} & set(archive.entries)
    if len(kinds) > 1:
        raise Refused("file_two_faced")
    if not kinds:
        raise Refused("file_type")
    return ofd.check(archive) if ofd.ROOT_PART in kinds else office.check(archive)
