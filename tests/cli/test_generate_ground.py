"""The ground of a generated city: it covers what it should, nothing stands where it must not, and it is repeatable."""

from __future__ import annotations

import csv
import hashlib
import json
from collections import Counter
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from shapely.geometry import shape

from civigrid.base.trouble import Trouble
from civigrid.cli.generate import ground
from civigrid.cli.generate import plan as plans
from civigrid.cli.generate import recipe as recipes
from civigrid.cli.generate.ground.drawing import Ground, draw
from civigrid.cli.generate.ground.drawn import DistrictGround
from civigrid.cli.generate.ground.partition import parted
from civigrid.cli.generate.ground.shapes import outlines
from civigrid.cli.generate.ground.shapes import polygons as outlined
from civigrid.cli.generate.model import CityPlan
from civigrid.places.rules import FEATURE_KINDS, AddressKind, FeatureKind, GridKind, LayerStyle

PATTERN = Path(__file__).parents[2] / "packs" / "demo"
CITIES = [(7, 1), (7, 4), (28, 1), (28, 3), (120, 2)]
SQUARE = 97_400.0 * 110_850.0  # square metres of a square degree, about, at the pattern's latitude
STYLES = {
    "roads": LayerStyle.ROAD, "rail": LayerStyle.RAIL, "water": LayerStyle.WATER, "green": LayerStyle.GREEN,
    "places": LayerStyle.PLACE, "sites": LayerStyle.SITE,
}  # fmt: skip


@cache
def recipe() -> recipes.Recipe:
    return recipes.read(PATTERN)


@cache
def plan(grids: int, seed: int) -> CityPlan:
    return plans.city(recipe(), grids, seed)


@cache
def city(grids: int, seed: int) -> Ground:
    return draw(plan(grids, seed), recipe(), seed)


@cache
def drawn(grids: int, seed: int) -> DistrictGround:
    [district] = city(grids, seed).districts()
    return district


def polygons(district: DistrictGround) -> Any:
    return np.array([each for _, each in district.grids])


def footprints(district: DistrictGround) -> Any:
    return np.array([shapely.Polygon(each.ring) for each in district.buildings])


def metres(grids: int, seed: int, shapes: Any) -> Any:
    return city(grids, seed).frame.warp.metres(shapes)


@pytest.mark.parametrize(("grids", "seed"), CITIES)
def test_grids_cover_the_city_without_gaps_or_overlaps(grids: int, seed: int) -> None:
    district = drawn(grids, seed)
    shapes = polygons(district)
    whole = shapely.coverage_union_all(shapes)
    assert len(shapes) == grids
    assert shapely.is_valid(shapes).all()
    assert {each.geom_type for each in shapes} == {"Polygon"}
    assert shapely.coverage_is_valid(shapes)
    assert whole.geom_type == "Polygon"
    assert not whole.interiors
    assert abs(shapely.area(shapes).sum() - whole.area) * SQUARE < 1


@pytest.mark.parametrize(("grids", "seed"), CITIES)
def test_the_city_and_its_towns_are_as_large_as_planned(grids: int, seed: int) -> None:
    district = drawn(grids, seed)
    areas = shapely.area(metres(grids, seed, polygons(district))) / 1e6
    towns = np.array([grid.code[:9] for grid, _ in district.grids])
    assert areas.sum() == pytest.approx(sum(town.km2 for town in district.plan.towns), rel=0.01)
    for town in district.plan.towns:
        assert areas[towns == town.code].sum() == pytest.approx(town.km2, rel=0.15)


@pytest.mark.parametrize(("grids", "seed"), CITIES)
def test_communities_and_towns_are_in_one_piece(grids: int, seed: int) -> None:
    district = drawn(grids, seed)
    shapes = polygons(district)
    for digits in (9, 12):
        codes = np.array([grid.code[:digits] for grid, _ in district.grids])
        assert {shapely.coverage_union_all(shapes[codes == code]).geom_type for code in set(codes)} == {"Polygon"}


