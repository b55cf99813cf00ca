"""What reports say about their places, each word looked up in the lists of the day."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

import numpy as np

from civigrid.intake.rules import Channel, ReportRow
from civigrid.locate.queries.ground import Ground
from civigrid.locate.rules import Asked
from civigrid.places import queries as places
from civigrid.places.rules import NOWHERE, Mentioned, Named

READ = 300  # characters of the text in which a place is looked for, after the words that say the place
ON_THE_SPOT = frozenset({Channel.FIELD, Channel.DEVICE})  # their point is where they stand, whatever they write
_NO_ADDRESS, _NO_REGION = Mentioned(), Named()

T = TypeVar("T", Mentioned, Named)


def asked_of(reports: Sequence[ReportRow], ground: Ground, *, tolerance: float) -> list[Asked]:
    """In the order of `reports`. `tolerance`: metres by which a point may be wrong that does not say how exact it is."""
    grid_of, inside = _pointed(reports, ground, tolerance)
    book, names = places.address_book(ground.on), places.named_places(ground.on)
    asked = []
    for report in reports:
        grid = ground.grids.get(grid_of.get(report.id, NOWHERE))
        given = report.region_code if report.region_code in ground.regions else ""
        trusted = report.lon is not None and report.channel in ON_THE_SPOT
        said = _NO_ADDRESS if trusted else _read(report, book.find, _NO_ADDRESS)
        named = _NO_REGION if grid or given else _read(report, names.find, _NO_REGION)
        asked.append(
            Asked(
                report.id,
                report.lon,
                report.lat,
                report.position_accuracy_m,
                grid.id if grid else None,
                grid.region_code if grid else "",
                report.id in inside,
                given,
                ground.addresses(said.all) if said.words else (),
                said.words,
                said.one_name,
                named.codes,
                named.words,
            )
        )
    return asked


def _read(report: ReportRow, find: Callable[[str], T], nothing: T) -> T:
    """The words that say the place come first; what else was said is read where they name nothing."""
    found = find(report.place_text) if report.place_text else nothing
    return found if found.words else find(report.words[:READ])


def _pointed(reports: Sequence[ReportRow], ground: Ground, tolerance: float) -> tuple[dict[int, int], set[int]]:
    """The grid each point lies in, by report; and the reports whose points lie in the city, or may. Without grids a city
    has no border, and no point is outside."""
    points = [each for each in reports if each.lon is not None and each.lat is not None]
    edges = places.grid_edges(ground.on)
    if not points or edges is None:
        return {}, {each.id for each in points}
    ids = np.array([each.id for each in points])
    at = np.array([(each.lon, each.lat) for each in points], dtype=float).T
    grids = places.grid_index(ground.on).locate(*at)
    lost = np.flatnonzero(grids == NOWHERE)
    slack = [max(tolerance, points[row].position_accuracy_m or 0.0) for row in lost.tolist()]
    held = edges.holds(at[0][lost], at[1][lost], slack)
    outside = set(ids[lost[~held]].tolist())
    return dict(zip(ids.tolist(), grids.tolist(), strict=True)), {each.id for each in points} - outside
