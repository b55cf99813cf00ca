"""The kind of place at a point: areas, roads as wide as they are, and the smaller ground where several cover it."""

from __future__ import annotations

import numpy as np
import shapely
from hypothesis import given
from hypothesis import strategies as st

from civigrid.places.rules import PlaceKinds
from civigrid.places.rules.metres import Metres

LON, LAT = 124.0, 29.0
METRES = Metres.around(LAT)


def at(east: float, north: float) -> tuple[float, float]:
    """Degrees of a point so many metres from the middle."""
    return LON + east / METRES.east, LAT + north / METRES.north


def box(west: float, south: float, east: float, north: float) -> shapely.Geometry:
    return shapely.box(*at(west, south), *at(east, north))


def road(*points: tuple[float, float]) -> shapely.Geometry:
    return shapely.LineString([at(*point) for point in points])


def kinds(index: PlaceKinds, *points: tuple[float, float]) -> list[str]:
    return [next(iter(found), "") for found in index.find(*np.array([at(*point) for point in points]).T)]


TOWN = PlaceKinds(
    [
        box(-1000, -1000, 1000, 1000), box(0, 0, 200, 200), box(50, 50, 80, 80),
        road((-900, -500), (900, -500)), road((-500, -900), (-500, 900)), shapely.Point(*at(-300, -300)),
        shapely.MultiPolygon([box(300, 300, 320, 320), box(400, 300, 420, 320)]),
    ],
    [0, 0, 0, 30.0, 0.0, 0, 0],
    ["V", "N1", "S1", "R1", "R2", "P", "M"],
)  # fmt: skip


def test_the_smaller_ground_wins() -> None:
    assert kinds(TOWN, (10, 10), (60, 60), (-10, 10), (2000, 0)) == ["N1", "S1", "V", ""]


def test_all_of_them_are_told_the_smaller_first() -> None:
    assert TOWN.find(*np.array([at(60, 60), at(2000, 0)]).T) == [("S1", "N1", "V"), ()]


def test_a_road_covers_its_width_and_a_line_without_one_nothing() -> None:
    assert kinds(TOWN, (0, -514), (0, -516), (-500, 0), (-300, -300)) == ["R1", "V", "V", "V"]


def test_every_part_of_a_feature_is_of_its_kind() -> None:
    assert kinds(TOWN, (310, 310), (410, 310), (360, 310)) == ["M", "M", "V"]


def test_a_layer_without_features() -> None:
    assert kinds(PlaceKinds([], [], []), (0, 0)) == [""]
    assert TOWN.find([], []) == []


@given(
    st.lists(st.tuples(st.integers(-2000, 2000), st.integers(-2000, 2000)), min_size=2, max_size=6, unique=True),
    st.integers(4, 60),
    st.lists(st.tuples(st.floats(-2000, 2000), st.floats(-2000, 2000)), min_size=1, max_size=20),
)
def test_a_long_road_in_pieces_is_the_road(
    points: list[tuple[int, int]], width: int, asked: list[tuple[float, float]]
) -> None:
    index = PlaceKinds([road(*points)], [width], ["R1"])
    away = [shapely.distance(shapely.LineString(points), shapely.Point(point)) for point in asked]
    for found, metres in zip(kinds(index, *asked), away, strict=True):
        if abs(metres - width / 2) > 0.05 * width + 0.5:  # its bends and ends are drawn with few corners
            assert found == ("R1" if metres < width / 2 else "")
