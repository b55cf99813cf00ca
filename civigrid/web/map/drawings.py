"""The map as one drawing (SVG), for browsers without WebGL: an area, what lies in it, and the areas below it as links."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from civigrid.places.queries import GridRow, RegionRow
from civigrid.web.map import areas, svg
from civigrid.web.map.area import Area
from civigrid.web.map.ground import Ground
from civigrid.web.map.layers import Layer, middles, pixel, simplified_together
from civigrid.web.map.mercator import MAX_ZOOM, Box, Geometries, degrees, to_world

SIDE = 2000  # units of the drawing's longer side; a screen shows about two to a pixel
MARGIN = 0.03  # of the area's sides, around it
LEAST = 0.75  # of the longer side: how short the shorter may be
# what is drawn below the areas, from the bottom up: layer, kinds (empty: all), look
DRAWN = (
    ("green", ("park", "square", "forest"), "green"),
    ("places", ("industry", "school", "hospital", "port"), "place"),
    ("water", (), "water"),
    ("roads", ("branch", "secondary"), "road"),
    ("roads", ("main",), "main"),
    ("rail", ("rail",), "rail"),
    ("roads", ("highway",), "highway"),
    ("roads", ("expressway",), "expressway"),
)
NAMED = ("green", "water")

Row = RegionRow | GridRow


@dataclass(frozen=True, slots=True)
class Frame:
    """The part of the world that is drawn, and the units of the drawing to a world's width."""

    box: Box
    scale: float

    @property
    def zoom(self) -> int:
        """The zoom of the map whose detail fits, at two units to a pixel."""
        return min(max(math.floor(math.log2(self.scale * pixel(1))), 0), MAX_ZOOM)

    @property
    def whole(self) -> shapely.Geometry:
        return shapely.box(*self.box)

    def place(self, shapes: Geometries) -> Geometries:
        """Shapes of the world on the whole units of the drawing."""
        origin = np.array(self.box[:2])
        placed: Geometries = shapely.transform(shapes, lambda points: np.rint((points - origin) * self.scale))
        return placed


def framed(shape: shapely.Geometry) -> Frame:
    """The frame that a shape fills."""
    west, north, east, south = shapely.bounds(shape).tolist()
    longer = max(east - west, south - north) * (1 + 2 * MARGIN)
    wide, high = max(east - west, longer * LEAST) / 2, max(south - north, longer * LEAST) / 2
    wide, high = min(wide * (1 + 2 * MARGIN), longer / 2), min(high * (1 + 2 * MARGIN), longer / 2)
    x, y = (west + east) / 2, (north + south) / 2
    return Frame((x - wide, y - high, x + wide, y + high), SIDE / longer)


@dataclass(frozen=True, slots=True)
class Mark:
    """A sign for open cases: where (degrees), of which standing it has the shape, what it says, what it leads to."""

    lon: float
    lat: float
    standing: int
    number: int
    words: str
    address: str

    @property
    def scale(self) -> float:
        return 2.2 + min(math.log10(self.number), 3) * 0.8


@dataclass(frozen=True, slots=True)
class Over:
    """What is drawn over an area: the class of heat of each area below, and signs."""

    heat: Mapping[str, int]
    marks: Sequence[Mark]


def box_of(ground: Ground, area: Area) -> tuple[Box, float] | None:
    """What the drawing of an area shows: west, south, east, north in degrees, and how many degrees wide a unit is."""
    outline = ground.outline(area.row.region_code if isinstance(area.row, GridRow) else area.row.code)
    if outline is None:
        return None
    frame = framed(outline)
    return degrees(frame.box), 360 / frame.scale


def drawing(ground: Ground, area: Area, *, english: bool, over: Over | None = None) -> SafeString | None:
    """The drawing of a region, or of a grid's community with the grid marked; None where it has no shape."""
    outline = ground.outline(area.row.region_code if isinstance(area.row, GridRow) else area.row.code)
    if outline is None:
        return None
    frame, below = framed(outline), [line.row for line in area.below if ground.outline(line.row.code)]
    shapes = np.array([ground.outline(row.code) for row in below], dtype=object)
    marked = [ground.outline(area.row.code)] if isinstance(area.row, GridRow) else []
    names = _names(frame, below, shapes, area, english)
    whole, around = np.array([frame.whole], dtype=object), np.array([outline], dtype=object)
    parts = [
        svg.path("land", frame.place(whole)),
        *(svg.path(look, _found(ground, frame, name, kinds)) for name, kinds, look in DRAWN),
        svg.path("rest", frame.place(np.concatenate([whole, around]))),
        _links(frame, below, shapes, english, over.heat if over else {}),
        svg.path("chosen", frame.place(np.array(marked, dtype=object))),
        svg.path("outline", frame.place(around)),
        svg.texts("minor", _minor(ground, frame, outline, english), names),
        _marks(frame, over.marks if over else ()),
        svg.texts("names", names),
    ]
    return _sheet(frame, _said(area.row, english), parts)


