"""The few elements a drawing is made of, with the looks they have where no style sheet gives them others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

Geometries = npt.NDArray[np.object_]
NARROW = 1.9  # how many times larger names are where the drawing is as narrow as a telephone (map.css)
LETTER, IDEOGRAM, LEADING = 0.56, 1.05, 1.2  # how wide and high signs are, in sizes of the text


@dataclass(frozen=True, slots=True)
class Text:
    """A name and where its middle stands; long ones of several words stand in two lines."""

    words: str
    x: float
    y: float

    @property
    def lines(self) -> tuple[str, ...]:
        if len(self.words) < 12 or " " not in self.words:
            return (self.words,)
        middle = len(self.words) / 2
        cut = min((at for at, sign in enumerate(self.words) if sign == " "), key=lambda at: abs(at - middle))
        return self.words[:cut], self.words[cut + 1 :]

    def box(self, size: float) -> shapely.Geometry:
        """The room it takes at a size."""
        wide = max(sum(LETTER if sign.isascii() else IDEOGRAM for sign in line) for line in self.lines) * size / 2
        high = LEADING * len(self.lines) * size / 2
        return shapely.box(self.x - wide, self.y - high, self.x + wide, self.y + high)


HALO = {"stroke": "#ffffff", "stroke-width": "7", "paint-order": "stroke"}
# a page's style sheet knows each as .drawing__<look>; a drawing opened by itself has only this
LOOKS: Mapping[str, Mapping[str, str]] = {
    "land": {"fill": "#f8f7f3"},
    "green": {"fill": "#d3e7c8", "stroke": "#d3e7c8", "stroke-width": "1"},
    "place": {"fill": "#efeae4"},
    "water": {"fill": "#bcd8ee", "stroke": "#a3c6e2", "stroke-width": "2"},
    "road": {"stroke": "#d5d8dc", "stroke-width": "3"},
    "main": {"stroke": "#d2c79f", "stroke-width": "5"},
    "rail": {"stroke": "#7d838c", "stroke-width": "4", "stroke-dasharray": "14 8"},
    "highway": {"stroke": "#dcae53", "stroke-width": "6"},
    "expressway": {"stroke": "#d9883a", "stroke-width": "7"},
    "rest": {"fill": "#eef1f4", "fill-opacity": "0.75", "fill-rule": "evenodd"},
    "areas": {"stroke": "#6d5a86", "stroke-width": "3", "fill": "#ffffff", "fill-opacity": "0.01"},
    "outline": {"stroke": "#4a3b63", "stroke-width": "6"},
    "chosen": {"stroke": "#0c4da2", "stroke-width": "8", "fill": "#0c4da2", "fill-opacity": "0.12"},
    "names": {"fill": "#1f2a3c", "font-size": "36", "font-weight": "600", **HALO},
    "minor": {"fill": "#38566f", "font-size": "26", **HALO},
    "signs": {"stroke": "#ffffff", "stroke-width": "1.5"},
    "counts": {"fill": "#ffffff", "font-size": "30", "font-weight": "700"},
}
# from the least to the greatest; map.css has them too
HEAT = ("#fff6d3", "#fde094", "#f2b04e", "#cf8126", "#84470b")
# of open cases by their standing: how far a case is can be told by its shape alone. In a square of 24 units
SIGNS = (
    ("#0c4da2", "M12 2a10 10 0 1 0 0 20a10 10 0 1 0 0-20z"),
    ("#14663a", "M3 3h18v18h-18z"),
    ("#6b4d8a", "M12 0l12 12l-12 12l-12-12z"),
    ("#b0241c", "M12 0l13 23h-26z"),
)


def element(name: str, facts: Mapping[str, Any], inside: SafeString | str = "") -> SafeString:
    """An element with its attributes, all escaped."""
    said = format_html_join("", ' {}="{}"', facts.items())
    return format_html("<{}{}>{}</{}>", name, said, inside, name)


def group(look: str, inside: SafeString) -> SafeString:
    return element("g", {"class": f"drawing__{look}", **LOOKS[look]}, inside) if inside else inside


def path(look: str, shapes: Geometries) -> SafeString:
    """All shapes (whole units) as paths of a look: one of the areas, and one of the lines, which hold no colour."""
    parts = shapely.get_parts(shapes)
    dimension = shapely.get_dimensions(parts)
    ways = ({"d": steps(parts[dimension == 2])}, {"fill": "none", "d": steps(parts[dimension == 1])})
    paths = [element("path", {"class": f"drawing__{look}", **LOOKS[look], **way}) for way in ways if way["d"]]
    return format_html_join("", "{}", ((each,) for each in paths))


def texts(look: str, names: Sequence[Text], others: Sequence[Text] = ()) -> SafeString:
    """The names that have room, the first before the later, and all `others` (names of areas) before them; those that
    have room only on a wide screen say so."""
    size, other = (float(LOOKS[each]["font-size"]) for each in (look, "names"))
    wide, narrow = (
        _apart([each.box(other * by) for each in others], [each.box(size * by) for each in names]) for by in (1, NARROW)
    )
    shown = [_text(name, place in narrow) for place, name in enumerate(names) if place in wide]
    return group(look, format_html_join("", "{}", ((each,) for each in shown)))


def _apart(taken: Sequence[shapely.Geometry], boxes: Sequence[shapely.Geometry]) -> set[int]:
    """The places of the boxes that touch neither what is taken nor one before them that has its room."""
    found: set[int] = set()
    tree = shapely.STRtree([*taken, *boxes])
    for place, box in enumerate(boxes):
        near = {each - len(taken) for each in tree.query(box, predicate="intersects").tolist()}
        if min(near) >= 0 and found.isdisjoint(near):
            found.add(place)
    return found


def _text(name: Text, everywhere: bool) -> SafeString:
    x, first = round(name.x), LEADING / 2 * (1 - len(name.lines))
    lines = format_html_join(
        "",
        '<tspan x="{}" dy="{}em">{}</tspan>',
        ((x, round(LEADING if place else first, 2), line) for place, line in enumerate(name.lines)),
    )
    facts = {"x": x, "y": round(name.y)} | ({} if everywhere else {"class": "drawing__wide"})
    return element("text", facts, lines)


def steps(shapes: Geometries) -> str:
    """Lines and rings as the commands of a path: where each begins, then each step from the point before."""
    parts = shapely.get_parts(shapes)
    areas = shapely.get_dimensions(parts) == 2
    return "".join([*map(_line, parts[~areas]), *map(_ring, shapely.get_rings(parts[areas]))])


def _line(line: shapely.Geometry) -> str:
    start, moves = _moves(line)
    return f"{start}l{moves}" if moves else ""


def _ring(ring: shapely.Geometry) -> str:
    """Its last step is left out: closing it draws that."""
    start, moves = _moves(ring, last=-1)
    return f"{start}l{moves}z" if moves else ""


def _moves(line: shapely.Geometry, last: int | None = None) -> tuple[str, str]:
    points = shapely.get_coordinates(line).astype(np.int64)
    moves = np.diff(points, axis=0)
    moves = moves[moves.any(axis=1)][:last]
    return f"M{points[0, 0]} {points[0, 1]}", " ".join(map(str, moves.ravel().tolist())).replace(" -", "-")
