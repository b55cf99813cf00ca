"""A city pack loaded, loaded again, changed and refused; and what the reference areas then say."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.auth.hashers import check_password
from django.db import connection

from civigrid.base import db, ledger
from civigrid.base.errors import Refused
from civigrid.base.permissions import NOWHERE, Scope
from civigrid.catalog import queries as catalog
from civigrid.catalog.rules import LimitUnit, ListKind
from civigrid.directory import actions as directory_actions
from civigrid.directory import queries as directory
from civigrid.directory.rules import Role
from civigrid.flow import packs
from civigrid.places import queries as places
from tests.loading import MONDAY, SUNDAY, TODAY, TOMORROW, changes, load, pack, written
from tests.packfiles import GRIDS, TABLES, files, geojson, square, with_text

pytestmark = pytest.mark.django_db


def test_loading_the_same_pack_again_writes_nothing() -> None:
    loaded = load()
    assert {what: sum(each.values()) for what, each in loaded.counts.items()} == {
        "calendar": 3, "region": 5, "grid": 3, "unit": 7, "account": 6, "post": 7, "matter": 2, "standard": 3, "duty": 4,
        "building": 3, "address": 3, "asset": 2, "feature": 3, "city": 1,
    }  # fmt: skip
    before = written()
    again = load(now=MONDAY)
    assert again.changes == []
    assert written() == before


def test_a_change_closes_one_version_and_opens_one() -> None:
    load()
    changed = with_text("units.csv", "市政中心", "市政设施中心")
    changed["duty.csv"] = changed["duty.csv"].replace(b"D1,C0118,,R1,4001,,2020,,,,\n", b"")
    loading = load(changed, MONDAY)
    assert changes(loading) == {("unit", "changed", "4001"), ("duty", "closed", "D1")}
    with db.system():
        old, new = directory.unit_by_code("4001", TODAY), directory.unit_by_code("4001", TOMORROW)
        assert old and new and old.id == new.id
        assert (old.name, new.name) == ("市政中心", "市政设施中心")
        assert new.pinyin == "shizhengsheshizhongxin szsszx"
        assert "D1" in [row.code for row in catalog.duty_rows(TODAY)]
        assert "D1" not in [row.code for row in catalog.duty_rows(TOMORROW)]


def test_a_second_change_on_the_same_day_replaces_the_first() -> None:
    load()
    load(with_text("units.csv", "市政中心", "市政设施中心"), MONDAY)
    load(with_text("units.csv", "市政中心", "市政设施管理中心"), MONDAY)
    with db.system():
        unit = directory.unit_by_code("4001", TOMORROW)
    assert unit and unit.name == "市政设施管理中心"


def test_a_pack_for_a_day_before_the_last_is_refused() -> None:
    load(now=MONDAY)
    with pytest.raises(Refused, match="older_than_loaded"):
        load(with_text("units.csv", "市政中心", "市政设施中心"), SUNDAY)


def test_the_language_of_an_account_stays_its_holders_choice() -> None:
    load()
    assert load(with_text("people.csv", "Handler Chen,en", "Handler Chen,zh-hans"), MONDAY).counts["account"] == {
        "same": 6
    }
    with db.system():
        chen = directory.account_by_username("chen")
    assert chen
    assert chen.language == "en"


def test_a_standard_keeps_its_matter() -> None:
    load()
    with pytest.raises(Refused, match="identity_changed"):
        load(with_text("standards.csv", "C0118-2,C0118", "C0118-2,E0501"), MONDAY)


def test_units_below_and_what_posts_see() -> None:
    load()
    with db.system():
        units = directory.units(TODAY)
        names = {unit.code: unit.id for unit in units.values()}
        assert directory.below(names["1008"], TODAY) == tuple(
            names[code] for code in ("1008", "99018100100", "99018110100", "99018100103", "99018110103")
        )
        chen = directory.account_by_username("chen")
        assert chen and chen.language == "en"
        handler = directory.actor_for(chen.id, None, TODAY)
        assert handler and handler.role is Role.HANDLER
        assert handler.scope == Scope(units=(names["4001"],))
        assert directory.actor_for(chen.id, None, TODAY - timedelta(days=1)) is None  # before his post began

        pan = directory.account_by_username("pan")
        assert pan
        dispatcher, liaison = directory.posts_of(pan.id, TODAY)
        assert dispatcher.regions == ("990181001", "990181009")
        actor = directory.actor_for(pan.id, liaison.id, TODAY)
        assert actor and actor.unit_ids == (names["99018100100"], names["99018100103"])
        assert directory.actor_for(chen.id, liaison.id, TODAY) is None  # another's post

        jiang = directory.account_by_username("jiang")
        administrator = directory.actor_for(jiang.id, None, TODAY) if jiang else None
        assert administrator and administrator.scope == NOWHERE


def test_a_post_that_is_gone_ends_and_the_record_says_so() -> None:
    load()
    fewer = files({"posts.csv": TABLES["posts.csv"].replace("chen,4001,handler,\n", "").encode()})
    assert changes(load(fewer, MONDAY)) == {("post", "closed", "chen 4001 handler")}
    with db.system():
        chen = directory.account_by_username("chen")
        assert chen
        assert directory.posts_of(chen.id, TOMORROW) == []
        assert len(directory.posts_of(chen.id, TODAY)) == 1
        verbs = [entry.verb for entry in ledger.read("account", chen.id)]
    assert verbs == ["post.begun", "post.ended"]


def test_pages_read_the_reference_data_and_no_password() -> None:
    load()
    with db.scoped(NOWHERE):
        assert catalog.city().name == "云汀市"
        assert len(directory.posts(TODAY)) == 7
        assert len(places.grids(TODAY)) == 3
        assert {row.code for row in catalog.standards(TODAY)} == {"C0118-1", "C0118-2", "E0501-1"}


def test_the_lists_say_what_the_pack_says() -> None:
    load()
    with db.scoped(NOWHERE):
        city, units = catalog.city(), {unit.code: unit for unit in directory.units(TODAY).values()}
        assert city.calendar_of == {"town_office": "G", "institution": "C"}
        assert city.layers["roads"] == {"name": "道路", "name_en": "Roads", "style": "road"}
        assert (units["4001"].calendar_code, units["1008"].aliases) == ("C", ("指挥中心", "12345"))
        assert catalog.matters_by_code(TODAY)["E0501"].fields == (
            {
                "field": "goods", "name": "卖什么", "name_en": "What is sold", "kind": "choice", "required": False,
                "choices": ["蔬菜", "小吃"], "choices_en": ["vegetables", "snacks"], "hint": "", "hint_en": "",
            },
        )  # fmt: skip
        standards = {row.code: (row.arrival_value, row.arrival_unit, row.extend) for row in catalog.standards(TODAY)}
        assert standards["C0118-2"] == (1, LimitUnit.URGENT_HOURS, False)
        assert standards["C0118-1"] == (None, None, True)
        rows = {row.code: row for row in catalog.duty_rows(TODAY)}
        town = rows["D2-990181001"]
        assert (rows["D3"].owner, town.owner) == ("unknown", "")
        assert (town.last_resort_id, town.list_kind) == (units["1008"].id, ListKind.BASIC)
        assert rows["D1"].last_resort_id is None


def test_what_stands_on_the_ground_is_found_again() -> None:
    load()
    grid = "990181001001001"
    with db.scoped(NOWHERE):
        (building,) = places.buildings_of(grid, TODAY)
        assert (building.code, building.floors, building.residents, building.estate) == ("B1", 18, 1500, "学府花园")
        assert [row.code for row in places.find_addresses("学府路118号", TODAY, 5)] == ["A1", "A2"]
        (asset,) = places.find_assets("路灯杆号 DH-0174", TODAY, 5)
        assert (asset.owner_code, asset.grid_code) == ("", "990181001001002")
        lane = places.features("roads", TODAY)
        assert (lane.codes, lane.widths.tolist(), lane.place_kinds) == (("1", "2"), [24, 6.5], ("", "R1"))


def test_points_and_names_are_found() -> None:
    load()
    with db.system():
        grids = {grid.code: grid.id for grid in places.grids(TODAY).values()}
        found = places.grid_index(TODAY).locate([124.005, 124.015, 120.0], [29.005, 29.005, 29.0])
        assert found.tolist() == [grids["990181001001001"], grids["990181001001002"], -1]
        assert places.find_named(["学府花园3号楼"], TODAY)[0].codes == ("990181001001",)


def test_a_reload_reaches_the_index_without_a_restart() -> None:
    load()
    with db.system():
        assert places.grid_index(TOMORROW).locate([124.025], [29.005]).tolist() == [-1]
        assert places.grid_index(TOMORROW) is places.grid_index(TOMORROW)  # kept, not read again
    load(files({"grids.geojson": geojson([*GRIDS, square("990181001001003", 124.02, 29.0)])}), MONDAY)
    with db.system():
        assert places.grid_index(TOMORROW).locate([124.025], [29.005])[0] > 0


def test_reference_data_is_read_once_per_edition() -> None:
    load()
    with db.system():
        _read_all()
    with db.system():
        before = len(connection.queries_log)
        connection.force_debug_cursor = True
        _read_all()
        asked = len(connection.queries_log) - before
        connection.force_debug_cursor = False
    assert asked == 1  # the role, and the stamps with it


def _read_all() -> None:
    catalog.city()
    for query in (catalog.matters, catalog.standards, catalog.duty_rows, catalog.calendars):
        query(TODAY)
    for query in (directory.units, places.regions, places.grids, places.grid_index, places.named_places):
        query(TODAY)  # type: ignore[operator]


def test_what_was_rolled_back_is_not_remembered() -> None:
    load()
    with pytest.raises(ZeroDivisionError), db.system():
        packs.load_pack(pack(with_text("city.yaml", "云汀市", "海市蜃楼")), now=MONDAY)
        assert catalog.city().name == "海市蜃楼"
        raise ZeroDivisionError
    with db.system():
        assert catalog.city().name == "云汀市"


def test_passwords_are_given_by_name_and_weak_ones_refused() -> None:
    load()
    with db.system():
        with pytest.raises(Refused, match="weak_password"):
            directory_actions.set_password(["li"], "12345678", now=SUNDAY)
        known, unknown = directory_actions.set_password(["li", "nobody"], "a-long-enough-phrase", now=SUNDAY)
        assert known.ok
        assert unknown.code == "unknown_account"
        with connection.cursor() as cursor:
            cursor.execute("SELECT username, password FROM directory_account ORDER BY username")
            stored = dict(cursor.fetchall())
    assert check_password("a-long-enough-phrase", stored["li"])
    assert stored["wang"].startswith("!")  # the pack gave nobody a password


def test_the_record_says_which_pack_was_loaded() -> None:
    load()
    with db.system():
        city = catalog.city()
        (entry,) = ledger.read("pack", city.pack_id)
    assert entry.verb == "loaded"
    assert entry.facts["digest"] == city.digest
    assert entry.facts["unit_opened"] == 7
    assert entry.facts["building_opened"] == 3
    load(with_text("units.csv", "市政中心", "市政设施中心"), MONDAY)
    with db.system():
        city = catalog.city()
        (entry,) = ledger.read("pack", city.pack_id)
    assert entry.facts == {"digest": city.digest, "city_changed": 1, "unit_changed": 1}


def test_the_demonstration_city_loads() -> None:
    demo = Path(__file__).parents[2] / "packs" / "demo"
    assert packs.load(demo, now=SUNDAY).loaded
    with db.system():
        grids, index = places.grids(TODAY), places.grid_index(TODAY)
        stock = pack(packs.read(demo)).reports
        points = [(each.lon, each.lat) for each in stock if each.lon is not None]
        assert set(index.locate(*zip(*points, strict=True)).tolist()) <= set(grids)  # every point lies in a grid
        holders = {post.unit_id for post in directory.posts(TODAY)}
        leads = {row.lead_id for row in catalog.duty_rows(TODAY)}
        town_units = {unit.id for unit in directory.units(TODAY).values() if unit.kind in ("town_office", "government")}
    assert leads - town_units <= holders  # whoever leads can answer
