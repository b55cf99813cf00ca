"""The finest place that is sure: tables, no database."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from civigrid.locate.rules import Address, Asked, KindWords, SpotRow, common, exact, meant, spot
from civigrid.places.rules import AddressKind, NearAsset

ROOT = "990181"
TOWN, COMMUNITY, NEXT, FAR = "990181001", "990181001001", "990181001002", "990181101001"
IN, OUT = {"lon": 120.05, "lat": 30.05}, {"lon": 121.0, "lat": 30.05, "inside": False}
DOOR = Address("A1", AddressKind.DOOR, 120.05, 30.05, COMMUNITY, (7,))
TWIN = replace(DOOR, code="A2", lon=120.09, region=FAR, grids=(9,))
SCHOOL = replace(DOOR, code="S1", kind=AddressKind.LANDMARK)
CAMPUS = replace(TWIN, code="S2", kind=AddressKind.LANDMARK)
PARK = replace(SCHOOL, code="P1", region=TOWN, grids=(7, 8))
HERE = {**IN, "grid_id": 7, "grid_region": COMMUNITY}

SPOTS = [
    # what is known                                              precision    how      region     grid  candidates
    ({}, "none", "none", ROOT, None, ()),
    ({"given": COMMUNITY}, "community", "code", COMMUNITY, None, ()),
    ({"given": TOWN}, "town", "code", TOWN, None, ()),
    ({"given": ROOT}, "city", "code", ROOT, None, ()),
    ({"given": TOWN, "named": (COMMUNITY,)}, "town", "code", TOWN, None, ()),
    ({"named": (COMMUNITY,)}, "community", "words", COMMUNITY, None, ()),
    ({"named": (COMMUNITY, NEXT)}, "town", "words", TOWN, None, ()),
    ({"named": (COMMUNITY, FAR)}, "none", "none", ROOT, None, ()),
    ({**HERE}, "grid", "point", COMMUNITY, 7, ()),
    ({**HERE, "given": NEXT}, "grid", "point", COMMUNITY, 7, ()),
    ({**IN}, "point", "point", ROOT, None, ()),
    ({**IN, "given": TOWN}, "point", "point", TOWN, None, ()),
    ({**IN, "named": (COMMUNITY,)}, "point", "point", COMMUNITY, None, ()),
    ({**OUT}, "outside", "point", ROOT, None, ()),
    ({**OUT, "given": TOWN}, "outside", "point", ROOT, None, ()),
    # an address in the text
    ({"addresses": (DOOR,)}, "grid", "address", COMMUNITY, 7, ()),
    ({"addresses": (DOOR,), "named": (TOWN,)}, "grid", "address", COMMUNITY, 7, ()),
    ({"addresses": (DOOR,), "given": TOWN}, "grid", "address", COMMUNITY, 7, ()),
    ({"addresses": (DOOR,), "given": FAR}, "community", "code", FAR, None, ()),
    ({"addresses": (DOOR,), "named": (NEXT,)}, "town", "address", TOWN, None, ("A1",)),
    ({"addresses": (DOOR, TWIN)}, "none", "address", ROOT, None, ("A1", "A2")),
    ({"addresses": (DOOR, TWIN), "named": (TOWN,)}, "grid", "address", COMMUNITY, 7, ()),
    ({"addresses": (DOOR, TWIN), "given": FAR}, "grid", "address", FAR, 9, ()),
    ({"addresses": (DOOR, replace(TWIN, region=NEXT))}, "town", "address", TOWN, None, ("A1", "A2")),
    ({"addresses": (PARK,)}, "town", "address", TOWN, None, ()),
    ({"addresses": (replace(DOOR, region=ROOT, grids=()),)}, "none", "address", ROOT, None, ()),
    # an address in the text, and a point
    ({**HERE, "addresses": (DOOR,)}, "grid", "point", COMMUNITY, 7, ()),
    ({**HERE, "addresses": (DOOR, TWIN)}, "grid", "point", COMMUNITY, 7, ()),
    ({**HERE, "addresses": (TWIN,)}, "none", "differ", ROOT, None, ("A2",)),
    ({**HERE, "addresses": (replace(TWIN, region=NEXT),)}, "town", "differ", TOWN, None, ("A2",)),
    ({**HERE, "addresses": (TWIN,), "accuracy_m": 5000.0}, "grid", "point", COMMUNITY, 7, ()),
    ({**HERE, "addresses": (SCHOOL, CAMPUS)}, "none", "differ", ROOT, None, ("S1", "S2")),
    ({**HERE, "addresses": (SCHOOL, CAMPUS), "one_name": False}, "grid", "point", COMMUNITY, 7, ()),
    ({**HERE, "grid_id": 8, "addresses": (replace(PARK, lon=120.09),)}, "grid", "point", COMMUNITY, 8, ()),
    ({**OUT, "addresses": (DOOR,)}, "outside", "point", ROOT, None, ("A1",)),
]


@pytest.mark.parametrize(("known", "precision", "how", "region", "grid", "candidates"), SPOTS)
def test_spot(
    known: dict[str, object], precision: str, how: str, region: str, grid: int | None, candidates: tuple[str, ...]
) -> None:
    found = spot(Asked(1, **known), root=ROOT)  # type: ignore[arg-type]
    assert (found.precision, found.how, found.region_code, found.grid_id) == (precision, how, region, grid)
    assert found.candidates == candidates
    if "lon" in known:
        assert (found.lon, found.lat) == (known["lon"], known["lat"])


def test_an_address_gives_its_point_its_asset_and_where_it_may_be() -> None:
    lamp = replace(DOOR, kind=AddressKind.POLE, asset="9901810118000001")
    found = spot(Asked(1, addresses=(lamp,), address_words="路灯杆号dh-0001"), root=ROOT)
    assert (found.lon, found.lat, found.asset_code, found.words) == (120.05, 30.05, lamp.asset, "路灯杆号dh-0001")
    assert spot(Asked(1, addresses=(PARK,)), root=ROOT).neighbours == (7, 8)
    assert spot(Asked(1, addresses=(DOOR,)), root=ROOT).neighbours == ()


REGIONS = st.sampled_from([ROOT, TOWN, COMMUNITY, NEXT, "990181101", FAR])
ADDRESSES = st.lists(
    st.builds(
        Address, st.sampled_from(["A1", "A2", "A3"]), st.sampled_from(AddressKind), st.floats(120, 120.1),
        st.floats(30, 30.1), REGIONS, st.lists(st.integers(1, 9), max_size=2, unique=True).map(tuple),
    ),
    max_size=4,
).map(tuple)  # fmt: skip


@given(
    st.builds(
        Asked, st.just(1), st.none() | st.just(120.05), st.just(30.05), st.none() | st.floats(0, 1e5),
        st.none() | st.integers(1, 9), REGIONS, st.booleans(), st.just("") | REGIONS, ADDRESSES, st.just("某处"),
        st.booleans(), st.lists(REGIONS, max_size=3).map(tuple),
    )
)  # fmt: skip
def test_no_grid_is_ever_chosen_between_several(asked: Asked) -> None:
    found: SpotRow = spot(asked, root=ROOT)
    assert found.region_code.startswith(ROOT)
    if found.candidates or found.how == "differ":
        assert found.grid_id is None
    if found.grid_id is not None:
        assert found.grid_id == asked.grid_id or (found.grid_id,) in [each.grids for each in asked.addresses]
    if asked.lon is not None:
        assert found.lon == asked.lon


def test_an_asset_is_meant_where_those_near_are_one_owners() -> None:
    ours, theirs = NearAsset("1", "4001", 3.0), NearAsset("2", "5002", 2.0)
    assert meant(()) == ""
    assert meant((ours, replace(ours, code="3"))) == "1"
    assert meant((theirs, ours)) == ""
    assert meant((replace(ours, owner=""),)) == "1"


def test_what_a_point_tells_depends_on_how_well_it_is_known() -> None:
    assert [exact(each) for each in (None, 0.0, 50.0, 50.1)] == [True, True, True, False]


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
