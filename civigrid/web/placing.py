"""What a case's page shows of its place: where, how that was found, and what else it may be."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import date

from django.utils.translation import gettext as _

from civigrid.cases.queries import CaseView
from civigrid.catalog import queries as catalog
from civigrid.directory import queries as directory
from civigrid.locate import queries as locate
from civigrid.locate.rules import SpotRow
from civigrid.places import queries as places
from civigrid.web import wording
from civigrid.web.templatetags.civigrid import pick, said

ON_BORDER = 0.5  # metres: nearer than that a point lies on the line itself


@dataclass(frozen=True, slots=True)
class Choice:
    """A place that may be meant instead: `fields` are what the form sends to choose it."""

    name: str
    note: str
    fields: dict[str, str]
    key: uuid.UUID = field(default_factory=uuid.uuid4)  # makes a second click harmless


@dataclass(frozen=True, slots=True)
class Shown:
    """`area`: the grid or region to show on the map, `lon`, `lat`: degrees as text, "" where no point is known; `facts`:
    what is known of the place, one sentence each."""

    area: str
    precision: str
    how: str
    words: str
    lon: str
    lat: str
    kind: str
    facts: list[str]
    choices: list[Choice]


def shown(case: CaseView, on: date) -> Shown:
    """In the page's transaction. Whoever may not see the report sees the area and nothing of how it was found."""
    spot = locate.newest([case.first_report_id]).get(case.first_report_id)
    grid = places.grids(on).get(spot.grid_id or 0) if spot else None
    area = grid.code if grid else case.facts.region_code
    if spot is None:
        return Shown(area, "", "", "", "", "", "", [], [])
    kind = catalog.city().place_kinds.get(spot.place_kind)
    return Shown(
        area=area,
        precision=wording.of("precision", spot.precision),
        how=wording.of("how located", spot.how),
        words=spot.words,
        lon="" if spot.lon is None else f"{spot.lon:.6f}",
        lat="" if spot.lat is None else f"{spot.lat:.6f}",
        kind=pick(kind["name"], kind["name_en"]) if kind else "",
        facts=[*_border(spot, on), *_asset(spot, on)],
        choices=[*_addresses(spot, on), *_neighbours(spot, on)],
    )


def _border(spot: SpotRow, on: date) -> list[str]:
    if spot.border_m is None:
        return []
    metres = _metres(spot.border_m)
    names = [said(row) for row in map(places.grids(on).get, spot.neighbours) if row]
    if not names:
        return [_("%(metres)s m from the border of its grid") % {"metres": metres}]
    words = (
        _("On the border with %(grid)s")
        if spot.border_m < ON_BORDER
        else _("%(metres)s m from the border with %(grid)s")
    )
    return [words % {"metres": metres, "grid": "、".join(names)}]


def _metres(metres: float) -> str:
    return f"{metres:.0f}" if metres >= 10 else f"{metres:.1f}"


def _asset(spot: SpotRow, on: date) -> list[str]:
    asset = places.asset_of_code(spot.asset_code, on) if spot.asset_code else None
    if asset is None:
        return []
    owner = directory.unit_by_code(asset.owner_code, on) if asset.owner_code else None
    matter = catalog.matters_by_code(on).get(asset.matter_code)
    name = " ".join(filter(None, (said(matter) if matter else "", asset.name or asset.code)))
    whose = said(owner) if owner else _("owner not known")
    return [_("Asset here: %(asset)s (%(owner)s)") % {"asset": name, "owner": whose}]


def _addresses(spot: SpotRow, on: date) -> list[Choice]:
    """The addresses the words may mean, each with the area it lies in."""
    found = places.addresses_of_codes(spot.candidates, on) if spot.candidates else []
    return [Choice(said(row), _of_grid(row.grid_code, on), {"place": row.code}) for row in found]


def _of_grid(code: str, on: date) -> str:
    grid = places.grids(on).get(places.grids_by_code(on).get(code, 0))
    return said(grid) if grid else ""


def _neighbours(spot: SpotRow, on: date) -> list[Choice]:
    if spot.lon is None:
        return []
    point = {"lon": f"{spot.lon:.6f}", "lat": f"{spot.lat:.6f}"}
    rows = [row for row in map(places.grids(on).get, spot.neighbours) if row]
    return [Choice(said(row), _("the same point, in this grid"), {**point, "grid": row.code}) for row in rows]
