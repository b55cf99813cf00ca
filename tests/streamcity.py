"""A small city for the tests of the stream: two towns with two grids each, six matters, seven units."""

from __future__ import annotations

from datetime import UTC, date, datetime

import shapely

from civigrid.catalog import actions as catalog
from civigrid.catalog.rules import (
    Callback,
    CheckBy,
    Family,
    LimitUnit,
    NewCity,
    NewDutyRow,
    NewMatter,
    NewStandard,
    Urgency,
)
from civigrid.directory import actions as directory
from civigrid.directory.rules import NewUnit, UnitKind
from civigrid.places import actions as places
from civigrid.places.rules import GridKind, NewGrid, NewRegion, RegionKind

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)  # Friday, 10:00 in the city
ON = date(2026, 1, 1)

CITY = NewCity(
    name="云汀市", name_en="Yunting", timezone="Asia/Shanghai", root_code="990181", number_pattern="{date}-{seq}",
    confidence_bar=0.6, calendar_code="G",
    sources={
        "01": {"name": "电话", "name_en": "Phone", "carry": "accept"},
        "06": {"name": "感知", "name_en": "Sensor", "carry": "dispatch"},
    },
    place_kinds={
        "R1": {"name": "市管道路", "name_en": "City road", "words": ["大道", "主干道"]},
        "P": {"name": "公园", "name_en": "Park", "words": ["公园", "park"]},
    },
)  # fmt: skip
REGIONS = [
    NewRegion("990181", "云汀市"),
    NewRegion("990181001", "文昌街道", RegionKind.STREET),
    NewRegion("990181001001", "学府社区", RegionKind.RESIDENTS),
    NewRegion("990181001002", "湖景社区", RegionKind.RESIDENTS),
    NewRegion("990181101", "双桥镇", RegionKind.TOWN),
    NewRegion("990181101001", "石桥头村", RegionKind.VILLAGE),
]
UNITS = [
    NewUnit("3001", "市城管局", UnitKind.GOVERNMENT, "City Management"),
    NewUnit("3002", "环卫中心", UnitKind.INSTITUTION, "Sanitation Centre", parent_code="3001"),
    NewUnit("4003", "路灯管理所", UnitKind.INSTITUTION, "Street Lights"),
    NewUnit("4004", "园林中心", UnitKind.INSTITUTION, "Parks"),
    NewUnit("5001", "供水公司", UnitKind.COMPANY, "Water"),
    NewUnit("9001", "文昌街道办", UnitKind.TOWN, "Wenchang Office"),
    NewUnit("9101", "双桥镇政府", UnitKind.TOWN, "Shuangqiao"),
]


def _matter(code: str, name: str, name_en: str, *keywords: str) -> NewMatter:
    return NewMatter(code, Family.CITY, "市政设施", name, CheckBy.SITE, Callback.ALL, "Facilities", name_en, keywords)


MATTERS = [
    _matter("C0118", "路灯", "Street light", "路灯不亮", "street light"),
    _matter("C0114", "无主井盖", "Manhole", "井盖"),
    _matter("E0101", "暴露垃圾", "Litter", "垃圾堆", "垃圾没人"),
    _matter("H0103", "供水", "Water supply", "停水", "水管"),
    _matter("E0508", "噪音扰民", "Noise", "噪音", "音响"),
    _matter("E0701", "流浪犬", "Stray dogs", "野狗"),
]
STANDARDS = [
    NewStandard("C0118-1", "C0118", Urgency.ORDINARY, 3, LimitUnit.WORK_DAYS, True),
    NewStandard("C0118-2", "C0118", Urgency.CRITICAL, 2, LimitUnit.URGENT_HOURS, False),
    NewStandard("E0101-1", "E0101", Urgency.ORDINARY, 4, LimitUnit.WORK_HOURS, True),
]
DUTIES = [
    NewDutyRow("D1", "C0118", "4003"),
    NewDutyRow("D2", "C0118", "4004", place_kind="P"),
    NewDutyRow("D3", "E0101", "3002"),
    NewDutyRow("D4", "E0101", "9101", region_code="990181101"),
    NewDutyRow("D5", "H0103", "5001", region_code="990181001"),
    NewDutyRow("D6", "E0508", "3001"),
    NewDutyRow("D7", "E0508", "9001"),
]  # the stray dogs are nobody's


def _grid(code: str, west: float, south: float) -> NewGrid:
    shape = shapely.to_wkb(shapely.box(west, south, west + 0.01, south + 0.01))
    return NewGrid(code, f"网格{code[-3:]}", GridKind.ORDINARY, shape)


GRIDS = [
    _grid("990181001001001", 120.00, 30.00),
    _grid("990181001001002", 120.01, 30.00),
    _grid("990181001002001", 120.00, 30.01),
    _grid("990181101001001", 120.03, 30.03),  # a gap between: in the city, in no grid
]


def load(*, grids: bool = True) -> None:
    """Inside `db.system()`."""
    directory.save_units(UNITS, on=ON)
    places.save_regions(REGIONS, on=ON)
    places.save_grids(GRIDS if grids else [], on=ON)
    catalog.save_city(CITY, digest="test", on=ON, now=NOW)
    catalog.save_matters(MATTERS, on=ON)
    catalog.save_standards(STANDARDS, on=ON)
    catalog.save_duty_rows(DUTIES, on=ON)
