"""A pack small enough to read, for tests that break it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

CITY = """
name: 云汀市
name_en: Yunting
timezone: Asia/Shanghai
root: "990181"
number_pattern: "YT{date}{seq}"
confidence_bar: 0.6
calendar: G
calendar_of: {town_office: G, institution: C}
sources:
  "01": {name: 电话, name_en: Phone, carry: accept}
place_kinds:
  R1: {name: 市管道路, name_en: City road, words: [大道]}
layers:
  roads: {name: 道路, name_en: Roads, style: road}
  kinds: {name: 地点类型, name_en: Kinds of place, style: place}
"""
CALENDARS = """
G:
  name: 机关历
  name_en: Office hours
  week: {"1-5": ["08:30-12:00", "14:30-17:30"]}
C:
  name: 城管历
  name_en: Every day
  national_holidays: false
  week: {"1-7": ["08:00-18:00"]}
"24":
  name: 全天
  name_en: Always
  national_holidays: false
  week: {"1-7": ["00:00-24:00"]}
"""
TABLES = {
    "regions.csv": """code,name,name_en,kind,aliases,predecessors
990181,云汀市,Yunting,,,
990181001,文昌街道,Wenchang,street,,990181009
990181001001,学府社区,Xuefu,residents,文昌小学|学府花园,
990181101,双桥镇,Shuangqiao,town,,
990181101201,石桥头村,Shiqiaotou,village,,
""",
    "units.csv": """code,name,name_en,kind,parent,region,calendar,night_duty,aliases
1008,市指挥中心,Command Centre,centre,,990181,24,yes,指挥中心|12345
2020,市城管局,City Management,government,,990181,G,no,城管
4001,市政中心,Municipal Facilities,institution,2020,990181,,yes,
99018100100,文昌街道分中心,Wenchang Sub-centre,town,1008,990181001,24,yes
99018100103,文昌街道执法队,Wenchang Enforcement,town_office,99018100100,990181001,G,no
99018110100,双桥镇分中心,Shuangqiao Sub-centre,town,1008,990181101,24,yes
99018110103,双桥镇执法队,Shuangqiao Enforcement,town_office,99018110100,990181101,,no
""",
    "people.csv": """username,name,name_en,language
li,受理员小李,Intake officer Li,
wang,派遣员老王,Dispatcher Wang,
chen,承办人小陈,Handler Chen,en
pan,分中心小潘,Town liaison Pan,
sun,双桥联络员小孙,Town liaison Sun,
jiang,系统管理员小蒋,Administrator Jiang,
""",
    "posts.csv": """username,unit,role,regions
li,1008,intake,
wang,1008,dispatcher,990181
chen,4001,handler,
pan,99018100100,dispatcher,
pan,99018100100,liaison,
sun,99018110100,liaison,
jiang,1008,system_admin,
""",
    "matters.csv": """code,family,major,major_en,name,name_en,keywords,examples,verify,check_by,callback
C0118,city,公用设施,Facilities,路灯,Street light,路灯不亮|路灯坏,,yes,site,sample
E0501,city,街面秩序,Street order,无照游商,Street vendors,占道经营,路口天天摆摊,yes,site,sample
""",
    "fields.csv": """matter,field,name,name_en,kind,required,choices,choices_en,hint,hint_en
C0118,lamps,几盏不亮,How many lamps,number,yes,,,只写数字,digits only
C0118,plate,灯杆号,Number of the pole,text,,,,,
E0501,goods,卖什么,What is sold,choice,no,蔬菜|小吃,vegetables|snacks,,
""",
    "standards.csv": """code,matter,condition,condition_en,urgency,limit,unit,closing,closing_en,default,arrival,arrival_unit,extend
C0118-1,C0118,单灯不亮,one lamp,3,2,work_days,亮灯,lit,yes,,,
C0118-2,C0118,漏电,live current,1,4,urgent_hours,断电,off,no,1,urgent_hours,no
E0501-1,E0501,占道,blocking,3,2,work_hours,离开,gone,yes,,,no
""",
    "duty.csv": """code,matter,region,place_kind,lead,support,regulator,basis,owner,last_resort,list_kind
D1,C0118,,R1,4001,,2020,,,,
D2,E0501,,,town/03,,2020,演示,,1008,basic
D3,C0118,,,4001,,2020,,unknown,,
""",
    "addresses.csv": """code,name,name_en,kind,lon,lat,building,aliases
