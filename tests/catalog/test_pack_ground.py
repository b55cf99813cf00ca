"""Overlaps and gaps between grids: against cities whose grids are known to cover the ground once."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import affinity

from civigrid.catalog.rules.pack.ground import CRACK, STEP, Ground

METRE = 1 / 111_320  # degrees of latitude
WIDE, HIGH = 5, 4


def city(seed: int, *, bends: int = 4, decimals: int = 6) -> list[shapely.Polygon]:
    """Grids of about 400 m whose borders bend, each border drawn alike by both neighbours; columns from west to east."""
    dice = np.random.default_rng(seed)
    side = 400 * METRE
    corners = np.array([[(124 + x * side, 29 + y * side) for y in range(HIGH + 1)] for x in range(WIDE + 1)])
    corners += dice.uniform(-0.2, 0.2, corners.shape) * side
    borders: dict[tuple[tuple[int, int], tuple[int, int]], np.ndarray] = {}

    def border(a: tuple[int, int], b: tuple[int, int]) -> np.ndarray:
        first, last = sorted((a, b))
        if (first, last) not in borders:
            steps = np.linspace(0, 1, bends + 2)[:-1, None]
            line = corners[first] + (corners[last] - corners[first]) * steps
            line[1:] += dice.uniform(-0.05, 0.05, line[1:].shape) * side
            borders[first, last] = line
        line = borders[first, last]
        return line if (a, b) == (first, last) else np.vstack([corners[last], line[:0:-1]])

    def grid(x: int, y: int) -> shapely.Polygon:
        ring = [(x, y), (x + 1, y), (x + 1, y + 1), (x, y + 1)]
        points = np.vstack([border(a, b) for a, b in zip(ring, [*ring[1:], ring[0]], strict=True)])
        return shapely.Polygon(np.round(points, decimals))

    return [grid(x, y) for x in range(WIDE) for y in range(HIGH)]


def gaps(polygons: list[shapely.Polygon]) -> list[tuple[int, ...]]:
    return [gap.around for gap in Ground(polygons).gaps()]


@given(st.integers(0, 10**6), st.integers(5, 8))
@settings(max_examples=40, deadline=None)
def test_a_city_that_is_whole_has_neither(seed: int, decimals: int) -> None:
    ground = Ground(city(seed, decimals=decimals))
    assert list(ground.overlaps()) == []
    assert list(ground.gaps()) == []


@given(st.integers(0, 10**6))
@settings(max_examples=20, deadline=None)
def test_a_grid_that_is_missing_inside_is_one_gap_of_its_size(seed: int) -> None:
    whole = city(seed)
    place = (seed % (WIDE - 2) + 1) * HIGH + seed % (HIGH - 2) + 1
    missing = whole.pop(place)
    (gap,) = Ground(whole).gaps()
    metres = affinity.scale(missing, np.cos(np.radians(missing.centroid.y)) / METRE, 1 / METRE)
    assert gap.area == pytest.approx(metres.area, rel=0.01)
    assert missing.contains(shapely.Point(gap.lon, gap.lat))
    beside = {place - HIGH, place - 1, place, place + HIGH - 1}  # the places after it have moved up by one
    assert beside <= set(gap.around)
    assert all(missing.distance(whole[each]) == 0 for each in gap.around)


@given(st.integers(0, 10**6))
@settings(max_examples=10, deadline=None)
def test_a_grid_that_is_missing_at_the_edge_is_a_bay_and_no_gap(seed: int) -> None:
    whole = city(seed)
    del whole[seed % HIGH]
    assert gaps(whole) == []


@pytest.mark.parametrize(("metres", "found"), [(0.5, 0), (3, 1), (15, 1), (CRACK + 10, 0)])
def test_a_crack_open_at_both_ends_is_one_where_it_is_narrow(metres: float, found: int) -> None:
    """The two eastern columns are drawn apart from the rest."""
    parts = [
        affinity.translate(each, metres * METRE / 0.875) if n >= 3 * HIGH else each for n, each in enumerate(city(1))
    ]
    around = gaps(parts)
    assert len(around) == found
    for codes in around:
        assert set(codes) == set(range(2 * HIGH, 4 * HIGH))


def test_a_wedge_is_a_gap_where_it_is_acute() -> None:
    west, east = shapely.box(124, 29, 124.01, 29.01), shapely.Polygon([(124.01, 29), (124.03, 29), (124.03, 29.01)])
    assert gaps([west, shapely.Polygon([(124.01, 29), (124.02, 29), (124.0111, 29.01)])]) == [(0, 1)]
    assert gaps([west, east]) == []


def test_a_notch_in_one_grid_is_its_own() -> None:
    notch = shapely.box(124.0049, 29.005, 124.005, 29.01)
    assert gaps([shapely.box(124, 29, 124.01, 29.01) - notch, shapely.box(124.01, 29, 124.02, 29.01)]) == []


def test_borders_with_other_corners_meet_where_they_are_a_step_apart() -> None:
    """One side of the road has a corner the other has not, and each was rounded by itself."""
    south = shapely.Polygon([(124, 29), (124.02, 29), (124.02, 29.010007), (124.007123, 29.010003), (124, 29.01)])
    north = shapely.Polygon([(124, 29.01), (124.02, 29.010007), (124.02, 29.02), (124, 29.02)])
    ground = Ground([south, north])
    assert list(ground.gaps()) == []
    assert list(ground.overlaps()) == []


@pytest.mark.parametrize(("metres", "found"), [(STEP / 2, False), (3 * STEP, True), (150, True)])
def test_an_overlap_is_told_where_it_is_a_step_wide(metres: float, found: bool) -> None:
    parts = [shapely.box(124, 29, 124.01, 29.01), shapely.box(124.01 - metres * METRE, 29, 124.02, 29.01)]
    overlaps = list(Ground(parts).overlaps())
    assert [pair for *pair, _ in overlaps] == ([[0, 1]] if found else [])
    for *_, area in overlaps:
        assert area == pytest.approx(0.01 / METRE * metres * np.cos(np.radians(29.005)), rel=0.01)


def test_one_grid_inside_another_is_an_overlap() -> None:
    assert [(a, b) for a, b, _ in Ground([shapely.box(0, 0, 1, 1), shapely.box(0.2, 0.2, 0.3, 0.3)]).overlaps()] == [
        (0, 1)
    ]


def test_no_grid_and_one_grid_are_whole() -> None:
    assert gaps([shapely.box(124, 29, 124.01, 29.01)]) == []


def test_parts_of_a_city_that_lie_apart_have_no_gap_between() -> None:
    island = [affinity.translate(each, 0.3) for each in city(2)]
    assert gaps([*city(2), *island]) == []
