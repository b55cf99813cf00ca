"""OFD, the national document format (GB/T 33190-2016): a zip with OFD.xml at its root, which names the document."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from civigrid.base.errors import Refused
from civigrid.base.files import markup
from civigrid.base.files.office import check_content, ending
from civigrid.base.files.reader import broken
from civigrid.base.files.zips import Archive

OFD = "application/ofd"
ROOT_PART = "OFD.xml"

_NAMESPACE = "http://www.ofdspec.org"
# pages, pictures, fonts, and what seals are made of
_ENDINGS = frozenset({
    "xml", "png", "jpg", "jpeg", "bmp", "gif", "tif", "tiff", "jb2", "jbig2", "gbig2", "ttf", "ttc", "otf",
    "cff", "fnt", "dat", "esl", "asn1", "p7s", "p7b", "cer", "crt", "sig",
})  # fmt: skip
_LOCKED = frozenset({"encryptions.xml", "encryption.xml", "decryptseed.dat"})
_ACTS = frozenset({"URI", "GotoA", "Movie", "Sound"})


@dataclass(slots=True)
class _Root:
    """What OFD.xml says: that it is one, and where each document begins."""

    right: bool = False
    open: str = ""
    written: list[str] = field(default_factory=list)
    documents: list[str] = field(default_factory=list)

    def element(self, name: str, _: Mapping[str, str]) -> None:
        self._take()
        self.open = markup.local(name)
        self.right = self.right or (self.open == "OFD" and name.startswith(_NAMESPACE))

    def text(self, said: str) -> None:
        if self.open == "DocRoot":
            self.written.append(said)

    def _take(self) -> None:
        path = "".join(self.written).strip().lstrip("/")
        self.documents += [path] if path else []
        self.written.clear()

    @property
    def found(self) -> list[str]:
        self._take()
        return self.documents


@dataclass(slots=True)
class _Document:
    """The document's own part: what it does when it is opened."""

    opening: bool = False

    def element(self, name: str, given: Mapping[str, str]) -> None:
        kind = markup.local(name)
        if kind == "Action":
            self.opening = given.get("Event", "") in {"DO", "PO"}
        elif self.opening and kind in _ACTS:
            raise Refused("file_acts")


def check(archive: Archive) -> str:
    """Its media type. Refused: file_broken, file_acts, file_locked, file_swells."""
    budget = markup.Budget()
    for name, entry in archive.entries.items():
        if name.rsplit("/", 1)[-1].casefold() in _LOCKED:
            raise Refused("file_locked")
        if not entry.folder and ending(name) not in _ENDINGS:
            raise Refused("file_acts")
        check_content(archive, entry, markup_too=ending(name) == "xml")
    root = _Root()
    markup.read(archive.unpack(archive.entries[ROOT_PART]), budget, root.element, root.text)
    if not root.right or not root.found or any(path not in archive.entries for path in root.found):
        raise broken()
    for path in set(root.found):
        markup.read(archive.unpack(archive.entries[path]), budget, _Document().element)
    return OFD
