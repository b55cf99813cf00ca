"""What the ground tells of a place: kinds by the map, borders, addresses in words, assets at a point; with the city's rows."""

from __future__ import annotations

from itertools import count

import pytest
import shapely
from django.db import connection
from django.test.utils import CaptureQueriesContext

from civigrid.base import db
from civigrid.catalog import actions as catalog
from civigrid.catalog.rules import UNKNOWN_OWNER, NewDutyRow
from civigrid.classify import actions as classify
from civigrid.intake import actions as intake
from civigrid.intake import queries as reports_of
from civigrid.intake.rules import Channel, RawReport
from civigrid.locate import actions, queries
from civigrid.locate.rules import SpotRow
from civigrid.places import actions as places
from civigrid.places.rules import AddressKind, FeatureKind, NewAddress, NewAsset, NewFeature
from civigrid.route import actions as route
from civigrid.route.rules import ProposalRow
from tests import streamcity
from tests.streamcity import NOW, ON

pytestmark = pytest.mark.django_db

XUEFU, HUJING, STONE = "990181001001", "990181001002", "990181101001"  # 学府社区, 湖景社区, 石桥头村
G1, G2, G3, G4 = (f"{XUEFU}001", f"{XUEFU}002", f"{HUJING}001", f"{STONE}001")
LAMP, LAMP_MATTER, WELL_MATTER = "9901810118000001", "C0118", "C0114"


_keys = count(1)


def feature(code: str, kind: FeatureKind, shape: shapely.Geometry, place_kind: str = "", **more: object) -> NewFeature:
    return NewFeature(code, code.partition("/")[0], kind, shapely.to_wkb(shape), place_kind=place_kind, **more)  # type: ignore[arg-type]


FEATURES = [
    feature("roads/R1", FeatureKind.MAIN, shapely.LineString([(120.0, 30.005), (120.02, 30.005)]), "R1", name="港城大道", width=30.0),
    feature("roads/R2", FeatureKind.BRANCH, shapely.LineString([(120.015, 30.0), (120.015, 30.01)]), name="文昌街", width=10.0),
    feature("green/G1", FeatureKind.PARK, shapely.box(120.002, 30.008, 120.006, 30.012), "P", name="湖滨公园"),
]  # fmt: skip
ADDRESSES = [
    NewAddress("A1", "药王巷12号", AddressKind.DOOR, 120.004, 30.003, grid_code=G1),
    NewAddress("A2", "学府路118号", AddressKind.DOOR, 120.005, 30.002, grid_code=G1),
    NewAddress("A3", "学府路118号", AddressKind.DOOR, 120.035, 30.035, grid_code=G4),
    NewAddress("A4", "文昌小学", AddressKind.LANDMARK, 120.003, 30.002, grid_code=G1),
    NewAddress("A5", "文昌小学新校区", AddressKind.LANDMARK, 120.037, 30.037, grid_code=G4),
    NewAddress("A6", "湖滨公园", AddressKind.LANDMARK, 120.004, 30.009, grid_code=G1),
    NewAddress("A7", "路灯杆号 DH-0173", AddressKind.POLE, 120.012, 30.004, grid_code=G2),
    NewAddress("A8", "城外小屋", AddressKind.LANDMARK, 120.5, 30.5),
]
ASSETS = [
    NewAsset(LAMP, LAMP_MATTER, 120.012, 30.004, "路灯杆号 DH-0173", owner_code="4004", grid_code=G2),
    NewAsset("9901810114000001", WELL_MATTER, 120.008, 30.002, owner_code="5001", grid_code=G1),
    NewAsset("9901810114000002", WELL_MATTER, 120.008, 30.0044, grid_code=G1),
    NewAsset("9901810114000003", WELL_MATTER, 120.0171, 30.002, owner_code="5001", grid_code=G2),
    NewAsset("9901810114000004", WELL_MATTER, 120.01715, 30.002, owner_code="3001", grid_code=G2),
]
DUTIES = [
    *streamcity.DUTIES,
    NewDutyRow("W1", WELL_MATTER, "5001", owner="5001"),
    NewDutyRow("W2", WELL_MATTER, "3001", owner="3001"),
    NewDutyRow("W3", WELL_MATTER, "4003", owner=UNKNOWN_OWNER),
]


