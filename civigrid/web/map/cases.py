"""Open cases on the map: which are asked for, where they stand, how many there are in each area."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from urllib.parse import urlencode

import numpy as np
import shapely
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from civigrid.base import db
from civigrid.cases.queries import onmap
from civigrid.cases.rules import Stage
from civigrid.cases.rules.onmap import NONE, Box, Four, OnMap, Standing, add
from civigrid.catalog import queries as catalog
from civigrid.catalog.rules import Family
from civigrid.directory.rules import Actor
from civigrid.places import queries as places
from civigrid.places.rules import GRID_DIGITS
from civigrid.web.map.mercator import SIDE

CLASSES = 5  # of heat
NEAR, APART = 56, 16  # pixels a cell is wide, and from the zoom on at which single doors can be told apart
DOORS = 17
SEEN = "open"
HEATS: Mapping[str, str | Promise] = {
    "": _("no heat"),
    SEEN: _("open now"),
    "day": _("opened in 24 hours"),
    "week": _("opened in 7 days"),
    "month": _("opened in 30 days"),
}
PERIODS: Mapping[str, timedelta] = {"day": timedelta(days=1), "week": timedelta(days=7), "month": timedelta(days=30)}
USUAL = "week"  # the period of the table where the heat has none


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for: `heat` is one of HEATS, `per` per 1,000 residents, `majors` the classes of
    matters in force, Chinese to English; `query` says it all again."""

    wanted: OnMap
    heat: str
    per: bool
    major: str
    majors: Mapping[str, str]
    query: str

    @property
    def period(self) -> str:
        return self.heat if self.heat in PERIODS else USUAL


@dataclass(frozen=True, slots=True)
class Figures:
    """Of an area: its open cases by standing, those opened in the period, and what the heat goes by."""

    cases: Four
    opened: int
    value: float

    @property
    def open(self) -> int:
        return sum(self.cases)

    @property
    def late(self) -> int:
        return self.cases[3]


@dataclass(frozen=True, slots=True)
class Heat:
    """Classes from the least to the greatest, each from and to, and the class of each area that has one."""

    classes: tuple[tuple[float, float], ...]
    of: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Sign:
    """One sign on the map: where, and how many open cases by standing it stands for."""

    lon: float
    lat: float
    cases: Four


def asked(said: QueryDict, on: date) -> Asked:
    """Raises ValueError for codes that do not exist. In a reading transaction."""
    heat, per, major = said.get("heat", ""), said.get("per") == "1", said.get("major", "")
    if heat not in HEATS:
        raise ValueError(heat)
    family, stage, standing = said.get("family", ""), said.get("stage", ""), said.get("standing", "")
    wanted = OnMap(
        family=Family(family) if family else None,
        matter_ids=_matters(major, on) if major else None,
        stage=Stage(stage) if stage else None,
        standing=Standing(standing) if standing else None,
    )
    told = {
        "heat": heat,
        "per": "1" if per else "",
        "family": family,
        "major": major,
        "stage": stage,
        "standing": standing,
    }
    majors = {row.major: row.major_en for row in catalog.matters(on).values()}
    return Asked(wanted, heat, per, major, majors, urlencode({key: value for key, value in told.items() if value}))


def _matters(major: str, on: date) -> tuple[int, ...]:
    found = tuple(row.id for row in catalog.matters(on).values() if row.major == major)
    if not found:
        raise ValueError(major)
    return found


def within(wanted: OnMap, code: str, on: date) -> OnMap:
    """The same of an area only: a region, or a grid by its code."""
    if len(code) < GRID_DIGITS:
        return OnMap(wanted.family, wanted.matter_ids, wanted.stage, wanted.standing, region=code)
    grid_id = next((row.id for row in places.grids(on).values() if row.code == code), 0)
    return OnMap(wanted.family, wanted.matter_ids, wanted.stage, wanted.standing, grid_id=grid_id)


