"""How much ground a shape covers, against what is known of the ellipsoid."""

from __future__ import annotations

import math

import pytest
import shapely

from civigrid.places.rules import area_of


def test_the_whole_earth() -> None:
    assert area_of(shapely.box(-180, -90, 180, 90)) == pytest.approx(5.100_656_217e14, rel=1e-9)


@pytest.mark.parametrize("latitude", [0.0, 29.0, -45.0, 70.0])
def test_a_hundredth_of_a_degree(latitude: float) -> None:
    """Against the radii of curvature along the meridian and across it, in the middle of the square."""
    axis, e2, phi = 6_378_137.0, 0.006_694_380_022_90, math.radians(latitude + 0.005)
    bent = 1 - e2 * math.sin(phi) ** 2
    expected = axis**2 * (1 - e2) / bent**2 * math.cos(phi) * math.radians(0.01) ** 2
    assert area_of(shapely.box(124, latitude, 124.01, latitude + 0.01)) == pytest.approx(expected, rel=1e-6)


def test_points_and_lines_cover_nothing() -> None:
    assert area_of(shapely.Point(124, 29)) == 0
    assert area_of(shapely.LineString([(124, 29), (125, 30)])) == 0


def test_a_hole_is_not_covered() -> None:
    square, hole = shapely.box(124, 29, 124.02, 29.02), shapely.box(124.005, 29.005, 124.015, 29.015)
    assert area_of(square.difference(hole)) == pytest.approx(area_of(square) - area_of(hole))