@pytest.fixture(autouse=True)
def city() -> None:
    with db.system():
        streamcity.load()
        places.save_features(FEATURES, on=ON)
        places.save_addresses(ADDRESSES, on=ON)
        places.save_assets(ASSETS, on=ON)
        catalog.save_duty_rows(DUTIES, on=ON)


def raw(key: str, text: str = "路灯不亮", **more: object) -> RawReport:
    return RawReport(Channel.PUBLIC, key, "01", text=text, **more)  # type: ignore[arg-type]


def find(*raws: RawReport) -> list[SpotRow]:
    with db.system():
        return _find(raws)[0]


def _find(raws: tuple[RawReport, ...]) -> tuple[list[SpotRow], list[ProposalRow]]:
    ids = [outcome.made for outcome in intake.record(raws, now=NOW)]
    reports = reports_of.by_ids(ids)
    labels = classify.label(reports, now=NOW)
    spots = actions.find(reports, labels, now=NOW)
    return spots, route.choose(reports, labels, spots, load={}, now=NOW)


def one(text: str = "路灯不亮", **more: object) -> SpotRow:
    return find(raw(f"one-{next(_keys)}", text, **more))[0]


def grid(spot: SpotRow) -> str:
    with db.system():
        rows = queries.Ground(ON).grids
    return rows[spot.grid_id].code if spot.grid_id else ""


def near(spot: SpotRow) -> list[str]:
    with db.system():
        rows = queries.Ground(ON).grids
    return [rows[each].code for each in spot.neighbours]


def test_the_kind_of_place_is_what_the_map_says_of_the_point() -> None:
    on_road = {"lon": 120.003, "lat": 30.00505}
    assert one(**on_road).place_kind == "R1"
    assert one("路灯不亮，就在公园对面", **on_road).place_kind == "R1"
    assert one("公园的路灯", lon=120.001, lat=30.002).place_kind == "P", "where the map says nothing, the words do"
    assert one(lon=120.001, lat=30.002).place_kind == ""


def test_where_roads_cross_the_words_say_which_is_meant() -> None:
    with db.system():
        path = shapely.LineString([(120.008, 30.0), (120.008, 30.01)])
        lane = feature("roads/R3", FeatureKind.LANE, path, "P", name="湖滨步道", width=4.0)
        places.save_features([*FEATURES, lane], on=ON)
    crossing = {"lon": 120.008, "lat": 30.005}
    assert one("大道上路灯不亮", **crossing).place_kind == "R1"
    assert one("灯不亮", **crossing).place_kind == "P"


def test_a_rough_point_tells_no_kind_and_the_senders_choice_counts_before_all() -> None:
    on_road = {"lon": 120.003, "lat": 30.00505}
    assert one(**on_road, position_accuracy_m=20.0).place_kind == "R1"
    assert one(**on_road, position_accuracy_m=400.0).place_kind == ""
    assert one("公园的路灯", **on_road, position_accuracy_m=400.0).place_kind == "P"
    assert one(**on_road, extra={"place_kind": "P"}).place_kind == "P"


def test_an_address_has_the_kind_its_words_tell_or_else_the_maps() -> None:
    with db.system():
        store = NewAddress("A9", "百货大楼", AddressKind.LANDMARK, 120.003, 30.005, grid_code=G1)
        places.save_addresses([*ADDRESSES, store], on=ON)
    assert one("百货大楼门口路灯不亮").place_kind == "R1"
    assert one("百货大楼边公园的路灯不亮").place_kind == "P"


