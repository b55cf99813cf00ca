"""A point given in the coordinates of Chinese maps is stored as EPSG:4326, and the numbers that came are kept."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from civigrid.base import db
from civigrid.base.errors import Refused
from civigrid.intake import actions
from civigrid.intake import queries as reports_of
from civigrid.intake.channels.csvfile import Numbered, Reject, rows
from civigrid.intake.channels.importmap import read_map
from civigrid.intake.rules import Channel, RawReport, ReportRow, converted
from civigrid.places.rules import apart

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
WGS, GCJ, BAIDU = (116.404, 39.915), (116.41024449916938, 39.91640428150164), (116.41662724378733, 39.922699552216216)


def raw(key: str, at: tuple[float, float], crs: str, **more: object) -> RawReport:
    return RawReport(Channel.PUBLIC, key, "02", text="路灯不亮", lon=at[0], lat=at[1], position_crs=crs, **more)  # type: ignore[arg-type]


def stored(*raws: RawReport) -> list[ReportRow]:
    with db.system():
        outcomes = actions.record(raws, now=NOW)
        assert [each.code for each in outcomes] == [""] * len(raws)
        return reports_of.by_ids([each.made for each in outcomes])


@pytest.mark.django_db
def test_both_are_stored() -> None:
    found = stored(raw("1", GCJ, "GCJ-02"), raw("2", WGS, "EPSG:4490"), raw("3", WGS, ""), raw("4", BAIDU, "BD-09"))
    for report in found:
        assert report.lon is not None and report.lat is not None
        assert apart((report.lon, report.lat), WGS) < 1.0
    assert [(each.lon_given, each.lat_given) for each in found] == [GCJ, (None, None), (None, None), BAIDU]
    assert [each.position_crs for each in found] == ["GCJ-02", "EPSG:4490", "", "BD-09"]


@pytest.mark.django_db
def test_what_was_converted_before_is_not_converted_again() -> None:
    (report,) = stored(raw("1", WGS, "GCJ-02", lon_given=GCJ[0], lat_given=GCJ[1]))
    assert (report.lon, report.lat, report.lon_given) == (*WGS, GCJ[0])


@pytest.mark.django_db
def test_the_same_sent_again_is_the_same() -> None:
    report = raw("1", GCJ, "GCJ-02")
    stored(report)
    with db.system():
        assert [each.code for each in actions.record([report], now=NOW)] == ["repeated"]
        assert [each.code for each in actions.check([report], now=NOW, seen={})] == ["repeated"]


def test_beyond_china_nothing_is_shifted() -> None:
    (found,) = converted([raw("1", (-71.06, 42.36), "GCJ-02")])
    assert (found.lon, found.lat, found.lon_given) == (-71.06, 42.36, -71.06)


def test_a_report_without_a_point_stays_as_it_is() -> None:
    report = RawReport(Channel.PUBLIC, "1", "02", text="路灯不亮", position_crs="GCJ-02")
    assert converted([report]) == [report]
    assert converted([]) == []


MAP = """
name = "t"
[columns]
key = "id"
text = "what"
lon = "x"
lat = "y"
{columns}
[defaults]
source = "01"
{defaults}
[values.position_crs]
"gcj" = "GCJ-02"
"bd" = "BD-09"
"""


def read(folder: Path, defaults: str = "", columns: str = "") -> list[Numbered | Reject]:
    (folder / "map.toml").write_text(MAP.format(defaults=defaults, columns=columns), encoding="utf-8")
    (folder / "f.csv").write_text("id,what,x,y,crs\n1,灯,116.41,39.91,gcj\n2,灯,116.41,39.91,mars\n", encoding="utf-8")
    return list(rows(folder / "f.csv", read_map(folder / "map.toml")))


def test_a_map_may_say_the_system_for_all_rows_or_by_a_column(tmp_path: Path) -> None:
    systems = [
        each.report.position_crs for each in read(tmp_path, 'position_crs = "GCJ-02"') if isinstance(each, Numbered)
    ]
    assert systems == ["GCJ-02", "GCJ-02"]
    good, bad = read(tmp_path, columns='position_crs = "crs"')
    assert isinstance(good, Numbered) and good.report.position_crs == "GCJ-02"
    assert isinstance(bad, Reject) and (bad.column, bad.text) == ("crs", "mars")


def test_a_map_with_a_system_nobody_knows(tmp_path: Path) -> None:
    with pytest.raises(Refused) as no:
        read(tmp_path, 'position_crs = "mars"')
    assert (no.value.code, no.value.facts["key"]) == ("bad_map", "defaults.position_crs")
