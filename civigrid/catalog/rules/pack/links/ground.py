"""What stands on the ground held against the grids, and layers against their declaration."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from math import isfinite

import shapely

from civigrid.catalog.rules.pack.content import Draft
from civigrid.catalog.rules.pack.ground import Ground
from civigrid.catalog.rules.pack.links.told import Told
from civigrid.places.rules import NewAddress, NewAsset, area_of

COUNTY = 6  # digits
LEAST = 1  # m² of a grid: less is a border drawn by mistake
UNLIKE = 0.2  # how far the residents of a grid's buildings may be from the grid's own


def covered(draft: Draft, told: Told) -> None:
    """Grids of almost no ground, overlaps and gaps. Gaps only where every grid is drawn: what is missing would be one."""
    drawn = [at for at in draft.grids if at.it.shape]
    if not drawn:
        return
    shapes = shapely.from_wkb([at.it.shape for at in drawn])
    for at, shape in zip(drawn, shapes, strict=True):
        if (area := area_of(shape)) < LEAST:
            told.fault(at, "geometry", "tiny_grid", value=at.it.code, area=round(area, 2), least=LEAST)
    ground = Ground(shapes)
    for first, second, area in ground.overlaps():
        facts = {"value": drawn[second].it.code, "other": drawn[first].it.code, "area": round(area)}
        told.fault(drawn[second], "geometry", "overlap", **facts)
    if len(drawn) == len(draft.grids):
        for gap in ground.gaps():
            at, codes = drawn[gap.around[0]], ", ".join(drawn[each].it.code for each in gap.around)
            point = f"{gap.lon:.6f} {gap.lat:.6f}"
            told.fault(at, "geometry", "gap", area=round(gap.area), value=codes, point=point)


def standing(draft: Draft, told: Told) -> None:
    """A building must lie in a grid; an address or an asset outside all is only odd."""
    if not draft.grids or any(not at.it.shape for at in draft.grids):
        return
    for at in draft.buildings:
        if at.it.shape and not at.it.grid_code:
            told.fault(at, "geometry", "outside_grids", value=at.it.code)
    for address in draft.addresses:
        if not address.it.grid_code and _is_somewhere(address.it):
            told.remark(address, "lon", "outside_grids", value=address.it.code)
    for asset in draft.assets:
        if not asset.it.grid_code and _is_somewhere(asset.it):
            told.remark(asset, "lon", "outside_grids", value=asset.it.code)


def _is_somewhere(thing: NewAddress | NewAsset) -> bool:
    return isfinite(thing.lon) and isfinite(thing.lat)


def counted(draft: Draft, told: Told) -> None:
    """A remark where the residents of a grid's buildings are far from the grid's own."""
    if not draft.buildings or not told.sound:
        return
    living: Counter[str] = Counter()
    for at in draft.buildings:
        living[at.it.grid_code] += at.it.residents
    for grid in draft.grids:
        counts = living[grid.it.code], grid.it.residents
        if abs(counts[0] - counts[1]) > UNLIKE * max(counts):
            told.remark(grid, "residents", "residents_differ", value=counts[1], other=counts[0])


def addresses(draft: Draft, told: Told) -> None:
    for at in draft.addresses:
        told.need(at, "building", "unknown_building", at.it.building_code)


def assets(draft: Draft, told: Told) -> None:
    counties = {at.it.code for at in draft.regions if len(at.it.code) == COUNTY}
    for at in draft.assets:
        told.need(at, "matter", "unknown_matter", at.it.matter_code)
        told.need(at, "owner", "unknown_unit", at.it.owner_code)
        told.need(at, "keeper", "unknown_unit", at.it.keeper_code)
        if counties and at.it.code[:COUNTY] not in counties:
            told.fault(at, "code", "asset_county", value=at.it.code, allowed=", ".join(sorted(counties)))


def layers(draft: Draft, told: Told) -> None:
    for features in draft.features.values():
        for at in features:
            told.need(at, "place_kind", "unknown_place_kind", at.it.place_kind)


def reports(draft: Draft, told: Told) -> None:
    keys: dict[str, int] = {}
    points = points_of(draft)
    for at in draft.reports:
        told.need(at, "source", "unknown_source", at.it.source)
        told.need(at, "matter", "unknown_matter", at.it.matter)
        told.need(at, "at", "unknown_address", at.it.at)
        if len(points.get(at.it.at, ())) > 1:
            told.fault(at, "at", "two_addresses", value=at.it.at)
        if at.it.key in keys:
            told.fault(at, "key", "duplicate", value=at.it.key, first=keys[at.it.key])
        keys.setdefault(at.it.key, at.row)


def points_of(draft: Draft) -> Mapping[str, set[tuple[float, float]]]:
    """The points that each address's name a report gives may mean."""
    found: dict[str, set[tuple[float, float]]] = {at.it.at: set() for at in draft.reports if at.it.at}
    for at in draft.addresses if found else ():
        if at.it.name in found:
            found[at.it.name].add((at.it.lon, at.it.lat))
    return found
