"""The city as its newest pack says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from civigrid.base import stamps
from civigrid.base.errors import Refused
from civigrid.catalog.models import Pack
from civigrid.catalog.queries.stamp import AREA
from civigrid.catalog.rules import OWN_CASE_DAYS, REOPEN_DAYS, SELF_SETTLED_CHECKED, TOLERANCE


@dataclass(frozen=True, slots=True)
class CityRow:
    """The city as its newest pack says. `calendar_code`: what a promise to a resident is counted by. `sources`: report
    sources by code, each with name, name_en, carry (`rules.Carry`), verify ("yes" or "": whether what comes from there is
    verified before filing) and level (community, town, city: whose desk it comes to first); `place_kinds`: by code, each with name, name_en
    and the words that tell of it; `calendar_of`: calendar codes by kind of unit, for units that name none; `layers`: of
    the map, by code, each with name, name_en and style (`places.rules.LayerStyle`); `tolerance_m`: metres by which a point
    may be wrong that does not say how exact it is; `services`: who is called first in danger (`rules.SERVICES`) -> the code
    of the unit that is it; `valid_from`: the first day of what was loaded last."""

    pack_id: int
    digest: str
    name: str
    name_en: str
    timezone: str
    root_code: str
    number_pattern: str
    confidence_bar: float
    calendar_code: str
    sources: Mapping[str, Mapping[str, str]]
    place_kinds: Mapping[str, Mapping[str, Any]]
    calendar_of: Mapping[str, str] = field(default_factory=dict)
    layers: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    self_settled_checked: float = SELF_SETTLED_CHECKED
    reopen_days: int = REOPEN_DAYS
    tolerance_m: float = TOLERANCE
    own_case_days: int = OWN_CASE_DAYS
    services: Mapping[str, str] = field(default_factory=dict)
    valid_from: date = date.min

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)


@stamps.kept(AREA)
def city() -> CityRow:
    """The city this database holds. Raises Refused("no_city") before a pack was loaded."""
    row = city_or_none()
    if row is None:
        raise Refused("no_city")
    return row


def city_or_none() -> CityRow | None:
    """As `city`, for the doors that must answer before a pack was loaded."""
    pack = Pack.objects.order_by("-id").first()
    if pack is None:
        return None
    return CityRow(
        pack_id=pack.pk,
        digest=pack.digest,
        name=pack.name,
        name_en=pack.name_en,
        timezone=pack.timezone,
        root_code=pack.root_code,
        number_pattern=pack.number_pattern,
        confidence_bar=pack.confidence_bar,
        calendar_code=pack.calendar_code,
        sources=_in_order(pack.sources),
        place_kinds=_in_order(pack.place_kinds),
        calendar_of=pack.calendar_of,
        layers=_in_order(pack.layers),
        self_settled_checked=pack.self_settled_checked,
        reopen_days=pack.reopen_days,
        tolerance_m=pack.tolerance_m,
        own_case_days=pack.own_case_days,
        services=pack.services,
        valid_from=pack.valid_from,
    )


def _in_order(things: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """As the pack lists them."""
    listed = sorted(things.items(), key=lambda each: each[1].get("order", 0))
    return {code: {key: value for key, value in thing.items() if key != "order"} for code, thing in listed}
