"""Where a table begins in a sheet, and what its columns are: by the words of the heading, in one row or two."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from civigrid.catalog.rules.lists import LimitUnit
from civigrid.catalog.rules.pack.sheets.book import Cell, Sheet
from civigrid.catalog.rules.pack.sheets.values import limit_unit, plain

_BRACKETS = re.compile(r"[(\[【](.*?)[)\]】]")
# of the office's own use: passed over without a word
_OTHERS = frozenset({"序号", "备注", "说明", "大类代码", "大类编码", "更新日期"})
LOOK = 40  # rows with anything in them, from the top, in which a heading is looked for
TABLE = 3  # known headings that make a row the heading of a table, though of one that lacks something


@dataclass(frozen=True, slots=True)
class Words:
    """What the columns of a list may be called: their own names, and those that offices give them."""

    said: Mapping[str, str]
    columns: Mapping[str, str] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        columns = {plain(each): name for name, said in self.said.items() for each in (name, *said.split())}
        object.__setattr__(self, "columns", columns)

    def column(self, heading: str) -> str:
        """The column a heading means, "" for none: also with a unit or another word in brackets."""
        bare = plain(heading).replace("·", "").strip("*:")
        forms = (bare, _BRACKETS.sub(r"\1", bare), _BRACKETS.sub("", bare))
        return next((self.columns[form] for form in forms if form in self.columns), "")

    def usual(self, name: str) -> str:
        return self.said[name].split()[0]


_MATTER = {
    "matter": "小类代码 小类编码 小类编号 事项代码 事项编码 事项编号",
    "matter_name": "小类名称 小类 事项名称 事项",
    "major": "大类名称 大类 所属大类",
}
STANDARDS = Words(
    {
        "code": "标准编号 标准编码 标准代码 条目编号 条目编码",
        **_MATTER,
        "number": "条件序号 条件编号 条件号",
        "condition": "立案条件 立案标准 立案情形 条件 情形 问题情形",
        "condition_en": "立案条件英文",
        "urgency": "级别 问题级别 案件级别 紧急程度 紧急级别 等级",
        "limit": "处置时限 处理时限 办理时限 办结时限 完成时限 结案时限 时限 处置 办结 完成 办理",
        "unit": "时限单位 处置时限单位 计时单位",
        "arrival": "到场时限 到场 到达时限 到达现场时限 到达现场 到现场时限",
        "arrival_unit": "到场时限单位 到场单位",
        "closing": "结案条件 结案标准 结案要求 办结标准",
        "closing_en": "结案条件英文",
        "extend": "可延期 是否可延期 可否延期 允许延期 延期",
        "default": "默认 是否默认 默认条件 缺省",
    }
)
DUTY = Words(
    {
        "code": "权责编号 权责编码 权责代码 条目编号 条目编码 清单编号",
        **_MATTER,
        "region": "适用区域 适用区划 适用范围 行政区划 区划 区域 辖区",
        "place_kind": "地点类型 地点类别 场所类型 位置类型 区域类型 地点",
        "owner": "权属 权属单位 产权单位 设施权属 产权 权属人",
        "lead": "主办单位 主办 主办部门 牵头单位 牵头部门 主责单位 责任单位 处置单位",
        "support": "协办单位 协办 协办部门 配合单位 配合部门 协同单位",
        "regulator": "主管部门 主管单位 主管 行业主管部门 监管部门 监管单位",
        "last_resort": "兜底单位 兜底部门 兜底 兜底责任单位",
        "basis": "依据 法律依据 法定依据 设定依据 政策依据 职责依据",
        "list_kind": "履职类型 履职类别 清单类型 清单类别",
    }
)


@dataclass(frozen=True, slots=True)
class Header:
    """`columns`: where each known column stands; `headings`: its heading as written; `units`: of a limit's numbers, where
    its heading says so; `strange`: headings that mean nothing here; `last`: the header's last row."""

    last: int
    columns: dict[str, int]
    headings: dict[str, str]
    units: dict[str, LimitUnit]
    strange: list[str]

    def lacks(self, needed: str) -> bool:
        return needed not in self.columns and not (needed == "matter" and "matter_name" in self.columns)


def find(sheet: Sheet, words: Words, needed: tuple[str, ...]) -> Header | None:
    """The heading of a sheet's table: the first that has all it needs, else the one that has most. None: no table."""
    rows = sorted(sheet.rows)[:LOOK]
    found = [read(sheet, row, words) for row in rows]
    whole = next((header for header in found if not any(map(header.lacks, needed))), None)
    most = max(found, key=lambda header: len(header.columns), default=None)
    return whole or (most if most and len(most.columns) >= TABLE else None)


def read(sheet: Sheet, row: int, words: Words) -> Header:
    """What a row is as a heading: with the row below it where the two belong together, else by itself."""
    upper, lower = sheet.rows.get(row, {}), sheet.rows.get(row + 1, {})
    alone, below = _header(row, {}, upper, words), _header(row + 1, {}, lower, words)
    both = _header(row + 1, upper, lower, words)
    more = len(both.columns) > max(len(alone.columns), len(below.columns))
    return both if more or (len(both.columns) >= len(alone.columns) and _merged(upper, lower)) else alone


def _merged(upper: Mapping[int, Cell], lower: Mapping[int, Cell]) -> bool:
    """Whether a cell of the upper row reaches down into the lower one."""
    return any(column in upper and upper[column].origin == cell.origin for column, cell in lower.items())


def _header(last: int, upper: Mapping[int, Cell], lower: Mapping[int, Cell], words: Words) -> Header:
    above = ""
    found = Header(last, {}, {}, {}, [])
    for at in range(1, max([*upper, *lower], default=0) + 1):
        top, sub = (cells[at].text if at in cells else "" for cells in (upper, lower))
        above = top or (above if sub else "")  # a heading over two columns that are not merged
        name, heading = _meaning(above if above != sub else "", sub, words)
        if name and name not in found.columns:
            found.columns[name], found.headings[name] = at, heading
            if unit := _unit(above + sub):
                found.units[name] = unit
        elif heading and plain(heading) not in _OTHERS:
            found.strange.append(heading)
    return found


def _meaning(top: str, sub: str, words: Words) -> tuple[str, str]:
    """The column, and its heading as a fault names it."""
    for heading in (f"{top}·{sub}" if top and sub else "", sub, "" if sub else top):
        if heading and (column := words.column(heading)):
            return column, heading
    return "", sub or top


def _unit(heading: str) -> LimitUnit | None:
    """处置时限(工作日): what numbers below it count."""
    found = _BRACKETS.search(plain(heading))
    return limit_unit(found[1]) if found else None
