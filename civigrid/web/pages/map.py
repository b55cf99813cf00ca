"""The map: its page, what a browser must know to draw it, its tiles, and the drawing for browsers that cannot."""

from __future__ import annotations

import gzip
from datetime import date
from typing import Any

from django.http import Http404, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from civigrid.base import db
from civigrid.directory.rules import ADMINISTRATORS
from civigrid.web import errors, shell
from civigrid.web.errors import Words
from civigrid.web.map import area, cases, drawings, finder, ground, guide, tiles
from civigrid.web.map.area import Area
from civigrid.web.map.cases import Asked
from civigrid.web.map.finder import Place
from civigrid.web.map.mercator import Tile
from civigrid.web.pages import map_cases

FOREVER = "private, max-age=31536000, immutable"  # an edition never changes: what changes has another address
MOST = 60  # signs of what is looked for
DRAWN = "drawing"  # ?view= for browsers without WebGL, and for people who like it better
NO_TILE = Words(
    "no_tile",
    _("The map has no such tile"),
    _("Zooms are 0 to 16; columns and rows are 0 to two to the power of the zoom, less one."),
    _("Open the map from the menu."),
)


@require_GET
def page(request: Any) -> HttpResponse:
    """The map beside a table of the same areas: ?area= a region or grid, ?address=, ?asset= or ?feature= something in one, ?q= what
    a person looks for, ?view=drawing without WebGL."""
    on, text, drawn = shell.today(request), request.GET.get("q", "")[:MOST], request.GET.get("view") == DRAWN
    with shell.reading(request):
        spot = _spot(request, on)
        chosen = _area(request, spot.area if spot else request.GET.get("area", ""), on)
        found = finder.find(text, on)
        what = _asked(request, on)
    told = _told(request, chosen, what, on)
    picture = _picture(request, chosen, told, on) if drawn and chosen else None
    context = {"area": chosen, "spot": spot, "text": text, "found": found, "drawn": drawn, "picture": picture, **told}
    context["view"] = f"&view={DRAWN}" if drawn else ""  # links beside a drawing lead to drawings
    return shell.page(request, "pages/map.html", context)


def _asked(request: Any, on: date) -> Asked | None:
    """Which open cases the page tells of; None for a post that sees none."""
    return None if request.actor.role in ADMINISTRATORS else map_cases.asked(request, on)


def _told(request: Any, chosen: Area | None, what: Asked | None, on: date) -> dict[str, Any]:
    """What the page says of open cases. Transactions of its own."""
    if chosen is None or what is None:
        return {}
    below = [line.row.code for line in chosen.below]
    codes = below if chosen.row.code in below else [*below, chosen.row.code]
    figures = cases.figures(request.actor, what, codes, on, now=request.now)
    heat = cases.heat({code: figures[code] for code in below}, what)
    return {"figures": figures, "heat": heat, **map_cases.choices(what)}


def _picture(request: Any, chosen: Area, told: dict[str, Any], on: date) -> SafeString | None:
    """The drawing with its cases. Its signs need a transaction of their own (`cases.signs`)."""
    with db.scoped(request.actor.scope):
        drawn = ground.ground(on)
    over = map_cases.over(request, chosen, told["asked"], told["heat"], drawn, on) if told else None
    return drawings.drawing(drawn, chosen, english=_english(), over=over)


@require_GET
def find(request: Any) -> HttpResponse:
    """?q= what was typed so far, as pickers ask."""
    with db.scoped(request.actor.scope):
        found = finder.find(request.GET.get("q", "")[:MOST], shell.today(request))
    results = [{"code": each.code, "name": each.name, "note": each.note, "address": each.address} for each in found]
    return JsonResponse({"results": results, "more": False}, json_dumps_params={"ensure_ascii": False})


def _spot(request: Any, on: date) -> Place | None:
    """The address, asset or named feature asked for."""
    for query, read in (("address", finder.address), ("asset", finder.asset), ("feature", finder.feature)):
        if code := request.GET.get(query, ""):
            found = read(code, on)
            if found is None:
                raise Http404
            return found
    return None


