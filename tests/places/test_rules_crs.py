"""Shifted coordinates brought back: known pairs, the way there and back, and what lies outside."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from civigrid.places.rules import Crs, apart, to_wgs84
from civigrid.places.rules.crs import EAST, NORTH, SOUTH, WEST, to_bd09, to_gcj02

# wgs84togcj02, gcj02tobd09 of coordtransform, for the point of its own example; and the tests of eviltransform, whose
# ellipsoid differs by a hundred metres (so a few centimetres here)
TO_GCJ02 = [
    ((116.404, 39.915), (116.41024449916938, 39.91640428150164), 0.01),
    ((121.5272106, 31.1774276), (121.531541859215, 31.17530398364597), 0.05),
    ((113.912316, 22.543847), (113.9171764808363, 22.540796131694766), 0.05),
]
INSIDE = {"lon": st.floats(WEST + 0.1, EAST - 0.1), "lat": st.floats(SOUTH + 0.1, NORTH - 0.1)}


@pytest.mark.parametrize(("wgs", "gcj", "within"), TO_GCJ02)
def test_known_pairs(wgs: tuple[float, float], gcj: tuple[float, float], within: float) -> None:
    assert apart(tuple(map(float, to_gcj02(*wgs))), gcj) < within  # type: ignore[arg-type]
    assert apart(tuple(map(float, to_wgs84(*gcj, Crs.GCJ02))), wgs) < within  # type: ignore[arg-type]


def test_a_known_pair_of_the_second_shift() -> None:
    gcj, baidu = (116.404, 39.915), (116.41036949371029, 39.92133699351021)
    found = to_gcj02(*to_wgs84(*baidu, Crs.BD09))
    assert apart((float(found[0]), float(found[1])), gcj) < 0.01


@given(**INSIDE)
def test_there_and_back_is_the_same_point(lon: float, lat: float) -> None:
    for crs, shift in ((Crs.GCJ02, to_gcj02), (Crs.BD09, to_bd09)):
        there = shift(lon, lat)
        back = to_wgs84(*there, crs)
        assert apart((float(back[0]), float(back[1])), (lon, lat)) < 0.01
        assert 10 < apart((float(there[0]), float(there[1])), (lon, lat)) < 3000


@given(st.floats(-180, 60), st.floats(-80, 80))
def test_beyond_china_gcj02_is_not_shifted(lon: float, lat: float) -> None:
    assert tuple(map(float, to_wgs84(lon, lat, Crs.GCJ02))) == (lon, lat)


@given(st.floats(-180, 180), st.floats(-90, 90))
def test_the_other_systems_are_taken_as_they_are(lon: float, lat: float) -> None:
    for crs in (Crs.WGS84, Crs.CGCS2000):
        assert tuple(map(float, to_wgs84(lon, lat, crs))) == (lon, lat)


def test_many_at_once_are_each_alone() -> None:
    lons, lats = [116.404, 121.5, -71.05], [39.915, 31.2, 42.36]
    together = np.array(to_wgs84(lons, lats, Crs.BD09)).T.tolist()
    assert together == [list(map(float, to_wgs84(lon, lat, Crs.BD09))) for lon, lat in zip(lons, lats, strict=True)]
