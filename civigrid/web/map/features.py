"""The layers a city pack brings (roads, rail, water, green, kinds of place, sites) as layers of the map."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date

import numpy as np
import numpy.typing as npt
import shapely

from civigrid.places import queries as places
from civigrid.places.queries import FeatureSet
from civigrid.places.rules import FeatureKind as Kind
from civigrid.places.rules import LayerStyle as Style
from civigrid.web.map.layers import Facts, Layer, first_at, middles, stated
from civigrid.web.map.mercator import Geometries, to_world

# from the bottom of the map to its top, and the name of each style's layer in a tile
NAMES = {
    Style.GREEN: "green",
    Style.PLACE: "places",
    Style.WATER: "water",
    Style.RAIL: "rail",
    Style.ROAD: "roads",
    Style.SITE: "sites",
}
# the zoom from which lines and points of a kind are shown; areas by their size
FIRST = {
    Kind.EXPRESSWAY: 7, Kind.HIGHWAY: 8, Kind.MAIN: 10, Kind.SECONDARY: 11, Kind.BRANCH: 13, Kind.LANE: 14,
    Kind.RAIL: 8, Kind.METRO: 11, Kind.RIVER: 8, Kind.CANAL: 11,
    Kind.STATION: 11, Kind.LANDMARK: 13, Kind.GATE: 15, Kind.STOP: 15,
}  # fmt: skip
FIRST_OF_OTHERS = 12
SHOWN_FROM = {Style.GREEN: 2, Style.WATER: 1.5, Style.PLACE: 8}  # pixels across
NAMED_FROM = {Style.WATER: 20}  # and an area of another style
NAMED_OTHERS = 48


def read(layers: Mapping[str, Mapping[str, str]], on: date) -> list[Layer]:
    """`layers`: of the city, each with its style; in the order in which styles lie on each other."""
    return [
        drawn
        for style in NAMES
        for code, layer in layers.items()
        if layer["style"] == style
        for drawn in _layers(style, places.features(code, on))
    ]


def _layers(style: Style, features: FeatureSet) -> list[Layer]:
    """A layer for each kind of geometry, since each begins and is thinned in its own way; and the names of the areas."""
    shapes = to_world(features.shapes)
    facts = [
        stated(kind=kind.value, name=name, name_en=english, width=round(width))
        for kind, name, english, width in zip(
            features.kinds, features.names, features.names_en, features.widths.tolist(), strict=True
        )
    ]
    name, dimension = NAMES[style], shapely.get_dimensions(shapes)
    points, lines, areas = (np.flatnonzero(dimension == each) for each in range(3))
    joined, told = _joined(shapes[lines], [facts[each] for each in lines])
    named = np.array([each for each in areas if facts[each].get("name")], dtype=np.int64)
    found = [
        Layer(name, shapes[areas], [facts[each] for each in areas], first_at(shapes[areas], SHOWN_FROM.get(style, 4))),
        Layer(name, joined, told, _first(told)),
        Layer(name, shapes[points], [facts[each] for each in points], _first([facts[each] for each in points])),
        Layer(
            name,
            middles(shapes[named]),
            [facts[each] for each in named],
            first_at(shapes[named], NAMED_FROM.get(style, NAMED_OTHERS)),
        ),
    ]
    return [layer for layer in found if len(layer.shapes)]


def _first(facts: list[Facts]) -> npt.NDArray[np.int64]:
    kinds = [Kind(str(each.get("kind", ""))) for each in facts]
    return np.array([FIRST.get(kind, FIRST_OF_OTHERS) for kind in kinds], dtype=np.int64)


def _joined(lines: Geometries, facts: list[Facts]) -> tuple[Geometries, list[Facts]]:
    """Lines of one kind and name as few long ones: names along them find room, and less is sent."""
    alike: dict[tuple[tuple[str, str | int], ...], list[shapely.Geometry]] = defaultdict(list)
    for line, told in zip(lines, facts, strict=True):
        alike[tuple(told.items())].append(line)
    together = [shapely.line_merge(shapely.union_all(each)) if len(each) > 1 else each[0] for each in alike.values()]
    parts, owner = shapely.get_parts(np.array(together, dtype=object), return_index=True)
    every = [dict(told) for told in alike]
    return parts, [every[each] for each in owner]
