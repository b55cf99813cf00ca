"""Scope: which rows a post may see. A set of region prefixes and a set of units; nothing else grants a row."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Scope:
    """`regions`: prefixes of national codes ("" is everywhere); `units`: ids of units whose work is visible."""

    regions: tuple[str, ...] = ()
    units: tuple[int, ...] = ()

    def holds(self, *, region_code: str, unit_ids: tuple[int, ...] = ()) -> bool:
        """The same answer as row security gives, for values already in memory."""
        return any(region_code.startswith(prefix) for prefix in self.regions) or not set(self.units).isdisjoint(
            unit_ids
        )

    @property
    def everywhere(self) -> bool:
        return "" in self.regions


EVERYWHERE = Scope(regions=("",))
NOWHERE = Scope()
