"""A place that a person sets: a point, or an address he names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from civigrid.base.errors import Refused
from civigrid.catalog import queries as catalog
from civigrid.classify.rules import LabelRow
from civigrid.intake.rules import ReportRow
from civigrid.locate import rules
from civigrid.locate.queries.ground import IN_TURN, Ground
from civigrid.locate.queries.looking import FURTHEST, facts_of, looked_at
from civigrid.locate.rules import Address, Asked, SpotHow, SpotRow
from civigrid.places import queries as places
from civigrid.places.rules import NOWHERE

NAMED = 4  # places of a name told to whoever must say which


@dataclass(frozen=True, slots=True)
class Pin:
    """A point in degrees, EPSG:4326. `grid_code` "" is the grid it lies in, `place_kind` "" what the map says."""

    lon: float
    lat: float
    grid_code: str = ""
    place_kind: str = ""
    asset_code: str = ""


def address(said: str, on: date) -> Address:
    """The one address of that code or those words. Refused("unknown_place") where there is none, and
    Refused("several_places", places=) where there are several: whoever asks says which."""
    book = places.address_book(on)
    known = book.of_code(said.split(maxsplit=1)[0]) if said.strip() else None
    found = (known,) if known else book.find(said).all
    if not found:
        raise Refused("unknown_place")
    if len(found) > 1:
        raise Refused("several_places", places="; ".join(f"{each.code} {each.name}" for each in found[:NAMED]))
    return Ground(on).addresses(found)[0]


def pinned(
    reports: Sequence[ReportRow], labels: Sequence[LabelRow], pins: Sequence[Pin], on: date
) -> list[SpotRow | Refused]:
    """The spots of pins, each for the report of its place in the list; nothing is stored. Refused where the point is
    none, or the grid chosen is unknown or not near it."""
    found: list[SpotRow | Refused] = [_spot(report.id, pin, on) for report, pin in zip(reports, pins, strict=True)]
    rows = [row for row, spot in enumerate(found) if isinstance(spot, SpotRow)]
    facts = facts_of([reports[row] for row in rows], [labels[row] for row in rows], on)
    set_anew = [
        replace(each, accuracy_m=None, chosen=pins[row].place_kind) for row, each in zip(rows, facts, strict=True)
    ]
    spots = [spot for spot in found if isinstance(spot, SpotRow)]
    with IN_TURN:
        seen = looked_at(spots, set_anew, on)
    for row, spot in zip(rows, seen, strict=True):
        found[row] = spot
    return found


def _spot(report_id: int, pin: Pin, on: date) -> SpotRow | Refused:
    city, edges = catalog.city(), places.grid_edges(on)
    if not (-180 <= pin.lon <= 180 and -90 <= pin.lat <= 90):
        return Refused("bad_point", field="lon" if abs(pin.lon) > 180 else "lat")
    try:
        grid_id = _chosen(pin, on) if pin.grid_code else _grid(pin, on)
    except Refused as no:
        return no
    row = places.grids(on).get(grid_id or NOWHERE)
    inside = row is not None or edges is None or bool(edges.holds([pin.lon], [pin.lat], city.tolerance_m)[0])
    region = row.region_code if row else ""
    asked = Asked(report_id, pin.lon, pin.lat, None, grid_id, region, inside)
    spot = rules.spot(asked, root=city.root_code)
    return replace(spot, how=SpotHow.PERSON, asset_code=pin.asset_code)


def _grid(pin: Pin, on: date) -> int | None:
    (found,) = places.grid_index(on).locate([pin.lon], [pin.lat]).tolist()
    return None if found == NOWHERE else int(found)


def _chosen(pin: Pin, on: date) -> int:
    """The grid that a person chose, which must be near the point: of a border he may say which side, of a map nothing."""
    grid_id, edges = places.grids_by_code(on).get(pin.grid_code), places.grid_edges(on)
    if grid_id is None or edges is None:
        raise Refused("unknown_grid")
    near = edges.near([NOWHERE], [pin.lon], [pin.lat], FURTHEST)[0]
    if grid_id not in near:
        raise Refused("grid_too_far", metres=round(FURTHEST))
    return grid_id