def test_a_new_layer_counts_with_the_next_batch() -> None:
    assert one(lon=120.001, lat=30.002).place_kind == ""
    with db.system():
        site = feature("places/S1", FeatureKind.SITE, shapely.box(120.0, 30.0, 120.002, 30.003), "P")
        places.save_features([*FEATURES, site], on=ON)
    assert one("路灯还是不亮", lon=120.001, lat=30.002).place_kind == "P"


def test_the_border_and_what_lies_beyond_it() -> None:
    middle, edge = one(lon=120.005, lat=30.0031), one("灯坏了", lon=120.0099, lat=30.0031)
    assert middle.border_m == pytest.approx(344, abs=4)
    assert near(middle) == []
    assert edge.border_m == pytest.approx(9.6, abs=0.2)
    assert (grid(edge), near(edge)) == (G1, [G2])


def test_a_rough_point_has_more_neighbours() -> None:
    there = {"lon": 120.0095, "lat": 30.0093}
    assert near(one(**there)) == []
    assert set(near(one("又不亮", **there, position_accuracy_m=100.0))) == {G2, G3}


def test_an_address_in_the_text_leads_to_its_grid() -> None:
    spot = one("药王巷12号旁生活垃圾成堆")
    assert (spot.precision, spot.how, grid(spot), spot.words) == ("grid", "address", G1, "药王巷12号")
    assert (spot.lon, spot.lat) == (120.004, 30.003)
    assert one("垃圾成堆", place_text="药王巷１２号").how == "address"


def test_a_crossing_is_found_by_its_roads() -> None:
    spot = one("港城大道与文昌街交汇处路灯不亮")
    assert (spot.how, grid(spot)) == ("address", G2)
    assert (spot.lon, spot.lat) == pytest.approx((120.015, 30.005))
    assert spot.place_kind == "R1"


def test_of_two_addresses_none_is_chosen() -> None:
    spot = one("学府路118号门面漏水")
    assert (spot.precision, spot.how, spot.region_code, spot.grid_id) == ("none", "address", "990181", None)
    assert spot.candidates == ("A2", "A3")
    assert grid(one("双桥镇学府路118号门面漏水")) == G4, "the town says which"
    assert grid(one("学府路118号门面漏水了", region_code=XUEFU)) == G1, "the sender says which"


def test_a_park_in_two_grids_is_in_neither() -> None:
    spot = one("湖滨公园里的路灯不亮")
    assert (spot.precision, spot.grid_id, spot.region_code) == ("town", None, "990181001")
    assert set(near(spot)) == {G1, G3}
    assert spot.lon == 120.004


def test_a_point_and_words_that_do_not_agree_wait_for_a_person() -> None:
    with db.system():
        (spot,), (proposal,) = _find(
            (raw("1", "药王巷12号的灯，路灯不亮", matter_code="C0118", lon=120.035, lat=30.035),)
        )
    assert (spot.how, spot.grid_id, spot.candidates) == ("differ", None, ("A1",))
    assert near(spot) == [G4], "the point's own grid is offered too"
    assert (proposal.unit_id, proposal.reason) == (None, "place_unknown")


def test_a_school_with_two_campuses_is_asked_about_wherever_the_pin() -> None:
    text = "文昌小学门口放学堵死了"
    assert one(text, lon=120.0371, lat=30.0371).candidates == ("A4", "A5")
    assert one(text, lon=120.0031, lat=30.0021).how == "differ"
    assert one(text).candidates == ("A4", "A5")
    assert grid(one("文昌小学新校区门口堵死了", lon=120.0371, lat=30.0371)) == G4


def test_the_point_of_somebody_on_the_spot_counts() -> None:
    here = {"lon": 120.035, "lat": 30.035}
    for channel in (Channel.FIELD, Channel.DEVICE):
        (spot,) = find(RawReport(channel, "1", "06", text="药王巷12号的灯", **here))  # type: ignore[arg-type]
        assert (spot.how, grid(spot)) == ("point", G4)


