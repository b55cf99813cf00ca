"""What is read for finding places, and the spots there are."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import shapely

from civigrid.base import stamps
from civigrid.catalog import queries as catalog
from civigrid.locate.models import Spot
from civigrid.locate.rules import Border, KindWords, Precision, SpotHow, SpotRow
from civigrid.places import queries as places


@stamps.kept(places.AREA)
def border(on: date) -> Border | None:
    """None where the city has no grids: then no point is outside."""
    shapes = list(places.shapes(on).values())
    return Border(*map(float, shapely.total_bounds(shapes))) if shapes else None


@stamps.kept(catalog.AREA)
def kind_words() -> KindWords:
    kinds = catalog.city().place_kinds
    return KindWords({code: tuple(kind.get("words", ())) for code, kind in kinds.items()})


def newest(report_ids: Sequence[int]) -> dict[int, SpotRow]:
    """The spot that counts, by report."""
    found = Spot.objects.filter(report_id__in=report_ids).order_by("report_id", "-id").distinct("report_id")
    return {spot.report_id: _row(spot) for spot in found}


def _row(spot: Spot) -> SpotRow:
    return SpotRow(
        report_id=spot.report_id,
        precision=Precision(spot.precision),
        how=SpotHow(spot.how),
        region_code=spot.region_code,
        grid_id=spot.grid_id,
        lon=spot.lon,
        lat=spot.lat,
        place_kind=spot.place_kind,
        words=spot.words,
    )