@pytest.mark.parametrize(("grids", "seed"), CITIES)
def test_residents_of_the_buildings_are_those_of_their_grid(grids: int, seed: int) -> None:
    district = drawn(grids, seed)
    building, grid = shapely.STRtree(polygons(district)).query(footprints(district), predicate="within")
    assert sorted(building) == list(range(len(district.buildings)))
    found: Counter[str] = Counter()
    for at, own in zip(building, grid, strict=True):
        found[district.grids[own][0].code] += district.buildings[at].residents
    assert {each.code: found[each.code] for each, _ in district.grids} == {
        each.code: each.residents for each, _ in district.grids
    }
    assert all(each.kind is GridKind.ORDINARY or found[each.code] == 0 for each, _ in district.grids)


@pytest.mark.parametrize(("grids", "seed"), CITIES)
def test_nobody_lives_in_an_office_and_no_home_is_a_tenement(grids: int, seed: int) -> None:
    district = drawn(grids, seed)
    lived_in = [each for each in district.buildings if each.residents]
    assert {each.kind.value for each in lived_in} == {"home"}
    assert all(1 <= each.floors <= 33 for each in district.buildings)
    assert float(np.median([each.residents for each in lived_in])) < 60


@pytest.mark.parametrize(("grids", "seed"), CITIES)
def test_buildings_stand_on_no_other_and_on_no_water_or_road(grids: int, seed: int) -> None:
    district = drawn(grids, seed)
    houses = metres(grids, seed, footprints(district))
    assert shapely.is_valid(houses).all()
    one, other = shapely.STRtree(houses).query(houses, predicate="intersects")
    assert (one == other).all()
    water = metres(grids, seed, np.array([each.shape for each in district.layers["water"]]))
    assert not len(shapely.STRtree(houses).query(water, predicate="intersects")[1])
    for road in district.layers["roads"]:
        kerbs = metres(grids, seed, road.shape).buffer(road.width / 2 - 0.6, cap_style="flat")
        assert not len(shapely.STRtree(houses).query(kerbs, predicate="intersects")), road.name


@pytest.mark.parametrize(("grids", "seed"), CITIES)
def test_named_crossings_landmarks_and_doors_exist_once(grids: int, seed: int) -> None:
    district = drawn(grids, seed)
    names = Counter(each.name for each in district.addresses)
    towns = {town.name for town in district.plan.towns}
    landmarks = [each for each in recipe().landmarks if towns & set(each.towns)]
    assert landmarks
    assert {each.name: names[each.name] for each in landmarks} == {each.name: 1 for each in landmarks}
    crossings = [f"{one}与{other}交叉口" for one, other in recipe().crossings]
    assert {name: names[name] for name in crossings} == dict.fromkeys(crossings, 1)
    roads = {each.name for each in district.layers["roads"]}
    assert all(names[door] for door in recipe().doors if door.rstrip("0123456789号") in roads)


@pytest.mark.parametrize(("grids", "seed"), CITIES)
def test_every_building_has_an_address_of_its_own(grids: int, seed: int) -> None:
    district = drawn(grids, seed)
    doors = {each.building: each for each in district.addresses if each.kind is AddressKind.DOOR}
    assert sorted(doors) == sorted(each.code for each in district.buildings)
    towns = tuple(town.name for town in district.plan.towns)
    for building in district.buildings:
        assert building.address.startswith(towns)
        assert building.address.endswith(doors[building.code].name)
        assert building.estate == "" or building.address.endswith(building.estate + building.name)


@pytest.mark.parametrize(("grids", "seed"), CITIES)
def test_addresses_and_assets_lie_in_a_grid(grids: int, seed: int) -> None:
    district = drawn(grids, seed)
    places = [(each.lon, each.lat) for each in (*district.addresses, *district.assets)]
    found = shapely.STRtree(polygons(district)).query(shapely.points(places), predicate="intersects")[0]
    assert len(set(found)) == len(places)


@pytest.mark.parametrize(("grids", "seed"), CITIES)
def test_layers_hold_the_kinds_of_their_style(grids: int, seed: int) -> None:
    district = drawn(grids, seed)
    assert list(district.layers) == list(ground.drawn.LAYERS)
    for code, features in district.layers.items():
        allowed = {*FEATURE_KINDS[STYLES[code]], FeatureKind.NONE}
        assert {each.kind for each in features} <= allowed
        assert all(each.shape.is_valid and not each.shape.is_empty for each in features)