def test_an_address_beyond_the_grids_is_of_the_city() -> None:
    spot = one("城外小屋的灯")
    assert (spot.precision, spot.region_code, spot.grid_id, spot.lon) == ("none", "990181", None, 120.5)


def test_the_asset_at_the_point_says_whose_it_is() -> None:
    where = [
        (120.00805, 30.002, "5001", "duty_row"), (120.008, 30.0044, "4003", "owner_unknown"),
        (120.01712, 30.002, "4003", "owner_unknown"), (120.001, 30.001, "4003", "owner_unknown"),
    ]  # fmt: skip
    raws = tuple(
        raw(str(n), f"井盖没了{n}", matter_code=WELL_MATTER, lon=lon, lat=lat) for n, (lon, lat, *_) in enumerate(where)
    )
    with db.system():
        spots, proposals = _find(raws)
    assert [spot.asset_code[-2:] for spot in spots] == ["01", "02", "", ""]
    with db.system():
        units = {row.id: row.code for row in _units().values()}
    assert [(units[each.unit_id or 0], each.reason) for each in proposals] == [(unit, why) for *_, unit, why in where]


def _units():  # type: ignore[no-untyped-def]
    from civigrid.directory import queries as directory

    return directory.units(ON)


def test_a_number_plate_names_the_asset() -> None:
    spot = one("路灯杆号DH-0173不亮", matter_code=LAMP_MATTER)
    assert (spot.asset_code, grid(spot)) == (LAMP, G2)
    assert one("杆号 DH-0173 的路灯不亮", matter_code=LAMP_MATTER, lon=120.0121, lat=30.004).asset_code == LAMP
    assert one("路灯不亮了", lon=120.012, lat=30.004).asset_code == LAMP, "what it is about was found in the text"
    assert one("野狗", lon=120.012, lat=30.004).asset_code == ""


def test_statements_do_not_grow_with_the_batch() -> None:
    texts = ["学府路118号的灯", "药王巷12号垃圾", "湖滨公园路灯", "港城大道与文昌街口井盖没了"]
    find(raw("warm", "井盖没了", matter_code=WELL_MATTER, lon=120.008, lat=30.002))
    counts = []
    for size in (4, 80):
        raws = [raw(f"{size}-{n}", f"{texts[n % 4]}{n}", matter_code=WELL_MATTER) for n in range(size)]
        pointed = [
            raw(f"p{size}-{n}", f"井盖{n}", matter_code=WELL_MATTER, lon=120.008, lat=30.002) for n in range(size)
        ]
        with db.system():
            reports = reports_of.by_ids([each.made for each in intake.record([*raws, *pointed], now=NOW)])
            labels = classify.label(reports, now=NOW)
            with CaptureQueriesContext(connection) as caught:
                actions.find(reports, labels, now=NOW)
        counts.append(len(caught))
    assert counts == [1, 1]


def test_what_erasure_leaves() -> None:
    spot = one("学府路118号的路灯杆号DH-0173不亮", lon=120.012, lat=30.004)
    with db.system():
        actions.forget([spot.report_id])
        (left,) = queries.history(spot.report_id)
    assert (left.lon, left.words, left.border_m, left.neighbours, left.candidates, left.asset_code) == (
        None,
        "",
        None,
        (),
        (),
        "",
    )
    assert left.grid_id == spot.grid_id


def test_a_pack_without_grids_or_layers_is_valid() -> None:
    with db.system():
        places.save_grids([], on=ON)
        places.save_features([], on=ON)
        places.save_assets([], on=ON)
    spot = one(lon=125.0, lat=35.0)
    assert (spot.precision, spot.border_m, spot.neighbours, spot.place_kind) == ("point", None, (), "")
    assert one("药王巷12号的灯").how == "address"
