"""Grids, the regions above them, and the lines between them, as layers of the map."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import shapely

from civigrid.places.queries import GridRow, RegionRow
from civigrid.places.rules import DIGITS, Level
from civigrid.web.map import outlines
from civigrid.web.map.layers import Facts, Layer, first_at, middles, simplified_together, stated
from civigrid.web.map.mercator import Geometries

# pixels across from which an area can be pointed at, and from which it has room for its name
POINTED_FROM = 6
NAMED_FROM = {outlines.GRID: 64, Level.COMMUNITY: 44, Level.TOWN: 24, Level.COUNTY: 24, Level.PREFECTURE: 24}
BORDER_FROM = {outlines.GRID: 12, Level.COMMUNITY: 10, Level.TOWN: 0, Level.COUNTY: 0, Level.PREFECTURE: 0}


def grids(rows: Sequence[GridRow], known: Mapping[str, RegionRow], shapes: Geometries) -> list[Layer]:
    """The grids, and a point for each one's name."""
    facts = [_grid(row, known) for row in rows]
    return [
        Layer("grids", shapes, facts, first_at(shapes, POINTED_FROM), simplified_together),
        Layer("grids", middles(shapes), facts, first_at(shapes, NAMED_FROM[outlines.GRID])),
    ]


def _grid(row: GridRow, known: Mapping[str, RegionRow]) -> Facts:
    above = [known[row.code[:digits]] for digits in DIGITS.values() if row.code[:digits] in known]
    return stated(
        code=row.code,
        name=row.name,
        name_en=row.name_en,
        kind=row.kind.value,
        residents=row.residents,
        short=short(row.name, [region.name for region in above]),
        short_en=short(row.name_en, [region.name_en for region in above]),
    )


def short(name: str, above: Sequence[str]) -> str:
    """A name without the names of the regions it begins with: 第01网格 of 文昌街道学府社区第01网格."""
    for each in above:
        rest = name.removeprefix(each).strip() if each else name
        name = rest or name
    return name


def regions(levels: Mapping[Level, Mapping[str, shapely.Geometry]], known: Mapping[str, RegionRow]) -> list[Layer]:
    """The regions, and a point for each one's name; those of the highest level are the city itself."""
    found = []
    for level, outline in levels.items():
        shapes = np.array(list(outline.values()), dtype=object)
        facts = [_region(code, level, known.get(code)) for code in outline]
        found += [
            Layer("regions", shapes, facts, first_at(shapes, POINTED_FROM), simplified_together),
            Layer("regions", middles(shapes), facts, first_at(shapes, NAMED_FROM[level])),
        ]
    return found


def _region(code: str, level: Level, row: RegionRow | None) -> Facts:
    if row is None:
        return stated(code=code, level=level.value)
    return stated(code=code, level=level.value, name=row.name, name_en=row.name_en, kind=row.kind.value)


def borders(levels: Mapping[Level, Mapping[str, shapely.Geometry]], grids: Geometries) -> list[Layer]:
    """The lines between areas, each under the highest level it divides."""
    sets = {level.value: np.array(list(levels[level].values()), dtype=object) for level in reversed(list(levels))}
    return [
        Layer("borders", lines, [{"level": level}] * len(lines), BORDER_FROM[level])
        for level, lines in outlines.borders(sets | {outlines.GRID: grids}).items()
    ]
