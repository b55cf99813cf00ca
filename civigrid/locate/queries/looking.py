"""What lies at a spot: how near its grid's border is, the kind of place, the asset. For a whole batch at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt

from civigrid.catalog import queries as catalog
from civigrid.classify.rules import LabelRow
from civigrid.intake.rules import ReportRow
from civigrid.locate.queries.asking import READ
from civigrid.locate.queries.ground import kind_words
from civigrid.locate.rules import Precision, SpotHow, SpotRow, exact, meant
from civigrid.places import queries as places
from civigrid.places.rules import NOWHERE

_POINTED = frozenset({SpotHow.POINT, SpotHow.PERSON})
FURTHEST = 200.0  # metres within which grids and assets are looked for, however rough the point


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known beside a spot: how exact its point is (metres, None: it does not say), the kind of place its sender
    chose, the texts that may tell of one, and the code of its matter, "" where that is not sure."""

    accuracy_m: float | None = None
    chosen: str = ""
    texts: tuple[str, ...] = ()
    matter: str = ""


def facts_of(reports: Sequence[ReportRow], labels: Sequence[LabelRow], on: date) -> list[Facts]:
    """In the order of `reports`; `labels` are theirs, or none where it is not known what they are about."""
    kinds, matters = kind_words().codes, catalog.matters(on)
    sure = {label.report_id: matters.get(label.matter_id or 0) for label in labels if label.sure}
    found = []
    for report in reports:
        chosen, matter = report.extra.get("place_kind"), sure.get(report.id)
        kind = chosen if isinstance(chosen, str) and chosen in kinds else ""
        texts = (report.place_text, report.words[:READ])
        found.append(Facts(report.position_accuracy_m, kind, texts, matter.code if matter else ""))
    return found


def looked_at(spots: Sequence[SpotRow], facts: Sequence[Facts], on: date) -> list[SpotRow]:
    """The spots with what lies there. The kind of place is what the sender chose; else, at a point known well, what the
    map says lies there, for whoever sets a point shows the very spot, while words also name what is beside it (of several
    kinds, as where roads cross, the one the words tell); else what the words tell; else, at an address that the words
    name, what the map says of that."""
    tolerance = catalog.city().tolerance_m
    borders, kinds = _borders(spots, facts, on, tolerance), _kinds(spots, facts, on)
    assets = _assets(spots, facts, on, tolerance)
    return [_seen(*row) for row in zip(spots, borders, kinds, assets, strict=True)]


def _seen(spot: SpotRow, border: tuple[float | None, tuple[int, ...]], kind: str, asset: str) -> SpotRow:
    """Written out, for every report comes by here: `replace` costs several times as much."""
    metres, near = border
    return SpotRow(
        spot.report_id, spot.precision, spot.how, spot.region_code, spot.grid_id, spot.lon, spot.lat, kind, spot.words,
        metres, near, spot.candidates, asset,
    )  # fmt: skip


def _borders(
    spots: Sequence[SpotRow], facts: Sequence[Facts], on: date, tolerance: float
) -> list[tuple[float | None, tuple[int, ...]]]:
    """Metres to the border of its grid, and the grids beside it, of each spot."""
    found: list[tuple[float | None, tuple[int, ...]]] = [(None, spot.neighbours) for spot in spots]
    rows = [row for row, spot in enumerate(spots) if spot.lon is not None]
    edges = places.grid_edges(on)
    if not rows or edges is None:
        return found
    lons, lats = _points(spots, rows)
    grids = np.array([spots[row].grid_id or NOWHERE for row in rows])
    reach = np.array([_reach(facts[row], tolerance) for row in rows])
    border = edges.border(grids, lons, lats)
    close = np.flatnonzero(~(border > reach))  # also those in no grid
    near = edges.near(grids[close], lons[close], lats[close], reach[close])
    beside = dict(zip(close.tolist(), near, strict=True))
    for place, (row, metres) in enumerate(zip(rows, border.tolist(), strict=True)):
        known = None if np.isnan(metres) else round(metres, 1)
        found[row] = known, spots[row].neighbours or beside.get(place, ())
    return found


def _reach(facts: Facts, tolerance: float) -> float:
    return min(max(facts.accuracy_m or 0.0, tolerance), FURTHEST)


def _kinds(spots: Sequence[SpotRow], facts: Sequence[Facts], on: date) -> list[str]:
    kinds, told = [each.chosen for each in facts], _teller(facts)
    open_rows = [row for row, spot in enumerate(spots) if not kinds[row] and spot.precision is not Precision.OUTSIDE]
    _draw(
        kinds,
        [row for row in open_rows if spots[row].how in _POINTED and exact(facts[row].accuracy_m)],
        spots,
        told,
        on,
    )
    for row in open_rows:
        kinds[row] = kinds[row] or told(row)
    _draw(kinds, [row for row in open_rows if spots[row].how is SpotHow.ADDRESS and not kinds[row]], spots, told, on)
    return kinds


def _teller(facts: Sequence[Facts]) -> Callable[[int], str]:
    """The kind of place that a row's words tell of."""
    find = kind_words().find
    return lambda row: next(filter(None, map(find, facts[row].texts)), "")


def _draw(
    kinds: list[str], rows: Sequence[int], spots: Sequence[SpotRow], told: Callable[[int], str], on: date
) -> None:
    """Fills in what the map says of the spots of these rows; `told`: what their words say, where it says several."""
    known = [row for row in rows if spots[row].lon is not None]
    drawn = places.place_kinds(on).find(*_points(spots, known)) if known else []
    for row, found in zip(known, drawn, strict=True):
        named = told(row) if len(found) > 1 else ""
        kinds[row] = named if named in found else next(iter(found), "")


def _assets(spots: Sequence[SpotRow], facts: Sequence[Facts], on: date, tolerance: float) -> list[str]:
    assets = [spot.asset_code for spot in spots]
    by_matter: dict[str, list[int]] = defaultdict(list)
    for row, (spot, known) in enumerate(zip(spots, facts, strict=True)):
        if known.matter and not assets[row] and spot.lon is not None and exact(known.accuracy_m):
            by_matter[known.matter].append(row)
    index = places.asset_index(on) if by_matter else None
    for matter, rows in by_matter.items():
        if index is not None and index.has(matter):
            lons, lats = _points(spots, rows)
            reach = [_reach(facts[row], tolerance) for row in rows]
            for row, near in zip(rows, index.near(matter, lons, lats, reach), strict=True):
                assets[row] = meant(near)
    return assets


def _points(spots: Sequence[SpotRow], rows: Sequence[int]) -> npt.NDArray[np.float64]:
    """Longitudes and latitudes of the spots of these rows."""
    return np.array([(spots[row].lon, spots[row].lat) for row in rows], dtype=float).T