A1,学府路118号,118 Xuefu Road,door,124.0051,29.0021,B1,老粮站
A2,学府路118号,118 Xuefu Road,door,124.0151,29.0021,,
A3,学府路与文昌街路口,,crossing,124.0100,29.0050,,
""",
    "assets.csv": """code,matter,name,owner,keeper,lon,lat
9901810118000173,C0118,路灯杆号 DH-0173,4001,4001,124.0052,29.0022
9901810118000174,C0118,路灯杆号 DH-0174,,,124.0153,29.0022
""",
}


Feature = dict[str, Any]


def square(code: str, x: float, y: float, size: float = 0.01, **words: object) -> Feature:
    ring = [[x, y], [x + size, y], [x + size, y + size], [x, y + size], [x, y]]
    properties = {"code": code, "name": f"网格{code[-3:]}", "name_en": code, "kind": "ordinary", "residents": 1500}
    return {
        "type": "Feature",
        "properties": {**properties, **words},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }


GRIDS = [
    square("990181001001001", 124.00, 29.0),
    square("990181001001002", 124.01, 29.0),
    square("990181101201001", 124.00, 28.98),
]


def feature(code: str, kind: str, *points: tuple[float, float], shape: str = "LineString", **words: object) -> Feature:
    """A line, a polygon's ring or a point, with properties."""
    line = [list(point) for point in points]
    coordinates = {"Point": line[0], "Polygon": [line]}.get(shape, line)
    return {
        "type": "Feature",
        "properties": {"code": code, "kind": kind, **words},
        "geometry": {"type": shape, "coordinates": coordinates},
    }


BUILDINGS = [
    square("B1", 124.005, 29.002, 0.0001, kind="home", residents=1500, name="1号楼", floors=18, estate="学府花园"),
    square("B2", 124.015, 29.002, 0.0001, kind="office", residents=1400, name="2号楼"),
    feature("B3", "farm", (124.005, 28.985), shape="Point", residents=1500, floors=None, address="石桥头村5组"),
]
ROADS = [
    feature("1", "main", (124.0, 29.005), (124.02, 29.005), name="学府路", name_en="Xuefu Road", width=24),
    feature("2", "lane", (124.01, 29.0), (124.01, 29.01), name="文昌街", place_kind="R1", width=6.5),
]
KINDS = [
    square("1", 124.001, 29.001, 0.003, kind="managed", place_kind="R1", name="学府花园"),
]


def geojson(features: list[Feature]) -> bytes:
    return json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False).encode()


SHAPES = {
    "grids.geojson": GRIDS, "buildings.geojson": BUILDINGS, "layers/roads.geojson": ROADS, "layers/kinds.geojson": KINDS,
}  # fmt: skip


def files(changed: Mapping[str, bytes | None] | None = None) -> dict[str, bytes]:
    """The pack's files, with some replaced; None leaves one out."""
    texts = {"city.yaml": CITY, "calendars.yaml": CALENDARS, **TABLES}
    found: dict[str, bytes | None] = {name: text.lstrip().encode() for name, text in texts.items()}
    for name, features in SHAPES.items():
        found[name] = geojson(features)
    found.update(changed or {})
    return {name: data for name, data in found.items() if data is not None}


def with_line(name: str, line: str) -> dict[str, bytes]:
    """The pack with one more line in a table."""
    return files({name: (TABLES[name] + line + "\n").encode()})


def with_text(name: str, old: str, new: str) -> dict[str, bytes]:
    """The pack with other words in a file."""
    text = files()[name].decode()
    assert old in text, old
    return files({name: text.replace(old, new, 1).encode()})


def with_shape(name: str, *more: Feature) -> dict[str, bytes]:
    """The pack with more features in a file."""
    return files({name: geojson([*SHAPES[name], *more])})


def instead(file: str, number: int, changed: Mapping[str, object]) -> dict[str, bytes]:
    """The pack with one feature that says something else."""
    features: list[Feature] = list(SHAPES[file])
    features[number - 1] = {**features[number - 1], **changed}
    return files({file: geojson(features)})


def saying(file: str, number: int, **words: object) -> dict[str, bytes]:
    """The pack with other properties of one feature."""
    return instead(file, number, {"properties": {**SHAPES[file][number - 1]["properties"], **words}})


def drawn(file: str, number: int, shape: str, coordinates: Sequence[object]) -> dict[str, bytes]:
    return instead(file, number, {"geometry": {"type": shape, "coordinates": coordinates}})


def write(folder: Path, content: Mapping[str, bytes]) -> Path:
    """The files in a folder, those of layers in its own."""
    for name, data in content.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    return folder
