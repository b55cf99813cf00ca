"""What a batch looks up of the ground on a day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from threading import RLock

from civigrid.base import stamps
from civigrid.catalog import queries as catalog
from civigrid.locate.rules import Address, KindWords, common
from civigrid.places import queries as places
from civigrid.places.queries import GridRow
from civigrid.places.rules import KnownPlace

# One thread of a process at a time looks at the ground. The geometry library lets go of the interpreter's lock while it
# works, and shapes that threads share fill in indexes of their own when first asked: two at once corrupt the memory.
IN_TURN = RLock()


@stamps.kept(catalog.AREA)
def kind_words() -> KindWords:
    kinds = catalog.city().place_kinds
    return KindWords({code: tuple(kind.get("words", ())) for code, kind in kinds.items()})


class Ground:
    """What a batch looks up of the ground on a day."""

    def __init__(self, on: date) -> None:
        self.on, self.root = on, catalog.city().root_code
        self.grids: Mapping[int, GridRow] = places.grids(on)
        self.regions = places.regions(on)
        self._by_code, self._spreads = places.grids_by_code(on), places.spreads(on)

    def addresses(self, known: Sequence[KnownPlace]) -> tuple[Address, ...]:
        """With the grids their ground lies in. A crossing that only the roads tell of lies where its point lies."""
        return tuple(map(self._address, known))

    def _address(self, place: KnownPlace) -> Address:
        grids = self._spreads.get(place.code) or self._grid(place)
        region = common(self.grids[each].region_code for each in grids) if grids else ""
        return Address(place.code, place.kind, place.lon, place.lat, region or self.root, grids, place.asset)

    def _grid(self, place: KnownPlace) -> tuple[int, ...]:
        known = self._by_code.get(place.grid_code)
        if known is None and not place.code and self.grids:
            (found,) = places.grid_index(self.on).locate([place.lon], [place.lat]).tolist()
            known = found if found in self.grids else None
        return () if known is None else (known,)
