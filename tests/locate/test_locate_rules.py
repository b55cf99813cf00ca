"""The finest place that is sure: tables, no database."""

from __future__ import annotations

import pytest

from civigrid.locate.rules import Asked, Border, KindWords, SpotRow, common, spot

ROOT = "990181"
TOWN, COMMUNITY, NEXT = "990181001", "990181001001", "990181001002"
BORDER = Border(120.0, 30.0, 120.1, 30.1)
IN, OUT = {"lon": 120.05, "lat": 30.05}, {"lon": 121.0, "lat": 30.05}

SPOTS = [
    # what is known                                                     precision    how      region     grid
    ({}, "none", "none", ROOT, None),
    ({"given": COMMUNITY}, "community", "code", COMMUNITY, None),
    ({"given": TOWN}, "town", "code", TOWN, None),
    ({"given": ROOT}, "city", "code", ROOT, None),
    ({"given": TOWN, "named": (COMMUNITY,)}, "town", "code", TOWN, None),
    ({"named": (COMMUNITY,)}, "community", "words", COMMUNITY, None),
    ({"named": (COMMUNITY, NEXT)}, "town", "words", TOWN, None),
    ({"named": (COMMUNITY, "990181101001")}, "none", "none", ROOT, None),
    ({**IN, "grid_id": 7, "grid_region": COMMUNITY}, "grid", "point", COMMUNITY, 7),
    ({**IN, "grid_id": 7, "grid_region": COMMUNITY, "given": NEXT}, "grid", "point", COMMUNITY, 7),
    ({**IN}, "point", "point", ROOT, None),
    ({**IN, "given": TOWN}, "point", "point", TOWN, None),
    ({**IN, "named": (COMMUNITY,)}, "point", "point", COMMUNITY, None),
    ({**OUT}, "outside", "point", ROOT, None),
    ({**OUT, "given": TOWN}, "outside", "point", ROOT, None),
]


@pytest.mark.parametrize(("known", "precision", "how", "region", "grid"), SPOTS)
def test_spot(known: dict[str, object], precision: str, how: str, region: str, grid: int | None) -> None:
    found = spot(Asked(1, **known), root=ROOT, border=BORDER)  # type: ignore[arg-type]
    assert (found.precision, found.how, found.region_code, found.grid_id) == (precision, how, region, grid)
    assert (found.lon, found.lat) == (known.get("lon"), known.get("lat"))


def test_a_city_without_grids_has_no_outside() -> None:
    found: SpotRow = spot(Asked(1, lon=121.0, lat=30.0, given=TOWN), root=ROOT, border=None)
    assert (found.precision, found.region_code) == ("point", TOWN)


@pytest.mark.parametrize(
    ("codes", "region"),
    [((), ""), ((TOWN,), TOWN), ((COMMUNITY, NEXT), TOWN), ((COMMUNITY, TOWN), TOWN), ((TOWN, "990181101"), "")],
)
def test_what_places_share(codes: tuple[str, ...], region: str) -> None:
    assert common(codes) == region


KINDS = KindWords({"R1": ["大道", "主干道"], "P": ["公园", "Park"], "W": []})


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("港城大道", "R1"),
        ("湖边公园里的大树", "P"),
        ("公园旁的大道", ""),
        ("riverside park", "P"),
        ("我家", ""),
        ("大道大道", "R1"),
    ],
)
def test_kinds_of_place(text: str, kind: str) -> None:
    assert KINDS.find(text) == kind


def test_a_pack_without_kinds() -> None:
    assert KindWords({}).find("大道") == ""
