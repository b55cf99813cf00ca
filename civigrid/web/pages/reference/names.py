"""What rows point at, in words: units, regions, matters and kinds by their ids and codes, also those that ended."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from civigrid.catalog import queries as catalog
from civigrid.catalog.queries import CityRow
from civigrid.catalog.rules import UNKNOWN_OWNER
from civigrid.directory import queries as directory
from civigrid.places import queries as places
from civigrid.places.rules import DIGITS
from civigrid.web.pages.reference.asked import Asked
from civigrid.web.pages.reference.links import Said, to
from civigrid.web.templatetags.civigrid import pick


@dataclass(frozen=True, slots=True)
class Names:
    """Looks up in the page's transaction, on the day the page shows."""

    asked: Asked
    city: CityRow | None

    def unit(self, unit_id: int | None) -> Said:
        """A unit by its id; nothing for none."""
        if not unit_id:
            return Said("")
        unit = directory.units(self.asked.on).get(unit_id)
        if unit:
            return self._unit(unit.code, unit.name, unit.name_en)
        return self._unit(*directory.unit_names().get(unit_id, (str(unit_id), "", "")))

    def unit_of(self, code: str) -> Said:
        """A unit by its code."""
        unit = directory.unit_by_code(code, self.asked.on) if code else None
        if unit:
            return self._unit(code, unit.name, unit.name_en)
        past = {each[0]: each for each in directory.unit_names().values()} if code else {}
        return self._unit(*past[code]) if code in past else Said(code)

    def _unit(self, code: str, name: str, name_en: str) -> Said:
        return Said(pick(name, name_en) or code, to(self.asked, "unit", code), code)

    def units(self, ids: Iterable[int]) -> list[Said]:
        return [self.unit(each) for each in ids]

    def region(self, code: str) -> Said:
        """A region by its code; "" is the whole city."""
        if not code:
            return Said(_("whole city"))
        region = places.regions(self.asked.on).get(code)
        name = (region.name, region.name_en) if region else places.region_names().get(code)
        return Said(pick(*name), to(self.asked, "region", code), code) if name else Said(code)

    def above(self, code: str) -> list[Said]:
        """The regions that the region or grid of a code lies in, from the top down."""
        regions = places.regions(self.asked.on)
        codes = [code[:digits] for digits in DIGITS.values() if digits < len(code)]
        return [self.region(each) for each in codes if each in regions]

    def grid(self, code: str) -> Said:
        """A grid by its code."""
        name = places.grid_names().get(code)
        return Said(pick(*name), to(self.asked, "grid", code), code) if name else Said(code)

    def matter(self, matter_id: int) -> Said:
        matter = catalog.matters(self.asked.on).get(matter_id)
        row = (matter.code, matter.name, matter.name_en) if matter else catalog.matter_names().get(matter_id)
        if row is None:
            return Said(str(matter_id))
        code, name, name_en = row
        return Said(pick(name, name_en), to(self.asked, "matter", code), code)

    def matter_of(self, code: str) -> Said:
        """A matter by its code."""
        matter = catalog.matters_by_code(self.asked.on).get(code)
        return self.matter(matter.id) if matter else Said(code)

    def place_kind(self, code: str) -> Said:
        """A kind of place; "" is any."""
        if not code:
            return Said(_("any place"))
        return Said(self._of_city("place_kinds", code), code=code)

    def layer(self, code: str) -> Said:
        return Said(self._of_city("layers", code), code=code)

    def owner(self, code: str) -> Said:
        """Whose assets a row is for: a unit, nobody known, or anybody ("")."""
        if code == UNKNOWN_OWNER:
            return Said(_("owner unknown"))
        return self.unit_of(code) if code else Said("")

    def calendar(self, code: str) -> Said:
        row = catalog.calendars(self.asked.on).get(code)
        return Said(pick(row.name, row.name_en), to(self.asked, "calendar", code), code) if row else Said(code)

    def _of_city(self, what: str, code: str) -> str:
        kinds: Mapping[str, Mapping[str, Any]] = getattr(self.city, what, {})
        kind = kinds.get(code)
        return pick(kind["name"], kind.get("name_en", "")) if kind else code
