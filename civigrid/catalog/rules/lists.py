"""The code lists of matters and standards."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import IntEnum, StrEnum
from typing import Any

from civigrid.directory.rules import UnitKind


class Family(StrEnum):
    """业务线: chooses a case's label, the stages it skips and its rules."""

    HOTLINE = "hotline"  # 民生诉求
    CITY = "city"  # 城市管理: events and parts
    GRID = "grid"  # 网格服务
    DISPUTE = "dispute"  # 纠纷


class Urgency(IntEnum):
    CRITICAL = 1  # 特急
    URGENT = 2  # 紧急
    ORDINARY = 3  # 一般


class LimitUnit(StrEnum):
    """In what a limit is counted; how each is counted stands in `deadline`."""

    MINUTES = "minutes"  # 分
    URGENT_HOURS = "urgent_hours"  # 紧急工作时: nights and holidays run
    WORK_HOURS = "work_hours"  # 工作时
    WORK_DAYS = "work_days"  # 工作日
    DAYS = "days"  # 日


class CheckBy(StrEnum):
    """核查: how it is seen that a matter is done."""

    SITE = "site"
    PHOTO = "photo"
    CALL = "call"
    PAPERS = "papers"
    NONE = "none"


class Callback(StrEnum):
    """回访: whose senders are called back."""

    ALL = "all"
    SAMPLE = "sample"
    NONE = "none"


class Carry(StrEnum):
    """How far the machine may carry a sure report of a source before a person must act."""

    ACCEPT = "accept"
    FILE = "file"
    DISPATCH = "dispatch"


class FieldKind(StrEnum):
    """What a field of a matter's form asks for."""

    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    CHOICE = "choice"
    YES_NO = "yes_no"
    PLACE = "place"
    UNIT = "unit"
    FILE = "file"


class ListKind(StrEnum):
    """What a row of a town's list is 清单类别; rows of other units have none."""

    NONE = ""
    BASIC = "basic"  # 基本履职
    ASSIST = "assist"  # 配合履职
    WITHDRAWN = "withdrawn"  # 上级收回


TOWN_UNITS = frozenset({UnitKind.TOWN, UnitKind.TOWN_OFFICE, UnitKind.COMMUNITY})
UNKNOWN_OWNER = "unknown"  # the thing has an owner and nobody knows whose it is
SELF_SETTLED_CHECKED = 0.1  # where a pack says nothing: the share that somebody else looks at
TOLERANCE = 15.0  # metres, where a pack says nothing: how far from where it is shown a point may truly be
REOPEN_DAYS = 90  # where a pack says nothing: so long after its end a case may be reopened
OWN_CASE_DAYS = 90  # where a pack says nothing: so far back a caller's own reports are looked for
# who is called first in danger 先转后录, by number or by what they do; a city says which of its units they are
SERVICES = (
    "110", "119", "120", "gas_supply", "power_supply", "lift_maintenance", "flood_control", "emergency_office",
)  # fmt: skip
NO_TASKS = frozenset({UnitKind.OUTSIDE, UnitKind.UPPER})  # reports are transferred to them, never dispatched


@dataclass(frozen=True, slots=True)
class NewCity:
    """What a pack says of the city itself. The mappings are as in `catalog.queries.CityRow`."""

    name: str
    name_en: str
    timezone: str
    root_code: str
    number_pattern: str
    confidence_bar: float
    calendar_code: str
    sources: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    place_kinds: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    calendar_of: Mapping[str, str] = field(default_factory=dict)
    layers: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    self_settled_checked: float = SELF_SETTLED_CHECKED
    reopen_days: int = REOPEN_DAYS
    tolerance_m: float = TOLERANCE
    own_case_days: int = OWN_CASE_DAYS
    services: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class NewField:
    """A field of a matter's form; `field` is its key. `choices` and `choices_en` only of a choice, of one length where
    both are given."""

    field: str
    name: str
    kind: FieldKind
    name_en: str = ""
    required: bool = False
    choices: tuple[str, ...] = ()
    choices_en: tuple[str, ...] = ()
    hint: str = ""
    hint_en: str = ""


@dataclass(frozen=True, slots=True)
class NewMatter:
    """`verify`: what the public says of it is looked at before it is filed 核实. `self_settle`: small enough for a grid
    worker to put right at once 自行处置."""

    code: str
    family: Family
    major: str
    name: str
    check_by: CheckBy
    callback: Callback
    major_en: str = ""
    name_en: str = ""
    keywords: tuple[str, ...] = ()
    examples: tuple[str, ...] = ()
    verify: bool = False
    self_settle: bool = False
    fields: tuple[NewField, ...] = ()


@dataclass(frozen=True, slots=True)
class NewStandard:
    """`arrival_*`: until when somebody is on the spot 到场, both or none. `extend`: the limit may be extended once."""

    code: str
    matter_code: str
    urgency: Urgency
    limit_value: int
    limit_unit: LimitUnit
    is_default: bool
    condition: str = ""
    condition_en: str = ""
    closing: str = ""
    closing_en: str = ""
    arrival_value: int | None = None
    arrival_unit: LimitUnit | None = None
    extend: bool = True


@dataclass(frozen=True, slots=True)
class NewDutyRow:
    """`lead`, `support`, `regulator`, `last_resort` are codes of units, "" is none. `owner`: whose assets the row is
    for, a unit's code or `UNKNOWN_OWNER`; "" is anybody's."""

    code: str
    matter_code: str
    lead: str
    region_code: str = ""
    place_kind: str = ""
    support: tuple[str, ...] = ()
    regulator: str = ""
    basis: str = ""
    owner: str = ""
    last_resort: str = ""
    list_kind: ListKind = ListKind.NONE


@dataclass(frozen=True, slots=True)
class NewCalendar:
    """`hours` as `parse_calendar` reads them."""

    code: str
    name: str
    hours: Mapping[str, Any]
    name_en: str = ""
    national_holidays: bool = True
    days_on: tuple[date, ...] = ()
    days_off: tuple[date, ...] = ()