def figures(actor: Actor, what: Asked, codes: Sequence[str], on: date, *, now: datetime) -> dict[str, Figures]:
    """Of each area (region or grid), none left out. Two transactions of their own, a statement each, however many areas."""
    with db.system():
        grids, counted = dict(places.grids(on)), onmap.by_grid(actor.scope, what.wanted, now=now)
    with db.scoped(actor.scope):
        new = onmap.opened(actor.scope, what.wanted, since=now - PERIODS[what.period])
    cases: dict[str, Four] = dict.fromkeys(codes, NONE)
    opened, residents = dict.fromkeys(codes, 0), dict.fromkeys(codes, 0)
    lengths = {len(code) for code in codes}
    for each in counted:
        for code in _areas(_code(each.region_code, each.grid_id, grids), lengths) & cases.keys():
            cases[code] = add(cases[code], each.cases)
    for (region, grid_id), number in new.items():
        for code in _areas(_code(region, grid_id, grids), lengths) & opened.keys():
            opened[code] += number
    for row in grids.values():
        for code in _areas(row.code, lengths) & residents.keys():
            residents[code] += row.residents
    return {
        code: Figures(
            cases[code],
            opened[code],
            _value(what, sum(cases[code]) if what.heat == SEEN else opened[code], residents[code]),
        )
        for code in codes
    }


def _value(what: Asked, number: int, residents: int) -> float:
    """Absolute, or per 1,000 residents; 0 where nobody lives."""
    if not what.per:
        return number
    return round(number * 1000 / residents, 1) if residents else 0.0


def _areas(code: str, lengths: set[int]) -> set[str]:
    """A code and those above it, of these lengths."""
    return {code[:length] for length in lengths}


def _code(region: str, grid_id: int | None, grids: Mapping[int, places.GridRow]) -> str:
    grid = grids.get(grid_id or 0)
    return grid.code if grid else region


def heat(found: Mapping[str, Figures], what: Asked) -> Heat:
    """Classes with about as many areas each; equal values are in one class, none is class of no area."""
    values = {code: each.value for code, each in found.items() if each.value > 0}
    if not what.heat or not values:
        return Heat((), {})
    known = np.array(sorted(values.values()))
    edges = np.unique(np.quantile(known, [step / CLASSES for step in range(1, CLASSES)], method="higher"))
    placed = np.searchsorted(edges, known, side="right")
    held = sorted(set(placed.tolist()))
    classes = tuple((float(known[placed == each].min()), float(known[placed == each].max())) for each in held)
    at = {each: place for place, each in enumerate(held)}
    return Heat(classes, {code: at[int(np.searchsorted(edges, value, side="right"))] for code, value in values.items()})


def side_at(zoom: float, lat: float) -> tuple[float, float]:
    """How many degrees wide and high a cell is at a zoom, in the latitude of the city."""
    wide = 360 / (SIDE * 2**zoom) * (APART if zoom >= DOORS else NEAR)
    return wide, wide * math.cos(math.radians(lat))


def signs(
    actor: Actor, wanted: OnMap, box: Box, side: tuple[float, float], on: date, *, now: datetime
) -> tuple[list[Sign], int]:
    """The signs in a box (degrees), one a cell, and how many cases are nowhere on the map. What has no point, and what is
    confidential, stands in the middle of its grid."""
    with db.system():
        cells = onmap.cells(actor.scope, wanted, box, side, now=now)
        known = middles({cell.grid_id for cell in cells if cell.lon is None and cell.grid_id}, on)
    found: dict[tuple[int, int], Sign] = {}
    nowhere = 0
    for cell in sorted(cells, key=lambda each: each.lon is None):
        place = (cell.lon, cell.lat) if cell.lon is not None else known.get(cell.grid_id or 0)
        if place is None or place[0] is None or place[1] is None:
            nowhere += sum(cell.cases)
        elif _inside(place[0], place[1], box):
            _put(found, Sign(place[0], place[1], cell.cases), side)
    return list(found.values()), nowhere


def _put(found: dict[tuple[int, int], Sign], sign: Sign, side: tuple[float, float]) -> None:
    key = (math.floor(sign.lon / side[0]), math.floor(sign.lat / side[1]))
    there = found.get(key)
    found[key] = Sign(there.lon, there.lat, add(there.cases, sign.cases)) if there else sign


def _inside(lon: float, lat: float, box: Box) -> bool:
    return box[0] <= lon <= box[2] and box[1] <= lat <= box[3]


def middles(grid_ids: Iterable[int], on: date) -> dict[int, tuple[float, float]]:
    """A point inside each of the grids that exist that day."""
    shapes = places.shapes(on)
    points = {grid_id: shapely.point_on_surface(shapes[grid_id]) for grid_id in grid_ids if grid_id in shapes}
    return {grid_id: (point.x, point.y) for grid_id, point in points.items()}


def grids_in(box: Box, on: date) -> list[int]:
    """The grids whose middle lies in a box: whose cases without a point do."""
    known = middles(places.shapes(on), on)
    return [grid_id for grid_id, (lon, lat) in known.items() if _inside(lon, lat, box)]
