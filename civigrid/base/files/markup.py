"""XML, a little and with care: no document type, no entity, no depth, and only so much of it in one file."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from xml.parsers import expat

from civigrid.base.errors import Refused
from civigrid.base.files.reader import broken

MOST_MARKUP = 16 << 20  # bytes read in one file
DEEPEST = 100

Start = Callable[[str, Mapping[str, str]], None]
Text = Callable[[str], None]


class Budget:
    """How much markup of one file may still be read."""

    def __init__(self) -> None:
        self.left = MOST_MARKUP

    def take(self, size: int) -> None:
        self.left -= size
        if self.left < 0:
            raise Refused("file_swells")


def read(pieces: Iterable[bytes], budget: Budget, start: Start, text: Text | None = None) -> None:
    """Calls `start` with each element's name ("namespace name") and attributes, `text` with what stands between.

    Refused: file_broken (no XML), file_acts (a document type, which can fetch and multiply), file_swells.
    """
    parser = expat.ParserCreate(namespace_separator=" ")
    depth = 0

    def begin(name: str, attributes: Mapping[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > DEEPEST:
            raise broken()
        start(name, attributes)

    def end(_: str) -> None:
        nonlocal depth
        depth -= 1

    parser.StartDoctypeDeclHandler = _document_type
    parser.StartElementHandler, parser.EndElementHandler = begin, end
    if text:
        parser.CharacterDataHandler = text
    try:
        for piece in pieces:
            budget.take(len(piece))
            parser.Parse(piece, False)
        parser.Parse(b"", True)
    except (expat.ExpatError, ValueError, LookupError) as error:
        raise broken() from error


def _document_type(*_: object) -> None:
    raise Refused("file_acts")


def local(name: str) -> str:
    """The name without its namespace."""
    return name.rsplit(" ", 1)[-1]
