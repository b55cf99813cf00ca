"""The spots there are."""

from __future__ import annotations

from collections.abc import Sequence

from civigrid.locate.models import Spot
from civigrid.locate.rules import Precision, SpotHow, SpotRow


def newest(report_ids: Sequence[int]) -> dict[int, SpotRow]:
    """The spot that counts, by report."""
    found = Spot.objects.filter(report_id__in=report_ids).order_by("report_id", "-id").distinct("report_id")
    return {spot.report_id: _row(spot) for spot in found}


def history(report_id: int) -> list[SpotRow]:
    """Every spot the report ever had, the newest first."""
    return [_row(spot) for spot in Spot.objects.filter(report_id=report_id).order_by("-id")]


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
        border_m=spot.border_m,
        neighbours=tuple(spot.neighbours),
        candidates=tuple(spot.candidates),
        asset_code=spot.asset_code,
    )
