"""Codes of lists and addresses, the things they name, and what those are called. Also of things that no longer exist."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from civigrid.cases.rules import CITY, NOBODY
from civigrid.catalog import queries as catalog
from civigrid.directory import queries as directory
from civigrid.places import queries as places
from civigrid.web.templatetags.civigrid import pick

NONE = "none"  # instead of a code in an address: where there is none
Row = tuple[str, str, str]  # code, name, English name


@dataclass(frozen=True, slots=True)
class Naming:
    """The names of one day. Inside the transaction a page reads in."""

    on: date

    def unit(self, unit_id: int) -> str:
        return _("with no unit yet") if unit_id == NOBODY else _name(directory.unit_names().get(unit_id))

    def matter(self, matter_id: int) -> str:
        return _("matter not known yet") if matter_id == NOBODY else _name(catalog.matter_names().get(matter_id))

    def region(self, code: str) -> str:
        if code == CITY:
            return _("place not known nearer than the city")
        row = places.regions(self.on).get(code)
        return pick(row.name, row.name_en) if row else code

    def source(self, code: str) -> str:
        known = catalog.city().sources.get(code, {})
        return pick(known.get("name", code), known.get("name_en", ""))

    def sources(self) -> list[str]:
        """The codes of the pack's sources, in its order."""
        return list(catalog.city().sources)

    def unit_code(self, unit_id: int) -> str:
        return _code(unit_id, directory.unit_names())

    def matter_code(self, matter_id: int) -> str:
        return _code(matter_id, catalog.matter_names())

    def unit_named(self, text: str) -> int | None:
        """The unit a picker or an address names; None where nothing fits."""
        found = _held(text, directory.unit_names())
        if found is None:
            found = next((row.id for row in directory.find_units(text, self.on, 1)), None)
        return found

    def matter_named(self, text: str) -> int | None:
        found = _held(text, catalog.matter_names())
        if found is None:
            found = next((row.id for row in catalog.find_matters(text, self.on, 1)), None)
        return found

    def region_named(self, text: str) -> str | None:
        code = text.split()[0] if text.split() else ""
        if code == CITY or code in places.regions(self.on):
            return code
        return next((row.code for row in places.find_regions(text, self.on, 1)), None)


def _held(text: str, rows: dict[int, Row]) -> int | None:
    """By the code the text begins with."""
    code = text.split()[0] if text.split() else ""
    if code == NONE:
        return NOBODY
    return next((identity for identity, row in rows.items() if row[0] == code), None)


def _name(row: Row | None) -> str:
    return pick(row[1], row[2]) if row else ""


def _code(identity: int, rows: dict[int, Row]) -> str:
    return NONE if identity == NOBODY or identity not in rows else rows[identity][0]
