"""What a browser must know before it draws the map: where tiles are, where the city lies, and what things are called."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from civigrid.catalog.queries import CityRow
from civigrid.web.map.ground import Ground
from civigrid.web.map.mercator import MAX_ZOOM, Box, degrees

FURTHEST = 7  # the zoom below which no city fills a screen
# by the names MapLibre knows them by, and our own
WORDS: Mapping[str, str | Promise] = {
    "Map.Title": _("Map. Arrow keys move it, plus and minus change its scale, Enter shows the area in the middle."),
    "Marker.Title": _("Marked place"),
    "NavigationControl.ZoomIn": _("Zoom in"),
    "NavigationControl.ZoomOut": _("Zoom out"),
    "ScaleControl.Meters": pgettext_lazy("scale", "m"),
    "ScaleControl.Kilometers": pgettext_lazy("scale", "km"),
    "whole": _("Whole city"),
}


def guide(ground: Ground, city: CityRow | None, area: str) -> dict[str, Any]:
    """As JSON takes it. `box` and `area`: west, south, east, north in degrees; `area` only where the code has a shape."""
    return {
        "edition": ground.edition,
        "tiles": _pattern(reverse("map_tile", args=[ground.edition, 0, 0, 0])),
        "zooms": [FURTHEST, MAX_ZOOM],
        "box": _degrees(ground.box),
        "outlined": any(ground.regions.values()),
        "area": box_of(ground, area),
        "city": city.root_code if city else "",
        "drawing": reverse("map_drawing", args=[area or (city.root_code if city else "0")]),
        "english": (translation.get_language() or "").startswith("en"),
        "words": {key: str(words) for key, words in WORDS.items()},
    }


def box_of(ground: Ground, code: str) -> list[float] | None:
    """West, south, east, north of a region or grid in degrees; None where it has no shape."""
    outline = ground.outline(code)
    return _degrees(outline.bounds) if outline is not None else None


def _pattern(address: str) -> str:
    """The address of one tile as the pattern of all."""
    return re.sub(r"/0/0/0$", "/{z}/{x}/{y}", address)


def _degrees(box: Box | None) -> list[float] | None:
    return [round(each, 6) for each in degrees(box)] if box else None
