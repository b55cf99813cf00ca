"""How far from its grid's border a point is, what lies beyond it, and where the city ends."""

from __future__ import annotations

import math

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from civigrid.places.rules import NOWHERE, GridEdges
from civigrid.places.rules.metres import Metres, apart

LON, LAT, SIDE = 124.0, 29.0, 500.0
METRES = Metres.around(LAT)


def degrees(points: list[tuple[float, float]]) -> np.ndarray:
    return np.array([(LON + east / METRES.east, LAT + north / METRES.north) for east, north in points]).T


def square(column: int, row: int) -> shapely.Geometry:
    corners = [(column, row), (column + 1, row), (column + 1, row + 1), (column, row + 1)]
    return shapely.Polygon(degrees([(SIDE * x, SIDE * y) for x, y in corners]).T)


# three by three without the middle, which is a lake; one more beyond a strip of 60 m that nobody drew, one far away
SQUARES = {10 * x + y: square(x, y) for x in range(3) for y in range(3) if (x, y) != (1, 1)}
STRIP = shapely.affinity.translate(square(3, 0), xoff=60 / METRES.east)
EDGES = GridEdges([*SQUARES, 90, 99], [*SQUARES.values(), STRIP, square(20, 20)])


def near(grid: int, point: tuple[float, float], reach: float) -> tuple[int, ...]:
    return EDGES.near([grid], *degrees([point]), reach)[0]


def holds(point: tuple[float, float], slack: float = 15.0) -> bool:
    return bool(EDGES.holds(*degrees([point]), slack)[0])


@given(st.floats(1, 499), st.floats(1, 499))
def test_the_border_is_as_far_as_the_nearest_side(east: float, north: float) -> None:
    (found,) = EDGES.border([0], *degrees([(east, north)]))
    assert found == pytest.approx(min(east, north, SIDE - east, SIDE - north), rel=0.01, abs=0.05)


def test_no_grid_has_no_border() -> None:
    assert math.isnan(EDGES.border([NOWHERE], *degrees([(750, 750)]))[0])


def test_neighbours_are_those_within_reach_the_nearest_first() -> None:
    assert near(0, (250, 250), 15) == ()
    assert near(0, (492, 250), 15) == (10,)
    assert near(0, (492, 488), 15) == (10, 1)
    assert near(0, (495, 490), 15) == (10, 1)
    assert near(NOWHERE, (505, 700), 15) == (1,)
    assert near(20, (1490, 100), 80) == (90,)
    assert near(0, (500, 250), 0) == (10,)


def test_the_city_has_its_lakes_and_its_seams_and_ends_where_its_grids_do() -> None:
    assert holds((250, 250))
    assert holds((750, 750)), "the lake in the middle"
    assert holds((1530, 250), 0), "the strip between two grids"
    assert holds((-14, 250))
    assert not holds((-20, 250))
    assert holds((-20, 250), 30)
    assert not holds((5000, 5000)), "inside the box around the city, and not in the city"


def test_several_at_once() -> None:
    points = degrees([(250, 250), (492, 250), (750, 750)])
    assert EDGES.near([0, 0, NOWHERE], *points, [15, 15, 15]) == [(), (10,), ()]
    assert EDGES.near([], [], [], 15) == []
    assert EDGES.border([], [], []).tolist() == []


@given(st.floats(110, 130), st.floats(20, 45), st.floats(-0.01, 0.01), st.floats(-0.01, 0.01))
def test_metres_between_points_agree_with_the_sphere(lon: float, lat: float, east: float, north: float) -> None:
    """To the third part of a hundred, by which the earth is no sphere."""
    across = math.sin(math.radians(east / 2)) ** 2 * math.cos(math.radians(lat)) * math.cos(math.radians(lat + north))
    metres = 2 * 6_371_009 * math.asin(math.sqrt(math.sin(math.radians(north / 2)) ** 2 + across))
    assert apart((lon, lat), (lon + east, lat + north)) == pytest.approx(metres, rel=0.006, abs=1e-3)