def test_a_special_grid_is_a_place_of_its_use() -> None:
    district = drawn(120, 2)
    kinds = {
        "park": "green", "school": "places", "hospital": "places", "industry": "places", "market": "places",
        "port": "places", "water": "water", "forest": "green",
    }  # fmt: skip
    special = [(grid, polygon) for grid, polygon in district.grids if grid.use]
    assert {"park", "school", "industry", "water"} <= {grid.use for grid, _ in special}
    for grid, polygon in special:
        name = "reservoir" if grid.use == "water" else grid.use
        near = [each for each in district.layers[kinds[grid.use]] if each.shape.intersects(polygon)]
        assert {each.kind.value for each in near} & {name, "lake", grid.use}


def test_a_whole_city_has_every_kind_of_road_and_place() -> None:
    district = drawn(120, 2)
    roads = {each.place_kind for each in district.layers["roads"]}
    places = {
        each.place_kind for each in (*district.layers["places"], *district.layers["green"], *district.layers["water"])
    }
    assert {"R1", "R2", "R3", "R4"} <= roads
    assert {"N1", "N2", "V", "P", "W", "S1", "M", "X", "K"} <= places
    assert {each.kind for each in district.layers["rail"]} == {FeatureKind.RAIL}


def test_main_roads_cross_the_river_on_bridges() -> None:
    district = drawn(120, 2)
    [river] = [each.shape for each in district.layers["water"] if each.kind is FeatureKind.RIVER]
    over = [each for each in district.layers["roads"] if each.shape.crosses(river)]
    assert {each.kind for each in over} >= {FeatureKind.MAIN}
    assert not {FeatureKind.LANE, FeatureKind.BRANCH} & {each.kind for each in over}
    assert len({each.name for each in over}) >= 3


