"""A city loaded again: what changed is closed and opened, what did not is not touched, and nothing is done by halves."""

from __future__ import annotations

import csv
import io
import json
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings

from civigrid.base import db
from civigrid.base.errors import Refused
from civigrid.catalog.rules.pack import check
from civigrid.flow import packs
from civigrid.places import actions as places
from tests import packcity
from tests.hostile import SPOILED
from tests.loading import MONDAY, SUNDAY, TODAY, TOMORROW, VERSIONS, changes, load, pack, written
from tests.packfiles import files, with_text

pytestmark = pytest.mark.django_db

# what is changed in each file: the kind of thing, the column of its name, and how its code is made of a row
SHARE = 0.05
Code = Callable[[dict[str, str]], str]


@dataclass
class Edited:
    """The files of a city with some rows of every kind changed, taken out and added; and which, by this test's own
    reckoning: (kind of thing, what happens to it, code)."""

    content: dict[str, bytes]
    expected: set[tuple[str, str, str]] = field(default_factory=set)

    def table(
        self, name: str, what: str, column: str, fresh: dict[str, str] | None = None, *, dropped: bool = True
    ) -> None:
        rows = list(csv.DictReader(io.StringIO(self.content[name].decode())))
        changed, gone = _drawn(name, len(rows), dropped)
        for each in changed:
            rows[each][column] += "改"
        self._expect(what, [rows[each]["code"] for each in changed], [rows[each]["code"] for each in gone], fresh)
        kept = [row for each, row in enumerate(rows) if each not in gone] + ([{**rows[0], **fresh}] if fresh else [])
        out = io.StringIO()
        writer = csv.DictWriter(out, list(rows[0]))
        writer.writeheader()
        writer.writerows(kept)
        self.content[name] = out.getvalue().encode()

    def shapes(self, name: str, what: str, prefix: str = "", fresh: str = "") -> None:
        features = json.loads(self.content[name])["features"]
        changed, gone = _drawn(name, len(features), bool(fresh))
        for each in changed:
            features[each]["properties"]["name"] += "改"
        codes = [prefix + feature["properties"]["code"] for feature in features]
        self._expect(
            what, [codes[e] for e in changed], [codes[e] for e in gone], {"code": prefix + fresh} if fresh else None
        )
        kept = [feature for each, feature in enumerate(features) if each not in gone]
        if fresh:
            kept.append({**features[0], "properties": {**features[0]["properties"], "code": fresh}})
        self.content[name] = json.dumps({"type": "FeatureCollection", "features": kept}).encode()

    def _expect(self, what: str, changed: list[str], gone: list[str], fresh: dict[str, str] | None) -> None:
        self.expected |= {(what, "changed", code) for code in changed} | {(what, "closed", code) for code in gone}
        if fresh:
            self.expected.add((what, "opened", fresh["code"]))


def _drawn(name: str, rows: int, dropped: bool) -> tuple[list[int], list[int]]:
    """Which rows are changed and which are taken out; never the first."""
    dice = random.Random(name)
    chosen = dice.sample(range(1, rows), max(2, round(rows * SHARE)))
    return (chosen[1:], chosen[:1]) if dropped else (chosen, [])


def edited() -> Edited:
    city = Edited(packcity.city())
    city.table("regions.csv", "region", "name", dropped=False)
    city.table("units.csv", "unit", "name", {"code": "4001", "kind": "institution", "calendar": "G"}, dropped=False)
    city.table("matters.csv", "matter", "keywords", dropped=False)
    city.table("standards.csv", "standard", "limit", dropped=False)
    city.table("addresses.csv", "address", "aliases", {"code": "A-new"})
    city.table("assets.csv", "asset", "name", {"code": "9901810118999999"})
    city.shapes("grids.geojson", "grid")
    city.shapes("buildings.geojson", "building", fresh="B-new")
    city.shapes("layers/roads.geojson", "feature", "roads/", "R-new")
    return city


def test_only_what_changed_closes_and_opens() -> None:
    """About one row in twenty of every kind; which, this file has drawn itself."""
    load(packcity.city())
    before = written()
    city = edited()
    # a number has to stay one: half a limit more
    city.content["standards.csv"] = city.content["standards.csv"].replace("2改".encode(), b"3")
    loading = load(city.content, MONDAY)
    assert changes(loading) == city.expected
    assert len(city.expected) > 40
    for what, how in {(what, how) for what, how, _ in city.expected}:
        assert loading.counts[what][how] == sum(each[:2] == (what, how) for each in city.expected)
    assert _moved(before) == Counter({table: n for table, n in _expected_rows(city).items() if n})


