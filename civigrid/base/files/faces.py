"""Files that are two things at once: a photo for us, a page or an archive for whoever opens it another way."""

from __future__ import annotations

import re
import struct

from civigrid.base.errors import Refused
from civigrid.base.files.reader import Bytes

HEAD = 1024  # where readers that are not strict look for a document's beginning
TAIL = 65_557  # an archive's last record and the longest comment behind it
_OTHER = re.compile(rb"%PDF-|<(?:!doctype|html|head|body|script|svg|iframe)[\s>/]", re.IGNORECASE)
_END = b"PK\x05\x06"
_LISTED = b"PK\x01\x02"
_END64 = b"PK\x06\x07"


def one_face(data: Bytes) -> None:
    """Refused("file_two_faced") for a picture, a film or a sound that is a document, a page or an archive as well."""
    ends = data.at(0, min(HEAD, data.size)), data.at(max(0, data.size - HEAD), min(HEAD, data.size))
    if any(_OTHER.search(end) for end in ends) or is_archive(data):
        raise Refused("file_two_faced")


def is_archive(data: Bytes) -> bool:
    """Whether something at its end makes it a zip file; four bytes that are there by chance do not."""
    start = max(0, data.size - TAIL)
    tail = data.at(start, data.size - start)
    return any(_lists(data, start + found.start()) for found in re.finditer(re.escape(_END), tail))


def _lists(data: Bytes, end: int) -> bool:
    """There is a list of entries in front of the record at `end`."""
    if end + 22 > data.size:
        return False
    if end >= 20 and data.at(end - 20, 4) == _END64:
        return True
    (size,) = struct.unpack("<L", data.at(end + 12, 4))
    return 0 < size <= end and data.at(end - size, 4) == _LISTED
