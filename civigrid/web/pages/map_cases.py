"""Open cases on the map: their signs and heat, as a browser draws them, and the list behind a number."""

from __future__ import annotations

import math
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpResponse, JsonResponse
from django.urls import reverse
from django.views.decorators.http import require_GET

from civigrid.base import db
from civigrid.cases.queries import onmap
from civigrid.cases.rules import Stage
from civigrid.cases.rules.onmap import Box, OnMap, Standing
from civigrid.catalog.rules import Family
from civigrid.directory.rules import ADMINISTRATORS
from civigrid.places import queries as places
from civigrid.web import shell, wording
from civigrid.web.map import area, cases, drawings
from civigrid.web.map.area import Area
from civigrid.web.map.cases import Asked, Heat, Sign
from civigrid.web.map.drawings import Mark, Over
from civigrid.web.map.ground import Ground

PAGE = 50
SHORT = 20  # lines in the panel beside the map
FURTHEST, CLOSEST = 5.0, 22.0  # zooms
STAGES = tuple(stage for stage in Stage if stage not in (Stage.COLLECT, Stage.FEEDBACK, Stage.EVALUATE))
DRAWN_CELL = 130  # units of the drawing
PRECISE = 6  # digits of a degree: a tenth of a metre


def asked(request: Any, on: date) -> Asked:
    """What cases the address asks for; 404 for codes nobody gave, and for posts that see no cases."""
    if request.actor.role in ADMINISTRATORS:
        raise Http404
    try:
        return cases.asked(request.GET, on)
    except ValueError as no:
        raise Http404 from no


@require_GET
def signs(request: Any) -> HttpResponse:
    """{"signs": [[lon, lat, received, in hand, being checked, late], ...], "nowhere": n} of ?box= at ?zoom=."""
    on = shell.today(request)
    with db.scoped(request.actor.scope):
        what = asked(request, on)
        box, zoom = _box(request.GET.get("box", "")), _number(request.GET.get("zoom", ""), FURTHEST, CLOSEST)
    if box is None:
        raise Http404
    side = cases.side_at(zoom, (box[1] + box[3]) / 2)
    found, nowhere = cases.signs(request.actor, what.wanted, box, side, on, now=request.now)
    told = [[round(each.lon, PRECISE), round(each.lat, PRECISE), *each.cases] for each in found]
    return JsonResponse({"signs": told, "side": side, "nowhere": nowhere})


@require_GET
def heat(request: Any) -> HttpResponse:
    """{"classes": [[from, to], ...], "grids": [[codes of the first class], ...]}, as ?heat= and ?per= say."""
    on = shell.today(request)
    with db.scoped(request.actor.scope):
        what = asked(request, on)
        codes = [row.code for row in places.grids(on).values()] if what.heat else []
    found = cases.heat(cases.figures(request.actor, what, codes, on, now=request.now), what)
    grids: list[list[str]] = [[] for _ in found.classes]
    for code, place in found.of.items():
        grids[place].append(code)
    return JsonResponse({"classes": found.classes, "grids": grids})


@require_GET
def listed(request: Any) -> HttpResponse:
    """The cases behind a number: of ?area= or ?box=, as the filters say, the newest first; ?last= the id of the last seen,
    ?short=1 for the panel beside the map."""
    on, short = shell.today(request), request.GET.get("short") == "1"
    limit = SHORT if short else PAGE
    with shell.reading(request):
        what = asked(request, on)
        code, box = request.GET.get("area", ""), _box(request.GET.get("box", ""))
        chosen = area.read(code, on) if code else None
        grids = cases.grids_in(box, on) if box else []
    if code and chosen is None:
        raise Http404
    wanted = cases.within(what.wanted, code, on) if chosen else what.wanted
    found = _ids(request, wanted, box, grids, limit)
    with db.scoped(request.actor.scope):
        lines = onmap.lines(found[:limit], now=request.now)
    context = {
        "lines": lines,
        "area": chosen,
        "standing": wording.of("standing", what.wanted.standing) if what.wanted.standing else "",
        "back": f"{reverse('map')}?{urlencode({'area': code} if code else {})}&{what.query}",
        "whole": _address(request, short="", last=""),
        "more": len(found) > limit,
        "first": "last" not in request.GET,
        "first_address": _address(request, last=""),
        "next_address": _address(request, last=str(found[limit - 1])) if len(found) > limit else "",
    }
    return shell.page(request, "parts/map_cases.html" if short else "pages/map_cases.html", context)


def _ids(request: Any, wanted: OnMap, box: Box | None, grids: list[int], limit: int) -> list[int]:
    last = request.GET.get("last", "")
    seen = int(last) if last.isdecimal() and len(last) < 19 else onmap.LAST
    with db.system():
        return onmap.ids(request.actor.scope, wanted, now=request.now, box=box, grids=grids, last=seen, limit=limit + 1)


def _address(request: Any, **query: str) -> str:
    said = {**request.GET.dict(), **query}
    return f"{reverse('map_cases')}?{urlencode({key: value for key, value in said.items() if value})}"


def _box(said: str) -> Box | None:
    """West, south, east, north in degrees; None where none is said. 404 for what is no box."""
    if not said:
        return None
    parts = said.split(",")
    if len(parts) != 4:
        raise Http404
    west, south, east, north = (_number(each, -180.0, 180.0) for each in parts)
    return west, south, east, north


def _number(said: str, least: float, most: float) -> float:
    try:
        number = float(said)
    except ValueError as no:
        raise Http404 from no
    if not least <= number <= most:  # neither is nan
        raise Http404
    return number


def over(request: Any, chosen: Area, what: Asked, heat: Heat, ground: Ground, on: date) -> Over | None:
    """What is drawn over an area's drawing."""
    shown = drawings.box_of(ground, chosen)
    if shown is None:
        return None
    box, unit = shown
    side = (unit * DRAWN_CELL, unit * DRAWN_CELL * math.cos(math.radians((box[1] + box[3]) / 2)))
    found, _nowhere = cases.signs(request.actor, what.wanted, box, side, on, now=request.now)
    return Over(heat.of, [_mark(sign, side, what) for sign in found])


def _mark(sign: Sign, side: tuple[float, float], what: Asked) -> Mark:
    """Its shape is that of the latest standing in it: what is late is never hidden behind what is not."""
    standing = max(place for place, number in enumerate(sign.cases) if number)
    west, south = (math.floor(place / each) * each for place, each in zip((sign.lon, sign.lat), side, strict=True))
    box = ",".join(f"{each:.6f}" for each in (west, south, west + side[0], south + side[1]))
    words = [f"{wording.of('standing', each)} {n}" for each, n in zip(Standing, sign.cases, strict=True) if n]
    address = f"{reverse('map_cases')}?box={box}&{what.query}"
    number = sum(sign.cases)
    return Mark(sign.lon, sign.lat, standing, number, f"{number}: {', '.join(words)}", address)


def choices(what: Asked) -> dict[str, Any]:
    """What the form of filters offers."""
    return {
        "asked": what,
        "heats": cases.HEATS,
        "period_words": cases.HEATS[what.period],
        "standings": list(Standing),
        "stages": STAGES,
        "families": list(Family),
    }
