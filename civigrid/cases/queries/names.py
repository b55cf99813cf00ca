"""Names of what a case points at, in both languages, from the reference data kept in memory."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from civigrid.catalog import queries as catalog
from civigrid.catalog.rules import CheckBy
from civigrid.directory import queries as directory
from civigrid.places import queries as places

Both = tuple[str, str]  # Chinese, English


@dataclass(frozen=True, slots=True)
class Names:
    """The names of one day. An id that is gone from the lists of the day has the name ""."""

    on: date
    root: str

    @classmethod
    def at(cls, now: datetime) -> Names:
        city = catalog.city()
        return cls(now.astimezone(city.zone).date(), city.root_code)

    def matter(self, matter_id: int | None) -> Both:
        row = catalog.matters(self.on).get(matter_id or 0)
        return (row.name, row.name_en) if row else ("", "")

    def check_by(self, matter_id: int | None) -> CheckBy | None:
        row = catalog.matters(self.on).get(matter_id or 0)
        return row.check_by if row else None

    def major(self, matter_id: int | None) -> str:
        """The class a matter belongs to."""
        row = catalog.matters(self.on).get(matter_id or 0)
        return row.major if row else ""

    def unit(self, unit_id: int | None) -> Both:
        row = directory.units(self.on).get(unit_id or 0)
        return (row.name, row.name_en) if row else ("", "")

    def place(self, code: str) -> Both:
        """From the town down; the city's own name where nothing finer is known."""
        regions = places.regions(self.on)
        prefixes = [code[:length] for length in range(len(self.root) + 1, len(code) + 1)] or [code]
        rows = [regions[prefix] for prefix in prefixes if prefix in regions]
        return "".join(row.name for row in rows), ", ".join(row.name_en for row in reversed(rows))

    def grid(self, grid_id: int | None) -> Both:
        row = places.grids(self.on).get(grid_id or 0)
        return (row.name, row.name_en) if row else ("", "")
