"""While somebody still speaks: the danger in his words, what it may be about, where it may be, and what is known there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from django.template.loader import render_to_string

from civigrid.catalog import queries as catalog
from civigrid.catalog.queries import MatterRow
from civigrid.classify import queries as classify
from civigrid.classify.words import ADVICE, EMERGENCIES, HELPERS
from civigrid.directory import queries as directory
from civigrid.flow import registration, similar
from civigrid.flow.emergency import Advice
from civigrid.flow.emergency import Call as Asked
from civigrid.intake.rules import storable
from civigrid.link.rules import Thing
from civigrid.places import queries as places
from civigrid.places.queries import AddressRow
from civigrid.places.rules import NOWHERE
from civigrid.web import linking, shell
from civigrid.web.templatetags.civigrid import pick

LIKELY, MATTERS, PLACES = 0.02, 4, 6
MOST_TEXT, MOST_PLACE = 4000, 200


@dataclass(frozen=True, slots=True)
class Draft:
    """What was typed so far; lon/lat in degrees where a pin was put; `matter`: the code that was chosen."""

    title: str = ""
    text: str = ""
    place: str = ""
    lon: float | None = None
    lat: float | None = None
    matter: str = ""


def draft(said: Any) -> Draft:
    """Of a form or of JSON, whatever is in it."""
    return Draft(
        _text(said, "title", 200),
        _text(said, "text", MOST_TEXT),
        _text(said, "place", MOST_PLACE),
        _degree(said.get("lon"), 180),
        _degree(said.get("lat"), 90),
        (_text(said, "matter", 200).split() or [""])[0],
    )


def _text(said: Any, name: str, most: int) -> str:
    """As it can be looked for: without what the database cannot hold."""
    return storable(str(said.get(name) or "")[:most])


def _degree(value: Any, most: int) -> float | None:
    try:
        number = float(value)
    except (TypeError, ValueError):
        return None
    return number if abs(number) <= most else None


@dataclass(frozen=True, slots=True)
class Call:
    service: str
    unit: str


@dataclass(frozen=True, slots=True)
class Danger:
    """先转后录: what it is, whom to transfer to first, what to say meanwhile."""

    kind: str
    title: str
    words: str
    calls: list[Call]
    besides: list[Call]


def shown(request: Any, said: Draft) -> dict[str, Any]:
    """What the page offers beside the form. Opens its own transactions."""
    advice = registration.advice(f"{said.title}\n{said.text}", now=request.now)
    with shell.going_on(request):
        on = shell.today(request)
        matters = _matters(said, on)
        addresses = places.find_addresses(said.place, on, PLACES) if said.place.strip() else []
        danger = _danger(advice, on) if advice else None
        thing = _thing(request, said, matters, addresses, on)
    found = similar.similar(thing, actor=request.actor, now=request.now) if thing else []
    return {
        "danger": danger,
        "matters": [(row.code, pick(row.name, row.name_en), f"{sure:.0%}") for row, sure in matters],
        "similar": [(each, linking.spoken(each.because)) for each in found],
        "places": [
            {"name": pick(row.name, row.name_en), "lon": row.lon, "lat": row.lat}
            for row in addresses
            if row.name != said.place.strip() or said.lon is None
        ],
    }


def pieces(request: Any, seen: dict[str, Any]) -> dict[str, Any]:
    """The same as pieces of the page: {"danger", "advice", "matters", "similar", "places"}."""
    room = {
        name: render_to_string(f"desk/{name}.html", {"seen": seen}, request).strip()
        for name in ("advice", "matters", "similar")
    }
    return {"danger": seen["danger"].kind if seen["danger"] else "", "places": seen["places"], **room}


def _matters(said: Draft, on: date) -> list[tuple[MatterRow, float]]:
    """The machine's candidates with how sure it is: shown, never decided."""
    if not said.text.strip() and not said.title.strip():
        return []
    known, (finder, _) = catalog.matters(on), classify.finder(on)
    [found] = finder.find([(said.title, said.text)])
    likely = [each for each in found.candidates if each.confidence >= LIKELY and each.matter_id in known]
    return [(known[each.matter_id], each.confidence) for each in likely[:MATTERS]]


def _danger(advice: Advice, on: date) -> Danger:
    calls, besides = _named(advice.calls, on), _named(advice.besides, on)
    return Danger(advice.kind.value, str(EMERGENCIES[advice.kind]), str(ADVICE[advice.kind]), calls, besides)


def _named(calls: Sequence[Asked], on: date) -> list[Call]:
    units = directory.units(on)
    found = [(each.service, units.get(each.unit_id or 0)) for each in calls]
    return [Call(code, pick(unit.name, unit.name_en) if unit else _helper(code)) for code, unit in found]


def _helper(service: str) -> str:
    return next((str(words) for code, words in HELPERS.items() if code == service), "")


def _thing(
    request: Any, said: Draft, matters: list[tuple[MatterRow, float]], addresses: list[AddressRow], on: date
) -> Thing | None:
    """What is compared; None where neither a pin nor one address says where: words alone would bring up half the city."""
    lon, lat = said.lon, said.lat
    if (lon is None or lat is None) and len(addresses) == 1:
        lon, lat = addresses[0].lon, addresses[0].lat
    if lon is None or lat is None:
        return None
    chosen = catalog.matters_by_code(on).get(said.matter) or next((row for row, _ in matters), None)
    [grid_id] = places.grid_index(on).locate(np.array([lon]), np.array([lat])).tolist()
    grid = places.grids(on).get(grid_id) if grid_id != NOWHERE else None
    return Thing(
        id=0,
        at=request.now,
        title=said.title,
        text=said.text,
        place_text=said.place,
        lon=lon,
        lat=lat,
        region_code=grid.region_code if grid else "",
        grid_id=grid.id if grid else None,
        matter_id=chosen.id if chosen else None,
        major=chosen.major if chosen else "",
    )
