"""The map on which a resident puts his pin: the city's ground, and nothing of its cases."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import translation
from django.views.decorators.http import require_GET

from civigrid.base import db
from civigrid.base.permissions import NOWHERE
from civigrid.web import errors, shell
from civigrid.web.map import area, drawings, ground, guide, tiles
from civigrid.web.map.mercator import Tile
from civigrid.web.public import frame

FOREVER = "public, max-age=31536000, immutable"  # an edition never changes: what changes has another address


@frame.door
@require_GET
def about(request: Any) -> HttpResponse:
    """What a browser must know to draw it."""
    on = shell.today(request)
    with db.scoped(NOWHERE):
        told = guide.guide(ground.ground(on), request.city, "")
        edition = ground.ground(on).edition
    told["tiles"] = reverse("report_tile", args=[edition, 0, 0, 0]).removesuffix("/0/0/0") + "/{z}/{x}/{y}"
    told["drawing"] = reverse("report_drawing")
    return JsonResponse(told, json_dumps_params={"ensure_ascii": False})


@frame.door
@require_GET
def tile(request: Any, edition: str, zoom: int, column: int, row: int) -> HttpResponseBase:
    """A vector tile of the edition in force; of another one there is none."""
    try:
        square = Tile(zoom, column, row)
    except ValueError:
        return errors.answer(request, 404)
    on = shell.today(request)
    with db.scoped(NOWHERE):
        drawn = ground.ground(on)
        if drawn.edition != edition:
            return errors.answer(request, 404)
        content = tiles.public(drawn, square, on)
    response = HttpResponse(content, content_type="application/vnd.mapbox-vector-tile")
    response["Content-Encoding"] = "gzip"
    response["Cache-Control"] = FOREVER
    return response


@frame.door
@require_GET
def drawing(request: Any) -> HttpResponse:
    """The city drawn, for browsers without WebGL."""
    on = shell.today(request)
    with db.scoped(NOWHERE):
        chosen = area.read(request.city.root_code if request.city else "", on)
        english = (translation.get_language() or "").startswith("en")
        picture = drawings.drawing(ground.ground(on), chosen, english=english) if chosen else None
    if picture is None:
        return errors.answer(request, 404)
    return HttpResponse(picture, content_type="image/svg+xml; charset=utf-8")
