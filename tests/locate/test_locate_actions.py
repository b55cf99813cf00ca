"""Reports and where they are about, on a small city."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from civigrid.base import db
from civigrid.intake import actions as intake
from civigrid.intake import queries as reports_of
from civigrid.intake.rules import Channel, RawReport
from civigrid.locate import actions, queries
from civigrid.locate.rules import SpotRow
from civigrid.places import actions as places
from tests import streamcity
from tests.streamcity import NOW, ON

pytestmark = pytest.mark.django_db


def find(*raws: RawReport) -> list[SpotRow]:
    with db.system():
        ids = [outcome.made for outcome in intake.record(raws, now=NOW)]
        return actions.find(reports_of.by_ids(ids), now=NOW)


def raw(key: str, text: str = "路灯不亮", **more: object) -> RawReport:
    return RawReport(Channel.PUBLIC, key, "01", text=text, **more)  # type: ignore[arg-type]


@pytest.fixture(autouse=True)
def city() -> None:
    with db.system():
        streamcity.load()


def told(spots: Sequence[SpotRow]) -> list[tuple[str, str, bool]]:
    return [(spot.precision, spot.region_code, spot.grid_id is not None) for spot in spots]


def test_every_way_a_place_is_told() -> None:
    spots = find(
        raw("1", lon=120.005, lat=30.005),
        raw("2", lon=120.005, lat=30.015),
        raw("3", lon=120.0299, lat=30.035, region_code="990181101"),
        raw("4", lon=121.5, lat=31.2),
        raw("5", region_code="990181001002"),
        raw("6", region_code="110101"),
        raw("7", place_text="文昌街道学府社区3栋"),
        raw("8", "双桥镇石桥头村5组的路灯不亮"),
        raw("9"),
    )
    assert told(spots) == [
        ("grid", "990181001001", True),
        ("grid", "990181001002", True),
        ("point", "990181101", False),
        ("outside", "990181", False),
        ("community", "990181001002", False),
        ("none", "990181", False),
        ("community", "990181001001", False),
        ("community", "990181101001", False),
        ("none", "990181", False),
    ]


def test_kinds_of_place_are_chosen_or_told() -> None:
    spots = find(
        raw("1", extra={"place_kind": "P"}),
        raw("2", extra={"place_kind": "X"}),
        raw("3", place_text="港城大道"),
        raw("4", "公园的路灯"),
    )
    assert [spot.place_kind for spot in spots] == ["P", "", "R1", "P"]


def test_what_was_found_is_kept_and_the_newest_counts() -> None:
    (spot,) = find(raw("1", place_text="学府社区"))
    assert spot.words
    with db.system():
        assert queries.newest([spot.report_id]) == {spot.report_id: spot}
        report = reports_of.by_ids([spot.report_id])
        places.save_regions([region for region in streamcity.REGIONS if region.code != "990181001001"], on=ON)
        (anew,) = actions.find(report, now=datetime(2026, 11, 21, tzinfo=UTC))
        assert anew != spot
        assert queries.newest([spot.report_id]) == {spot.report_id: anew}


def test_new_grids_count_with_the_next_batch() -> None:
    assert told(find(raw("1", lon=120.0299, lat=30.035))) == [("point", "990181", False)]
    with db.system():
        places.save_grids([*streamcity.GRIDS, streamcity._grid("990181101001002", 120.02, 30.03)], on=ON)
    assert told(find(raw("2", lon=120.0299, lat=30.035))) == [("grid", "990181101001", True)]


def test_statements_do_not_grow_with_the_batch() -> None:
    find(raw("warm", lon=120.005, lat=30.005))
    counts = []
    for size in (1, 60):
        with db.system():
            ids = [each.made for each in intake.record([raw(f"{size}-{n}", f"第{n}处") for n in range(size)], now=NOW)]
            reports = reports_of.by_ids(ids)
            with CaptureQueriesContext(connection) as caught:
                actions.find(reports, now=NOW)
        counts.append(len(caught))
    assert counts == [1, 1]


def test_nothing_to_find() -> None:
    assert find() == []