def _sheet(frame: Frame, title: str, parts: Sequence[SafeString]) -> SafeString:
    west, north, east, south = frame.box
    size = f"0 0 {math.ceil((east - west) * frame.scale)} {math.ceil((south - north) * frame.scale)}"
    return format_html(
        '<svg xmlns="http://www.w3.org/2000/svg" class="drawing" viewBox="{}" role="group" aria-label="{}" fill="none"'
        ' stroke-linejoin="round" font-family="sans-serif" text-anchor="middle" dominant-baseline="central">{}</svg>',
        size,
        title,
        format_html_join("", "{}", ((part,) for part in parts)),
    )


def _found(ground: Ground, frame: Frame, name: str, kinds: Sequence[str]) -> Geometries:
    shapes = [_clipped(layer, frame, kinds) for layer in ground.layers if layer.name == name]
    return frame.place(np.concatenate([np.empty(0, dtype=object), *shapes]))


def _clipped(layer: Layer, frame: Frame, kinds: Sequence[str]) -> Geometries:
    sheet = layer.sheet(frame.zoom)
    near = np.sort(sheet.tree.query(frame.whole))
    wanted = [each for each in near if not kinds or sheet.facts[each].get("kind") in kinds]
    clipped: Geometries = shapely.clip_by_rect(sheet.shapes[wanted], *frame.box)
    return clipped


def _links(frame: Frame, rows: Sequence[Row], shapes: Geometries, english: bool, heat: Mapping[str, int]) -> SafeString:
    """The areas below, each a link to its own drawing."""
    if not rows:
        return format_html_join("", "", ())
    thin = frame.place(simplified_together(shapes, pixel(frame.zoom) / 2))
    links = (
        svg.element(
            "a",
            {"href": f"{reverse('map')}?view=drawing&area={row.code}", "aria-label": _said(row, english)},
            svg.element("path", {"d": svg.steps(np.array([shape], dtype=object)), **_heated(heat.get(row.code))}),
        )
        for row, shape in zip(rows, thin, strict=True)
    )
    return svg.group("areas", format_html_join("", "{}", ((link,) for link in links)))


def _heated(place: int | None) -> dict[str, str]:
    return {"fill": svg.HEAT[place], "fill-opacity": "0.65", "class": "heated"} if place is not None else {}


def _marks(frame: Frame, marks: Sequence[Mark]) -> SafeString:
    """The signs, each a link to the cases it stands for."""
    if not marks:
        return format_html_join("", "", ())
    points = frame.place(to_world(shapely.points([each.lon for each in marks], [each.lat for each in marks])))
    at = shapely.get_coordinates(points).astype(int).tolist()
    return svg.group(
        "signs", format_html_join("", "{}", ((_mark(mark, x, y),) for mark, (x, y) in zip(marks, at, strict=True)))
    )


def _mark(mark: Mark, x: int, y: int) -> SafeString:
    colour, shape = svg.SIGNS[mark.standing]
    moved = f"translate({x} {y}) scale({mark.scale:.1f}) translate(-12 -12)"
    parts = [svg.element("path", {"d": shape, "fill": colour, "transform": moved})]
    if mark.number > 1:
        parts.append(svg.element("text", {"x": x, "y": y, "stroke": "none", **svg.LOOKS["counts"]}, str(mark.number)))
    inside = format_html_join("", "{}", ((part,) for part in parts))
    return svg.element("a", {"href": mark.address, "aria-label": mark.words}, inside)


def _names(frame: Frame, rows: Sequence[Row], shapes: Geometries, area: Area, english: bool) -> list[svg.Text]:
    """The names of the areas below, without what they all begin with."""
    if not rows:
        return []
    above = [*area.above, *([] if isinstance(area.row, GridRow) else [area.row])]
    points = shapely.get_coordinates(frame.place(middles(shapes))).tolist()
    names = [areas.short(_said(row, english), [_said(each, english) for each in above]) for row in rows]
    largest = np.argsort(-shapely.area(shapes), kind="stable").tolist()
    return [svg.Text(names[each], *points[each]) for each in largest]


def _minor(ground: Ground, frame: Frame, outline: shapely.Geometry, english: bool) -> list[svg.Text]:
    """The names of the waters and parks in the area that have room for them."""
    found: list[svg.Text] = []
    for layer in ground.layers:
        if layer.name in NAMED and shapely.get_dimensions(layer.shapes[:1]).tolist() == [0]:
            sheet = layer.sheet(frame.zoom)
            inside = np.sort(sheet.tree.query(outline, predicate="contains"))
            points = shapely.get_coordinates(frame.place(sheet.shapes[inside])).tolist()
            facts = [sheet.facts[each] for each in inside]
            found += [
                svg.Text(str((english and told.get("name_en")) or told.get("name", "")), x, y)
                for told, (x, y) in zip(facts, points, strict=True)
            ]
    return found


def _said(row: Row, english: bool) -> str:
    return (english and row.name_en) or row.name
