"""While a resident is still writing: who is to be called, what it may be about, where it may be, and what is known there.

Nothing is stored. Of other people's reports only the matter, the distance and the day are shown, never a word of them; and
only of things that stand in the open street.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from civigrid.base import db
from civigrid.catalog import queries as catalog
from civigrid.catalog.queries import MatterRow
from civigrid.catalog.rules import Family
from civigrid.classify import queries as classify
from civigrid.directory.rules import MACHINE
from civigrid.flow import deciding
from civigrid.flow.similar import Similar, similar
from civigrid.link.rules import Likeness, Thing
from civigrid.places import queries as places
from civigrid.places.rules import NOWHERE

Both = tuple[str, str]  # Chinese, English

NEAR_M = 150  # metres within which something may be the same
LIKELY = 0.1  # below this confidence a matter is no suggestion
MATTERS, PLACES = 3, 6


@dataclass(frozen=True, slots=True)
class Draft:
    """What was typed so far; lon/lat in degrees where a pin was put; `matter`: the code that was chosen, "" for none."""

    text: str = ""
    place: str = ""
    lon: float | None = None
    lat: float | None = None
    matter: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """An address that fits the words."""

    name: Both
    lon: float
    lat: float


@dataclass(frozen=True, slots=True)
class Near:
    """An open case close by: `report_id` names it when somebody says it is the same."""

    report_id: int
    matter: Both
    metres: int
    opened_at: datetime


@dataclass(frozen=True, slots=True)
class Seen:
    danger: str = ""
    matters: tuple[MatterRow, ...] = ()
    places: tuple[Place, ...] = ()
    near: tuple[Near, ...] = ()


def look(draft: Draft, *, now: datetime) -> Seen:
    """All of it at once. `danger`: a kind of `classify.rules.Emergency`, "" for none."""
    with db.system():
        on = now.astimezone(catalog.city().zone).date()
        known = catalog.matters_by_code(on)
        matters = _matters(draft.text, catalog.matters(on), now)
        addresses = places.find_addresses(draft.place, on, PLACES) if draft.place.strip() else []
        chosen = known.get(draft.matter) or next(iter(matters), None)
        thing = _thing(draft, chosen, now)
    found = similar(thing, actor=MACHINE, now=now) if thing else []
    in_the_open = {row.id for row in known.values() if row.family is Family.CITY}
    return Seen(
        deciding.danger(draft.text),
        tuple(matters),
        tuple(Place((row.name, row.name_en), row.lon, row.lat) for row in addresses),
        tuple(near for each in found if each.near.thing.matter_id in in_the_open for near in _near(each)),
    )


def _matters(text: str, known: dict[int, MatterRow], now: datetime) -> list[MatterRow]:
    """The likeliest first; nothing where no word tells."""
    if not text.strip():
        return []
    finder, _ = classify.finder(now.astimezone(catalog.city().zone).date())
    [found] = finder.find([("", text)])
    likely = [each for each in found.candidates if each.confidence >= LIKELY][:MATTERS]
    return [known[each.matter_id] for each in likely if each.matter_id in known]


def _thing(draft: Draft, matter: MatterRow | None, now: datetime) -> Thing | None:
    """What is compared; None without a pin: words alone would bring up half the city."""
    if draft.lon is None or draft.lat is None:
        return None
    on = now.astimezone(catalog.city().zone).date()
    [grid_id] = places.grid_index(on).locate(np.array([draft.lon]), np.array([draft.lat])).tolist()
    grid = places.grids(on).get(grid_id) if grid_id != NOWHERE else None
    return Thing(
        id=0,
        at=now,
        text=draft.text,
        lon=draft.lon,
        lat=draft.lat,
        region_code=grid.region_code if grid else "",
        grid_id=grid.id if grid else None,
        matter_id=matter.id if matter else None,
        major=matter.major if matter else "",
    )


def _near(each: Similar) -> Sequence[Near]:
    metres = next((because.value for because in each.because if because.code is Likeness.DISTANCE), None)
    if not each.joinable or metres is None or metres > NEAR_M or deciding.danger(each.near.thing.words):
        return ()  # where somebody was in danger is nobody else's business
    return (Near(each.near.thing.id, each.near.matter, int(round(metres, -1)), each.near.opened_at),)
