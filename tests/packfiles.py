"""A pack small enough to read, for tests that break it."""

from __future__ import annotations

import json
from collections.abc import Mapping

CITY = """
name: 云汀市
name_en: Yunting
timezone: Asia/Shanghai
root: "990181"
number_pattern: "YT{date}{seq}"
confidence_bar: 0.6
calendar: G
sources:
  "01": {name: 电话, name_en: Phone, carry: accept}
place_kinds:
  R1: {name: 市管道路, name_en: City road, words: [大道]}
"""
CALENDARS = """
G:
  name: 机关历
  name_en: Office hours
  week: {"1-5": ["08:30-12:00", "14:30-17:30"]}
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
    "units.csv": """code,name,name_en,kind,parent,region,calendar,night_duty
1008,市指挥中心,Command Centre,centre,,990181,24,yes
2020,市城管局,City Management,government,,990181,G,no
4001,市政中心,Municipal Facilities,institution,2020,990181,G,yes
99018100100,文昌街道分中心,Wenchang Sub-centre,town,1008,990181001,24,yes
99018100103,文昌街道执法队,Wenchang Enforcement,town_office,99018100100,990181001,G,no
99018110100,双桥镇分中心,Shuangqiao Sub-centre,town,1008,990181101,24,yes
99018110103,双桥镇执法队,Shuangqiao Enforcement,town_office,99018110100,990181101,G,no
""",
    "people.csv": """username,name,name_en,language
li,受理员小李,Intake officer Li,
wang,派遣员老王,Dispatcher Wang,
chen,承办人小陈,Handler Chen,en
pan,分中心小潘,Town liaison Pan,
jiang,系统管理员小蒋,Administrator Jiang,
""",
    "posts.csv": """username,unit,role,regions
li,1008,intake,
wang,1008,dispatcher,990181
chen,4001,handler,
pan,99018100100,dispatcher,
pan,99018100100,liaison,
jiang,1008,system_admin,
""",
    "matters.csv": """code,family,major,major_en,name,name_en,keywords,examples,verify,check_by,callback
C0118,city,公用设施,Facilities,路灯,Street light,路灯不亮|路灯坏,,yes,site,sample
E0501,city,街面秩序,Street order,无照游商,Street vendors,占道经营,路口天天摆摊,yes,site,sample
""",
    "standards.csv": """code,matter,condition,condition_en,urgency,limit,unit,closing,closing_en,default
C0118-1,C0118,单灯不亮,one lamp,3,2,work_days,亮灯,lit,yes
C0118-2,C0118,漏电,live current,1,1,urgent_hours,断电,off,no
E0501-1,E0501,占道,blocking,3,2,work_hours,离开,gone,yes
""",
    "duty.csv": """code,matter,region,place_kind,lead,support,regulator,basis
D1,C0118,,R1,4001,,2020,
D2,E0501,,,town/03,,2020,演示
""",
}


def square(code: str, x: float, y: float, size: float = 0.01, **words: object) -> dict[str, object]:
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


def geojson(features: list[dict[str, object]]) -> bytes:
    return json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False).encode()


def files(changed: Mapping[str, bytes | None] | None = None) -> dict[str, bytes]:
    """The pack's files, with some replaced; None leaves one out."""
    texts = {"city.yaml": CITY, "calendars.yaml": CALENDARS, **TABLES}
    found: dict[str, bytes | None] = {name: text.lstrip().encode() for name, text in texts.items()}
    found["grids.geojson"] = geojson(GRIDS)
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