def _moved(before: dict[str, list[tuple[object, ...]]]) -> Counter[str]:
    """How many rows of each version table are new or were touched."""
    after = written()
    return Counter({table: n for table in VERSIONS if (n := len(set(after[table]) - set(before[table])))})


def _expected_rows(city: Edited) -> Counter[str]:
    """A change closes one row and opens one, an opening and a closing are one row each."""
    rows: Counter[str] = Counter()
    for what, how, _ in city.expected:
        area = {"unit": "directory"}.get(what, "catalog" if what in ("matter", "standard") else "places")
        rows[f"{area}_{what}_version"] += 2 if how == "changed" else 1
    return rows


def test_what_is_closed_and_opened_meets_on_the_day() -> None:
    load(packcity.city())
    city = edited()
    city.content["standards.csv"] = packcity.city()["standards.csv"]
    load(city.content, MONDAY)
    changed = sorted(code for what, how, code in city.expected if (what, how) == ("building", "changed"))
    with db.system(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT b.code, lower(valid), upper(valid), right(name, 1) FROM places_building_version v "
            "JOIN places_building b ON b.id = v.building_id WHERE code = ANY(%s) ORDER BY 1, 2",
            (changed,),
        )
        assert cursor.fetchall() == [
            row for code in changed for row in [(code, TODAY, TOMORROW, "楼"), (code, TOMORROW, None, "改")]
        ]


def test_a_large_city_loaded_again_writes_nothing() -> None:
    load(packcity.city())
    before = written()
    again = load(packcity.city(), MONDAY)
    assert again.changes == []
    assert {how for counts in again.counts.values() for how in counts} == {"same"}
    assert written() == before


def test_the_way_back_is_the_first_city_again() -> None:
    load(packcity.city())
    city = edited()
    city.content["standards.csv"] = packcity.city()["standards.csv"]
    there = changes(load(city.content, MONDAY))
    back = changes(load(packcity.city(), MONDAY))
    turned = {"opened": "closed", "closed": "opened", "changed": "changed"}
    assert back == {(what, turned[how], code) for what, how, code in there}


def test_grids_drawn_anew_move_what_stands_in_them() -> None:
    load()
    wider = files({"grids.geojson": files()["grids.geojson"].replace(b"124.01,", b"124.016,")})
    told = changes(load(wider, MONDAY))
    assert {code[-4:] for what, _, code in told if what == "grid"} == {"1001", "1002"}  # of two communities
    assert {each for each in told if each[0] != "grid"} == {
        ("building", "changed", "B2"), ("address", "changed", "A2"), ("asset", "changed", "9901810118000174"),
    }  # fmt: skip


def test_a_loading_that_fails_in_the_middle_writes_nothing() -> None:
    load()
    before = written()
    changed = with_text("standards.csv", "C0118-2,C0118", "C0118-2,E0501")  # refused when much has been saved
    changed["units.csv"] = changed["units.csv"].replace("市政中心".encode(), "市政设施中心".encode())
    changed["buildings.geojson"] = changed["buildings.geojson"].replace("1号楼".encode(), "一号楼".encode())
    with pytest.raises(Refused, match="identity_changed"):
        load(changed, MONDAY)
    assert written() == before


def test_an_error_at_the_end_writes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    load()
    before = written()

    def broken(*_: object, **__: object) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 / 0")

    monkeypatch.setattr(places, "save_features", broken)
    with pytest.raises(Exception, match="division by zero"):
        load(packcity.city(), MONDAY)
    assert written() == before


@given(SPOILED)
@settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
def test_what_passes_the_check_can_be_stored(content: dict[str, bytes]) -> None:
    """However spoiled: the check lets nothing through that the database would stumble over."""
    found, _ = check(content)
    if found is None:
        return
    with pytest.raises(ZeroDivisionError), db.system():
        packs.load_pack(pack(), now=SUNDAY)
        packs.load_pack(found, now=MONDAY)
        raise ZeroDivisionError  # nothing is kept from one example to the next
