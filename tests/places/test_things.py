"""Buildings, addresses, assets and map layers: saved, and found again by cell, grid and name."""

from __future__ import annotations

import math
from datetime import date

import pytest
import shapely
from django.db import connection
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from civigrid.base import db
from civigrid.base.permissions import NOWHERE
from civigrid.places import actions
from civigrid.places import queries as places
from civigrid.places.rules import (
    FEATURE_KINDS,
    AddressKind,
    BuildingKind,
    FeatureKind,
    LayerStyle,
    NewAddress,
    NewAsset,
    NewBuilding,
    NewFeature,
    cells_between,
    cells_of,
)

ON, NEXT = date(2026, 11, 22), date(2026, 11, 23)
GRID, OTHER = "990181001001001", "990181001001002"
XUEFU, WENCHANG = (124.005, 29.002), (124.095, 29.002)  # some 9 km apart

lons, lats = st.floats(-180, 179.99), st.floats(-85, 85)


def building(code: str, at: tuple[float, float], grid: str = GRID) -> NewBuilding:
    shape = shapely.to_wkb(shapely.box(at[0] - 1e-4, at[1] - 1e-4, at[0] + 1e-4, at[1] + 1e-4), byte_order=1)
    return NewBuilding(code, BuildingKind.HOME, shape, *at, name=f"{code}号楼", residents=36, grid_code=grid)


def address(code: str, name: str, *aliases: str, grid: str = GRID) -> NewAddress:
    return NewAddress(code, name, AddressKind.DOOR, *XUEFU, aliases=aliases, grid_code=grid)


BUILDINGS = [building("B2", XUEFU), building("B1", XUEFU), building("B3", WENCHANG, OTHER)]
ADDRESSES = [
    address("A1", "学府路118号", "老粮站"), address("A2", "学府路118号", grid=OTHER), address("A3", "学府路9号"),
    address("A4", "药王巷12号"),
    NewAddress("A5", "体育场站", AddressKind.STOP, *XUEFU, "2 Stadium Stop", "", ("K12路体育场站",), GRID),
    NewAddress("A6", "路灯杆号 HT-0019", AddressKind.POLE, *XUEFU),
]  # fmt: skip
ASSETS = [
    NewAsset("9901810118000002", "C0118", *XUEFU, name="路灯杆号 DH-0174", grid_code=GRID),
    NewAsset("9901810118000001", "C0118", *XUEFU, "路灯杆号 DH-0173", "4001", "4001", GRID),
    NewAsset("9901810101000001", "C0101", *WENCHANG, owner_code="5001"),
]
ROAD = shapely.to_wkb(shapely.LineString([XUEFU, WENCHANG]), byte_order=1)
FEATURES = [
    NewFeature("roads/2", "roads", FeatureKind.LANE, ROAD, "药王巷", "Yaowang Lane", "R2", 4.5),
    NewFeature("roads/1", "roads", FeatureKind.MAIN, ROAD, "学府路"),
    NewFeature("rivers/1", "rivers", FeatureKind.NONE, ROAD),
]


pytestmark = pytest.mark.django_db


@pytest.fixture
def ground() -> None:
    with db.system():
        actions.save_buildings(BUILDINGS, on=ON)
        actions.save_addresses(ADDRESSES, on=ON)
        actions.save_assets(ASSETS, on=ON)
        actions.save_features(FEATURES, on=ON)


@given(lons, lats)
@settings(deadline=None)
def test_a_cell_is_a_tile_of_the_map(lon: float, lat: float) -> None:
    """By the formula of the slippy map as it is published (with the logarithm)."""
    angle = math.radians(lat)
    x = (lon + 180) / 360 * 2**14
    y = (1 - math.log(math.tan(angle) + 1 / math.cos(angle)) / math.pi) / 2 * 2**14
    assume(min(x % 1, 1 - x % 1, y % 1, 1 - y % 1) > 1e-6)  # on a border either is right
    assert cells_of([lon], [lat]).tolist() == [int(y) * 2**14 + int(x)]


@given(lons, lats, st.floats(0, 0.2), st.floats(0, 0.2))
@settings(deadline=None)
def test_the_cells_of_a_box_hold_every_point_of_it(west: float, south: float, wide: float, high: float) -> None:
    east, north = min(west + wide, 180), min(south + high, 85)
    cells = cells_between(west, south, east, north)
    assert len(cells) == len(set(cells))
    corners = cells_of([west, east, west, east, (west + east) / 2], [south, south, north, north, (south + north) / 2])
    assert set(corners.tolist()) <= set(cells)


def test_each_style_has_kinds_and_no_kind_is_of_none() -> None:
    assert set(FEATURE_KINDS) == set(LayerStyle)
    assert {kind for kinds in FEATURE_KINDS.values() for kind in kinds} == set(FeatureKind) - {FeatureKind.NONE}


def test_buildings_are_found_by_cell_and_by_grid(ground: None) -> None:
    near, far = (int(cells_of([x], [y])[0]) for x, y in (XUEFU, WENCHANG))
    with db.scoped(NOWHERE):
        assert [row.code for row in places.buildings_in([near], ON)] == ["B1", "B2"]
        assert [row.code for row in places.buildings_in([near, far], ON)] == ["B1", "B2", "B3"]
        assert places.buildings_in([], ON) == []
        assert places.buildings_in([near + 1], ON) == []
        (only,) = places.buildings_of(OTHER, ON)
    assert (only.code, only.name, only.kind, only.residents) == ("B3", "B3号楼", BuildingKind.HOME, 36)
    assert only.shape.contains(shapely.Point(only.lon, only.lat))