def test_streets_go_on_through_several_blocks() -> None:
    """A city of treemap cuts would have as many streets as blocks."""
    roads = [each for each in drawn(120, 2).layers["roads"] if each.kind in (FeatureKind.MAIN, FeatureKind.SECONDARY)]
    lengths = sorted(metres(120, 2, each.shape).length for each in roads)
    assert lengths[len(lengths) * 3 // 4] > 1500


def test_assets_have_codes_owners_and_number_plates() -> None:
    district = drawn(120, 2)
    assert len({each.code for each in district.assets}) == len(district.assets)
    assert all(len(each.code) == 16 and each.code.isdigit() for each in district.assets)
    of_class = {matter: [each for each in district.assets if each.matter == matter] for matter in recipe().assets}
    for matter, found in of_class.items():
        assert found
        owners = Counter(each.owner for each in found)
        for owner, share in recipe().assets[matter].owner.items():
            assert owners[owner] / len(found) == pytest.approx(share, abs=0.06)
    poles = [each for each in district.addresses if each.kind is AddressKind.POLE]
    assert {each.name for each in poles} <= {each.name for each in district.assets}
    assert poles


@pytest.mark.parametrize(("grids", "seed"), [(7, 1), (28, 2), (708, 1), (708, 4), (3000, 1)])
def test_the_warp_folds_the_city_nowhere(grids: int, seed: int) -> None:
    """Two places of the plane that met on the ground would be streets on top of each other."""
    frame = city(grids, seed).frame
    for plot in frame.plots:
        x, y = np.linspace(plot.west, plot.east, 150), np.linspace(plot.south, plot.north, 150)
        assert frame.warp.areas(np.stack(np.meshgrid(x, y), axis=-1)).min() > 0.1


def test_a_town_that_nobody_can_draw_is_told() -> None:
    odd = plan(28, 1)
    [district] = odd.districts
    towns = (replace(district.towns[0], character="moon"), *district.towns[1:])
    with pytest.raises(Trouble, match=r"towns\.文昌街道\.character names moon"):
        draw(replace(odd, districts=(replace(district, towns=towns),)), recipe(), 1)


def test_the_same_seed_writes_the_same_bytes(tmp_path: Path) -> None:
    first, second, other = (written(tmp_path / name, 28, seed) for name, seed in (("a", 3), ("b", 3), ("c", 4)))
    assert first == second
    assert all(first[name] != other[name] for name in first if name != "layers/rail.geojson")


def written(folder: Path, grids: int, seed: int) -> dict[str, str]:
    folder.mkdir()
    ground.write(ground.draw(plan(grids, seed), recipe(), seed), folder)
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def test_what_is_written_is_what_was_drawn(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    done = ground.write(draw(plan(28, 1), recipe(), 1, lambda grids, whole: told.append((grids, whole))), tmp_path)
    district = drawn(28, 1)
    assert told == [(28, 28)]
    buildings = json.loads((tmp_path / "buildings.geojson").read_text("utf-8"))["features"]
    assert len(buildings) == done.counts["buildings"] == len(district.buildings)
    grids = json.loads((tmp_path / "grids.geojson").read_text("utf-8"))["features"]
    assert shapely.coverage_is_valid(np.array([shape(each["geometry"]) for each in grids]))
    with (tmp_path / "addresses.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert Counter(row["name"] for row in rows) == done.addresses
    assert {row["building"] for row in rows if row["building"]} == {each["properties"]["code"] for each in buildings}
    assert "湖景花园" in {name for names in done.places.values() for name in names}


def test_districts_of_a_large_city_share_their_border() -> None:
    """Drawn one after the other, each without knowing the next, they still fit to the last point."""
    large = plans.city(recipe(), 1500, 1)
    frame = draw(large, recipe(), 1).frame
    shapes = []
    for district, plot in zip(large.districts, frame.plots, strict=True):
        part = parted(district, plot, frame)
        shapes += outlined(outlines(part.grid, part.lattice), frame.warp)
    assert len(large.districts) == 2
    assert len(shapes) == 1500
    assert shapely.coverage_is_valid(np.array(shapes))
    assert shapely.coverage_union_all(shapes).geom_type == "Polygon"


WHOLE = [(28, 1), (708, 1)]


@pytest.mark.parametrize(("grids", "seed"), WHOLE)
def test_lakes_are_called_by_their_names(grids: int, seed: int) -> None:
    water = drawn(grids, seed).layers["water"]
    found = Counter((each.kind, each.name) for each in water if each.kind in (FeatureKind.LAKE, FeatureKind.RESERVOIR))
    named = {key: count for key, count in found.items() if key[1]}
    wanted = {(FeatureKind.LAKE, "东湖"): 1, (FeatureKind.RESERVOIR, "上坝水库"): 1}
    assert named == wanted | ({(FeatureKind.RESERVOIR, "龙潭水库"): 1} if grids == 708 else {})


@pytest.mark.parametrize(("grids", "seed"), WHOLE)
def test_what_the_texts_name_is_there(grids: int, seed: int) -> None:
    district = drawn(grids, seed)
    names = Counter(name for each in district.addresses for name in (each.name, *each.aliases))
    assert [names[name] for name in ("K12路公交体育场站", "路灯杆号 DH-0173", "学府路与东湖路交叉口")] == [1, 1, 1]
    assert sum(asset.name == "路灯杆号 DH-0173" for asset in district.assets) == 1


@pytest.mark.parametrize(("grids", "seed"), WHOLE)
def test_a_street_runs_north_and_only_one_road_is_there_twice(grids: int, seed: int) -> None:
    roads = [each for each in drawn(grids, seed).layers["roads"] if each.name and each.kind is not FeatureKind.LANE]
    shapes = dict[str, list[Any]]()
    for each in roads:
        shapes.setdefault(each.name, []).append(each.shape)
    for name, own in shapes.items():
        whole = shapely.union_all(own)
        west, south, east, north = metres(grids, seed, whole).bounds
        if name.endswith("街"):
            assert north - south > east - west, name
        if name == "港城大道" or (name == "学府路" and grids == 28):
            assert north - south < 3000, name  # one line from west to east


@pytest.mark.parametrize(("grids", "seed"), WHOLE)
def test_no_name_says_its_ending_twice(grids: int, seed: int) -> None:
    names = {address.name for address in drawn(grids, seed).addresses if address.kind is AddressKind.ESTATE}
    assert names
    assert [name for name in names if name[-1] == name[-2]] == []


def test_hospitals_have_names_that_hospitals_have() -> None:
    names = {each.name for each in drawn(708, 1).layers["places"] if each.kind is FeatureKind.HOSPITAL}
    odd = [stem + ending for stem in ("第二", "骨科", "康复", "妇幼", "中") for ending in ("卫生院", "卫生服务中心")]
    assert len(names) > 5
    assert names.isdisjoint(odd)
