"""DOCX and XLSX (ECMA-376, ISO/IEC 29500), told by what they are made of: no macro, no object of another program, and
nothing that a reader fetches from elsewhere by itself.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from civigrid.base.errors import Refused
from civigrid.base.files import markup
from civigrid.base.files.reader import broken
from civigrid.base.files.zips import Archive, Entry

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TYPES_PART = "[Content_Types].xml"

_MAIN = {f"{DOCX}.main+xml": DOCX, f"{XLSX}.main+xml": XLSX}
# what may be inside, by its ending; a program, a font that is one, another archive may not
_ENDINGS = frozenset({
    "xml", "rels", "vml", "png", "jpg", "jpeg", "jpe", "gif", "bmp", "dib", "tif", "tiff", "emf", "wmf", "emz",
    "wmz", "wdp", "svg", "ico", "odttf", "psmdcp",
})  # fmt: skip
_PRINTER = re.compile(r"(^|/)printersettings/[^/]*\.bin$")
_ACTS_BY_TYPE = re.compile(r"macroenabled|vbaproject|vbadata|macrosheet|activex|oleobject|addin|keymapcustom")
_ACTS_BY_RELATION = frozenset({
    "oleobject", "package", "control", "activexcontrolbinary", "vbaproject", "wordvbadata", "attachedtemplate",
    "attachedtoolbars", "afchunk", "subdocument", "frame", "xlmacrosheet", "xlintlmacrosheet", "userinterface",
    "extensibility",
})  # fmt: skip
# what is elsewhere and fetched only when a person says so
_BY_HAND = frozenset({
    "hyperlink", "externallinkpath", "externallinklongpath", "externallinkstartup", "xlpathmissing",
})  # fmt: skip
_LINKS = re.compile(r"(^|/)externallinks/[^/]*\.xml$")
_LINKS_ACT = frozenset({"ddeLink", "oleLink"})
_DOCUMENT_TYPE = re.compile(
    b"|".join(re.escape("<!".encode(code) + word.encode(code)) for code in ("ascii", "utf-16-le", "utf-16-be")
              for word in ("DOCTYPE", "ENTITY"))
)  # fmt: skip
_OVERLAP = 32


@dataclass(slots=True)
class _Types:
    """Content types by part, and by ending where a part has none of its own."""

    parts: dict[str, str] = field(default_factory=dict)
    endings: dict[str, str] = field(default_factory=dict)

    def element(self, name: str, given: Mapping[str, str]) -> None:
        told = given.get("ContentType", "")
        if _ACTS_BY_TYPE.search(told.lower()):
            raise Refused("file_acts")
        if markup.local(name) == "Override":
            self.parts[given.get("PartName", "").lstrip("/").casefold()] = told
        elif markup.local(name) == "Default":
            self.endings[given.get("Extension", "").casefold()] = told

    def of(self, part: str) -> str:
        return self.parts.get(part.casefold()) or self.endings.get(ending(part), "")


@dataclass(slots=True)
class _Relations:
    """What the parts point at; `main` is where the document itself is."""

    main: list[str] = field(default_factory=list)

    def element(self, name: str, given: Mapping[str, str]) -> None:
        if markup.local(name) != "Relationship":
            return
        kind = given.get("Type", "").rsplit("/", 1)[-1].casefold()
        outside = given.get("TargetMode", "").casefold() == "external"
        if kind in _ACTS_BY_RELATION or (outside and kind not in _BY_HAND):
            raise Refused("file_acts")
        if kind == "officedocument":
            self.main.append(posixpath.normpath(given.get("Target", "").lstrip("/")))


def check(archive: Archive) -> str:
    """Its media type. Refused: file_broken, file_type (another office format), file_acts, file_swells."""
    budget = markup.Budget()
    types, relations = _Types(), _Relations()
    for name, entry in archive.entries.items():
        _check_name(name)
        _check_content(archive, entry)
        if ending(name) == "rels":
            at_root = relations if name == "_rels/.rels" else _Relations()
            markup.read(archive.unpack(entry), budget, at_root.element)
        elif _LINKS.search(name.casefold()):
            markup.read(archive.unpack(entry), budget, _link)
    markup.read(archive.unpack(archive.entries[TYPES_PART]), budget, types.element)
    if len(relations.main) != 1 or relations.main[0] not in archive.entries:
        raise broken()
    found = _MAIN.get(types.of(relations.main[0]))
    if found is None:
        raise Refused("file_type")
    return found


def ending(name: str) -> str:
    return name.rsplit("/", 1)[-1].rsplit(".", 1)[-1].casefold()


def _check_name(name: str) -> None:
    lower = name.casefold()
    inside = ending(name) in _ENDINGS or _PRINTER.search(lower) or lower.startswith("[trash]/") or name.endswith("/")
    if not inside or "/embeddings/" in lower or "/activex/" in lower:
        raise Refused("file_acts")


def _check_content(archive: Archive, entry: Entry) -> None:
    check_content(archive, entry, markup_too=ending(entry.name) in {"xml", "rels", "vml", "svg"})


def check_content(archive: Archive, entry: Entry, *, markup_too: bool) -> None:
    """Unpacks it once: it is as the list says, and where it is XML it has no document type."""
    before = b""
    for piece in archive.unpack(entry):
        if markup_too and _DOCUMENT_TYPE.search(before + piece):
            raise Refused("file_acts")
        before = piece[-_OVERLAP:]


def _link(name: str, _: Mapping[str, str]) -> None:
    if markup.local(name) in _LINKS_ACT:
        raise Refused("file_acts")