@require_GET
def panel(request: Any, code: str) -> HttpResponse:
    """What stands beside the map of an area, alone: the map asks for it when an area is pointed at."""
    on = shell.today(request)
    with db.scoped(request.actor.scope):
        chosen, box = _area(request, code, on), guide.box_of(ground.ground(on), code)
        what = _asked(request, on)
    told = _told(request, chosen, what, on)
    return shell.page(request, "parts/map_area.html", {"area": chosen, "box": " ".join(map(str, box or [])), **told})


def _area(request: Any, code: str, on: date) -> Area | None:
    """The area asked for, else the city; None before a city is loaded."""
    found = area.read(code or (request.city.root_code if request.city else ""), on)
    if found is None and code:
        raise Http404
    return found


@require_GET
def about(request: Any) -> HttpResponse:
    """Where the tiles are, what is in them and what it is called: ?area= adds where that area lies."""
    on = shell.today(request)
    with db.scoped(request.actor.scope):
        chosen = area.read(request.GET.get("area", ""), on)  # None also for one of another day, whose page has a map
        told = guide.guide(ground.ground(on), request.city, chosen.row.code if chosen else "")
    return JsonResponse(told, json_dumps_params={"ensure_ascii": False})


@require_GET
def tile(request: Any, edition: str, zoom: int, column: int, row: int) -> HttpResponse:
    """A vector tile. One of another edition than that in force is sent on to the one in force."""
    try:
        square = Tile(zoom, column, row)
    except ValueError:
        return errors.answer(request, 404, NO_TILE)
    tag = f'"{edition}-{zoom}-{column}-{row}"'
    if tag in request.headers.get("If-None-Match", ""):
        return _kept(HttpResponse(status=304), tag)
    on, content = shell.today(request), tiles.known(edition, square)
    if content is None:
        with db.scoped(request.actor.scope):
            drawn = ground.ground(on)
            if drawn.edition != edition:
                return _sent_on(drawn.edition, square)
            content = tiles.make(drawn, square, on)
    return _kept(_compressed(request, content), tag)


def _compressed(request: Any, content: bytes) -> HttpResponse:
    takes = "gzip" in request.headers.get("Accept-Encoding", "")
    response = HttpResponse(
        content if takes else gzip.decompress(content), content_type="application/vnd.mapbox-vector-tile"
    )
    if takes:
        response["Content-Encoding"] = "gzip"
    patch_vary_headers(response, ["Accept-Encoding"])
    return response


@require_GET
def drawing(request: Any, code: str) -> HttpResponse:
    """The drawing of an area: browsers ask each time whether it is still that of the edition in force."""
    on = shell.today(request)
    with db.scoped(request.actor.scope):
        chosen, drawn = _area(request, code, on), ground.ground(on)
        what = _asked(request, on) if chosen else None
    if chosen and what and request.GET:
        picture = _picture(request, chosen, _told(request, chosen, what, on), on)
        return HttpResponse(picture or "", content_type="image/svg+xml; charset=utf-8")
    tag = f'"{drawn.edition}-{code}-{translation.get_language()}"'
    response = HttpResponse(status=304)
    if tag not in request.headers.get("If-None-Match", ""):
        picture = drawings.drawing(drawn, chosen, english=_english()) if chosen else None
        if picture is None:
            raise Http404
        response = HttpResponse(picture, content_type="image/svg+xml; charset=utf-8")
    response["Cache-Control"] = "private, no-cache"
    response["ETag"] = tag
    return response


def _english() -> bool:
    return (translation.get_language() or "").startswith("en")


def _kept(response: HttpResponse, tag: str) -> HttpResponse:
    response["Cache-Control"] = FOREVER
    response["ETag"] = tag
    return response


def _sent_on(edition: str, square: Tile) -> HttpResponse:
    where = reverse("map_tile", args=[edition, square.zoom, square.column, square.row])
    response = HttpResponseRedirect(where)
    response["Cache-Control"] = "no-store"
    return response
