"""Tiles are read by the library others write theirs with: what went in comes out."""

from __future__ import annotations

from typing import Any

import mapbox_vector_tile
import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from civigrid.web.map import mvt

whole = st.integers(-80, 4176)
point = st.tuples(whole, whole)
far = st.tuples(st.integers(-(2**20), 2**20), st.integers(-(2**20), 2**20))


def group(shapes: list[Any], facts: list[dict[str, str | int]], owner: list[int] | None = None) -> mvt.Group:
    return mvt.Group(np.array(shapes, dtype=object), np.array(owner or range(len(shapes))), facts)


def read(content: bytes) -> dict[str, list[tuple[Any, dict[str, Any]]]]:
    decoded = mapbox_vector_tile.decode(content, default_options={"y_coord_down": True})
    return {
        name: [(shapely.geometry.shape(each["geometry"]), each["properties"]) for each in layer["features"]]
        for name, layer in decoded.items()
    }


@given(st.lists(st.lists(far, min_size=2, max_size=9, unique=True), min_size=1, max_size=6))
def test_lines_come_back_as_they_were(ways: list[list[tuple[int, int]]]) -> None:
    lines = [shapely.LineString(way) for way in ways]
    found = read(mvt.layer("roads", [group(lines, [{"kind": "lane", "n": n} for n in range(len(lines))])], 4096))[
        "roads"
    ]
    assert [shape for shape, _ in found] == lines
    assert [facts for _, facts in found] == [{"kind": "lane", "n": n} for n in range(len(lines))]


@given(st.lists(st.tuples(point, st.integers(4, 900), st.integers(4, 900)), min_size=1, max_size=8), st.booleans())
def test_areas_come_back_with_their_holes(boxes: list[tuple[tuple[int, int], int, int]], together: bool) -> None:
    areas = [
        shapely.Polygon(
            [(x, y), (x + wide, y), (x + wide, y), (x + wide, y + high), (x, y + high)],
            [[(x + 1, y + 1), (x + 2, y + 1), (x + 2, y + 2), (x + 1, y + 2)]],
        )
        for (x, y), wide, high in boxes
    ]
    owner = [0] * len(areas) if together else list(range(len(areas)))
    features = group(list(shapely.orient_polygons(areas)), [{"kind": "home"}] * (owner[-1] + 1), owner)
    found = read(mvt.layer("buildings", [features], 4096))["buildings"]
    assert len(found) == owner[-1] + 1
    parts = shapely.get_parts([shape for shape, _ in found])
    assert sorted(shapely.to_wkt(shapely.normalize(parts))) == sorted(
        shapely.to_wkt(shapely.normalize(shapely.remove_repeated_points(areas)))
    )


@given(st.lists(st.lists(far, min_size=1, max_size=5, unique=True), min_size=1, max_size=5))
def test_points_come_back(spots: list[list[tuple[int, int]]]) -> None:
    shapes = [shapely.MultiPoint(each) for each in spots]
    found = read(mvt.layer("assets", [group(shapes, [{}] * len(shapes))], 4096))["assets"]
    assert [{(each.x, each.y) for each in shapely.get_parts(shape)} for shape, _ in found] == [
        {(float(x), float(y)) for x, y in each} for each in spots
    ]


def test_what_a_layer_is_told_stands_once_and_in_any_language() -> None:
    points = [shapely.Point(n, n) for n in range(300)]
    facts: list[dict[str, str | int]] = [{"name": f"网格{n % 150}", "residents": n * 100_000} for n in range(300)]
    content = mvt.layer("grids", [group(points[:200], facts[:200]), group(points[200:], facts[200:])], 4096)
    assert [told for _, told in read(content)["grids"]] == facts
    assert content.count("网格7".encode()) == 11, "七 and those that begin so, each once"


def test_layers_one_after_another_are_a_tile() -> None:
    one = mvt.layer("one", [group([shapely.Point(1, 2)], [{"a": "b"}])], 4096)
    two = mvt.layer("two", [group([shapely.LineString([(0, 0), (5, 5)])], [{"a": "b"}])], 4096)
    assert set(read(one + two)) == {"one", "two"}


@pytest.mark.parametrize("ring", [[(0, 0), (9, 0), (9, 9), (0, 9)], [(0, 0), (0, 9), (9, 9), (9, 0)]])
def test_rings_turn_as_the_specification_wants(ring: list[tuple[int, int]]) -> None:
    """The first command of a ring moves, the second draws, the third closes; exterior rings go right, then down."""
    [area] = shapely.orient_polygons([shapely.Polygon(ring)])
    content = mvt.layer("x", [group([area], [{}])], 4096)
    assert bytes([9, 0, 0, (3 << 3) | 2, 18, 0, 0, 18, 17, 0, 15]) in content
