"""Flat lists as one kind of table, which a narrow screen shows as cards."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.utils.functional import Promise

from civigrid.web.pages.reference.links import Said


@dataclass(frozen=True, slots=True)
class Column:
    """`kind`: "lead" is what the line is about, "number" digits, "right" figures to be compared, "" words."""

    words: str | Promise
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in one place: words (with links), marks after them (`alerts` in the colour of what needs a look), a
    softer line below."""

    said: Sequence[Said] = ()
    marks: Sequence[str] = ()
    soft: str = ""
    alerts: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """`caption` is for those who do not see it; every row has its columns beside its cells."""

    caption: str
    columns: Sequence[Column]
    rows: list[list[tuple[Column, Cell]]] = field(default_factory=list)


def table(caption: str, columns: Sequence[Column], rows: Iterable[Sequence[Cell | Said | str]]) -> Table:
    """A table of cells; a text or a link is a cell of itself."""
    return Table(caption, columns, [list(zip(columns, map(_cell, row), strict=True)) for row in rows])


def _cell(value: Cell | Said | str) -> Cell:
    if isinstance(value, Cell):
        return value
    said = Said(value) if isinstance(value, str) else value
    return Cell([said] if said.text else [])