def test_assets_are_found_by_cell_grid_plate_and_code(ground: None) -> None:
    with db.scoped(NOWHERE):
        first, second = places.assets_of(GRID, ON)
        assert (first.code, first.owner_code, second.owner_code) == ("9901810118000001", "4001", "")
        assert len(places.assets_in(cells_between(124.0, 29.0, 124.1, 29.01), ON)) == 3
        assert [row.code[-1] for row in places.find_assets("路灯杆号 DH-017", ON, 5)] == ["1", "2"]
        assert [row.matter_code for row in places.find_assets("99018101010", ON, 5)] == ["C0101"]
        assert places.find_assets(" ", ON, 5) == []


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("DH-0174", ["2"]),
        ("dh0174", ["2"]),
        ("ＤＨ－０１７", ["1", "2"]),
        ("dh", ["1", "2"]),
        ("DH-", ["1", "2"]),
        ("路灯杆号dh0173", ["1"]),
        ("杆号 DH-0173", ["1"]),
        ("井盖 DH-0173", []),  # what stands before the number is another thing
        ("0173", []),
        ("dh%", ["1", "2"]),  # signs do not count
        ("%", []),
        ("路灯杆号", ["1", "2"]),
    ],
)
def test_a_number_is_found_as_it_is_read_off_the_pole(ground: None, text: str, codes: list[str]) -> None:
    with db.scoped(NOWHERE):
        assert [row.code[-1] for row in places.find_assets(text, ON, 5)] == codes


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("学府路118号", ["A1", "A2"]),  # two of one name: a person is asked
        ("学府路", ["A1", "A2", "A3"]),
        ("xuefulu9", ["A3"]),
        ("XFL", ["A1", "A2", "A3"]),
        ("老粮站", ["A1"]),
        ("老粮", ["A1"]),
        ("k12路", ["A5"]),
        ("K12路 体育", ["A5"]),
        ("HT-0019", ["A6"]),
        ("ht001", ["A6"]),
        ("2 stadium", ["A5"]),
        ("it's':*", []),
        ("ywx12", ["A4"]),
        ("A4", ["A4"]),
        ("粮站", []),
        ("%", []),
        ("", []),
    ],
)
def test_addresses_are_found_as_people_type_them(ground: None, text: str, codes: list[str]) -> None:
    with db.scoped(NOWHERE):
        assert sorted(row.code for row in places.find_addresses(text, ON, 5)) == codes
        assert len(places.find_addresses(text, ON, 1)) == min(1, len(codes))


def test_a_search_reads_an_index_and_not_the_table(ground: None) -> None:
    with db.system(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("EXPLAIN SELECT * FROM places_asset_version WHERE plate >= 'dh' AND plate < 'di'")
        assert "places_asset_plate" in "\n".join(row[0] for row in cursor.fetchall())
        asked = "SELECT * FROM places_address_version WHERE array_to_tsvector(keys) @@ '''k12'':*'::tsquery"
        cursor.execute(f"EXPLAIN {asked}")
        assert "places_address_keys" in "\n".join(row[0] for row in cursor.fetchall())
        for column, text in (("name", "学府"), ("pinyin", "xuefu"), ("initials", "xfl")):
            cursor.execute(
                f"EXPLAIN SELECT * FROM places_address_version WHERE {column} >= %s AND {column} < %s",
                (text, text + "\U0010ffff"),
            )
            plan = "\n".join(row[0] for row in cursor.fetchall())
            assert f"Index Cond: (({column} >=" in plan


def test_layers_are_columns_with_an_index(ground: None) -> None:
    with db.scoped(NOWHERE):
        roads = places.features("roads", ON)
        assert places.features("roads", ON) is roads
        nothing = places.features("rails", ON)
    assert (roads.codes, roads.names, roads.kinds) == (
        ("1", "2"), ("学府路", "药王巷"), (FeatureKind.MAIN, FeatureKind.LANE),
    )  # fmt: skip
    assert (roads.names_en, roads.place_kinds, roads.widths.tolist()) == (("", "Yaowang Lane"), ("", "R2"), [0, 4.5])
    assert sorted(roads.tree.query(shapely.Point(*XUEFU), predicate="dwithin", distance=0.001).tolist()) == [0, 1]
    assert len(roads.shapes) == len(roads) == 2
    assert len(nothing) == 0
    assert nothing.tree.query(shapely.Point(0, 0)).tolist() == []


def test_what_is_gone_is_found_on_its_days_only(ground: None) -> None:
    with db.system():
        actions.save_buildings(BUILDINGS[:1], on=NEXT)
        actions.save_addresses([], on=NEXT)
        actions.save_features(FEATURES[:1], on=NEXT)
    with db.system():
        assert len(places.buildings_of(GRID, ON)) == 2
        assert len(places.buildings_of(GRID, NEXT)) == 1
        assert places.find_addresses("学府路", NEXT, 5) == []
        assert len(places.find_addresses("学府路", ON, 5)) == 3
        assert (len(places.features("roads", ON)), len(places.features("roads", NEXT))) == (2, 1)


def test_an_address_that_is_renamed_is_typed_anew(ground: None) -> None:
    with db.system():
        actions.save_addresses([address("A1", "东湖路1号")], on=NEXT)
    with db.system():
        assert [row.name for row in places.find_addresses("donghu", NEXT, 5)] == ["东湖路1号"]
        assert places.find_addresses("xfl118", NEXT, 5) == []
