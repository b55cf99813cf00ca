"""Where a report is about: the finest place that is sure. Values in, values out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from civigrid.locate.rules.codes import Precision, SpotHow
from civigrid.locate.rules.rows import Address, Asked, SpotRow
from civigrid.places.rules import AddressKind, NearAsset, apart

FAR = 800.0  # metres between a point and the address named, beyond which they are two places: a park is as long
SAME = 200.0  # metres within which two places of one name are one, as two gates of a park
EXACT = 50.0  # metres: a point known no better tells neither the kind of place nor the asset
CLOSELY = frozenset({AddressKind.DOOR, AddressKind.POLE, AddressKind.CROSSING})  # kinds that name one spot, not an area
_PRECISION = {12: Precision.COMMUNITY, 9: Precision.TOWN}


def spot(asked: Asked, *, root: str) -> SpotRow:
    """The finest place that is sure: the point's grid, the address named, the code given, the region named.

    Where none is known, or the point is outside, `region_code` is the city's own (`root`): its people look after it.
    Of several addresses none is chosen: the place is the finest region that holds them all, until a person says which.
    """
    if asked.lon is None or asked.lat is None:
        return _unpinned(asked, root)
    several = _codes(asked.addresses)
    if not asked.inside:
        known = SpotRow(asked.report_id, Precision.OUTSIDE, SpotHow.POINT, root)
        return replace(known, lon=asked.lon, lat=asked.lat, words=asked.address_words, candidates=several)
    if _differ(asked):
        regions = [asked.grid_region or root, *(each.region for each in asked.addresses)]
        known = _roughly(asked, SpotHow.DIFFER, regions, root)
        return replace(known, lon=asked.lon, lat=asked.lat, words=asked.address_words, candidates=several)
    plate = _plate(asked.addresses)
    if asked.grid_id is None:
        known = replace(_by_region(asked, root), precision=Precision.POINT, how=SpotHow.POINT)
        return replace(known, lon=asked.lon, lat=asked.lat, asset_code=plate)
    found = asked.report_id, Precision.GRID, SpotHow.POINT, asked.grid_region, asked.grid_id, asked.lon, asked.lat
    return SpotRow(*found, asset_code=plate)


def _unpinned(asked: Asked, root: str) -> SpotRow:
    inside = [each for each in asked.addresses if each.region.startswith(asked.given or asked.named)]
    addresses = inside if inside or asked.given else asked.addresses
    if not addresses:
        return _by_region(asked, root)
    regions = [each.region for each in addresses]
    regions += () if inside else asked.named  # a text may name a place, and a region that it does not lie in
    if len(addresses) > 1 or len(regions) > 1:
        known = _roughly(asked, SpotHow.ADDRESS, regions, root)
        return replace(known, words=asked.address_words, candidates=_codes(addresses))
    return _at(asked, addresses[0], root)


def _at(asked: Asked, address: Address, root: str) -> SpotRow:
    """At the one address: in its grid, or where its ground lies in several, in the region of these."""
    known = _roughly(asked, SpotHow.ADDRESS, [address.region], root)
    if len(address.grids) == 1:
        known = replace(known, precision=Precision.GRID, grid_id=address.grids[0])
    return replace(
        known,
        lon=address.lon,
        lat=address.lat,
        words=asked.address_words,
        asset_code=address.asset,
        neighbours=address.grids if len(address.grids) > 1 else (),
    )


def _differ(asked: Asked) -> bool:
    """Whether the point is far from what the text names; or at one of several of a name that people shorten: a school's
    two campuses are both called by the school's name, and who stands at one may mean the other."""
    if not asked.addresses or asked.lon is None or asked.lat is None:
        return False
    point = (asked.lon, asked.lat)
    if len(asked.addresses) > 1 and asked.one_name and not CLOSELY.issuperset(each.kind for each in asked.addresses):
        return not all(_near(asked, point, each, SAME) for each in asked.addresses)
    return not any(_near(asked, point, each, FAR) for each in asked.addresses)


def _near(asked: Asked, point: tuple[float, float], address: Address, reach: float) -> bool:
    here = asked.grid_id in address.grids
    return here or apart(point, (address.lon, address.lat)) <= reach + (asked.accuracy_m or 0.0)


def _by_region(asked: Asked, root: str) -> SpotRow:
    if asked.given:
        precision = _PRECISION.get(len(asked.given), Precision.CITY)
        code = asked.given if len(asked.given) > len(root) else root
        return SpotRow(asked.report_id, precision, SpotHow.CODE, code, words=asked.words)
    return replace(_roughly(asked, SpotHow.WORDS, asked.named, root), words=asked.words)


def _roughly(asked: Asked, how: SpotHow, regions: Sequence[str], root: str) -> SpotRow:
    """The finest region that holds all of these; the city, and no way it was found, where that is no finer."""
    code = common(regions)
    if len(code) <= len(root):
        found = how if how is not SpotHow.WORDS else SpotHow.NONE
        return SpotRow(asked.report_id, Precision.NONE, found, root)
    return SpotRow(asked.report_id, _PRECISION.get(len(code), Precision.CITY), how, code)


def common(codes: Iterable[str]) -> str:
    """The finest region that holds all of `codes`: the one, else the town they share, else ""."""
    different = set(codes)
    if len(different) == 1:
        return different.pop()
    towns = {code[:9] for code in different}
    return towns.pop() if len(towns) == 1 else ""


def _codes(addresses: Sequence[Address]) -> tuple[str, ...]:
    """Those that a person can be asked about; where the text means one thing alone, nobody need be."""
    return tuple(each.code for each in addresses if each.code)


def _plate(addresses: Sequence[Address]) -> str:
    """The asset whose number stands in the text."""
    numbers = {each.asset for each in addresses}
    return numbers.pop() if len(numbers) == 1 else ""


def exact(accuracy_m: float | None) -> bool:
    """Whether a point is known well enough to tell what it lies on. One that does not say is taken at its word."""
    return accuracy_m is None or accuracy_m <= EXACT


def meant(near: Sequence[NearAsset]) -> str:
    """The code of the asset that a point is at: the nearest, where those near are one owner's; "" where they are not, for
    then the point does not tell whose thing it is."""
    return near[0].code if len({each.owner for each in near}) == 1 else ""
