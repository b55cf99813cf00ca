"""Points brought to EPSG:4326 as they come in. Values in, values out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from civigrid.intake.rules.rows import RawReport
from civigrid.places.rules import SHIFTED, Crs, to_wgs84

_DIGITS = 8  # of a degree: a millimetre, so that the same numbers are the same point on every machine


def converted(raws: Sequence[RawReport]) -> list[RawReport]:
    """The reports, in their order, with `lon`, `lat` in EPSG:4326. Of one given in GCJ-02 or BD-09 the numbers that came
    stand in `lon_given`, `lat_given`; where those stand already, it was converted before. The reports are clean."""
    found = list(raws)
    for crs in SHIFTED:
        places = [place for place, raw in enumerate(raws) if raw.position_crs == crs and _unconverted(raw)]
        if places:
            given = np.array([(raws[place].lon, raws[place].lat) for place in places], dtype=float)
            points = np.round(to_wgs84(given[:, 0], given[:, 1], crs), _DIGITS).T
            for place, (lon, lat) in zip(places, points.tolist(), strict=True):
                raw = raws[place]
                found[place] = replace(raw, lon=lon, lat=lat, lon_given=raw.lon, lat_given=raw.lat)
    return found


def crs_of(text: str) -> str:
    """The name of a system as intake knows it; ValueError for one it does not."""
    return Crs(text).value if text else ""


def _unconverted(raw: RawReport) -> bool:
    return raw.lon is not None and raw.lon_given is None
