"""A small town with its people, made row by row: what the tests of cases and of the verbs stand on."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from itertools import count

from django.db.backends.postgresql.psycopg_any import DateRange

from civigrid.base import stamps
from civigrid.base.permissions import Scope
from civigrid.cases import actions
from civigrid.cases.models import Case
from civigrid.cases.rules import NewCase, Stage
from civigrid.catalog import queries as catalog
from civigrid.catalog.models import (
    Calendar,
    CalendarVersion,
    DutyRow,
    DutyRowVersion,
    Matter,
    MatterVersion,
    Pack,
    Standard,
    StandardVersion,
)
from civigrid.directory.models import Account, Post, Unit, UnitVersion
from civigrid.directory.rules import MACHINE, Actor, Role, UnitKind, scope_of
from civigrid.intake.models import Report
from civigrid.places.models import Region, RegionVersion

# Monday 2026-11-23, 9:00 in the town
NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
EVER = DateRange(date(2020, 1, 1), None)
CITY, TOWN, COMMUNITY, OTHER_TOWN = "990181", "990181002", "990181002001", "990181003"
ALWAYS = {"week": {"1-7": ["00:00-24:00"]}}
OFFICE = {"week": {"1-5": ["08:30-12:00", "14:30-17:30"]}}
_keys = count(1)


@dataclass
class Town:
    """Ids by code. `people` are actors by name; every one is a different account."""

    units: dict[str, int] = field(default_factory=dict)
    matters: dict[str, int] = field(default_factory=dict)
    standards: dict[str, int] = field(default_factory=dict)
    duty_rows: dict[str, int] = field(default_factory=dict)
    calendars: dict[str, int] = field(default_factory=dict)
    people: dict[str, Actor] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Actor:
        return self.people[name]


def build() -> Town:
    """Inside `db.system()`."""
    town = Town()
    _city()
    _calendar(town, "G", OFFICE, holidays=True)
    _calendar(town, "24", ALWAYS, holidays=False)
    for code, kind, parent, region, calendar in (
        ("centre", UnitKind.CENTRE, "", "", "24"),
        ("roads", UnitKind.INSTITUTION, "", "", "G"),
        ("crew", UnitKind.INSTITUTION, "roads", "", "G"),
        ("parks", UnitKind.INSTITUTION, "", "", "G"),
        ("town", UnitKind.TOWN, "", TOWN, "G"),
        ("community", UnitKind.COMMUNITY, "town", COMMUNITY, "24"),
        ("court", UnitKind.OUTSIDE, "", "", ""),
        ("water", UnitKind.COMPANY, "", "", "24"),  # the only unit with a reviewer
        ("pipes", UnitKind.COMPANY, "water", "", "24"),
    ):
        _unit(town, code, kind, parent, region, calendar)
    for code, family in (("C01", "city"), ("H01", "hotline"), ("G01", "grid")):
        _matter(town, code, family)
    _matter(town, "A01", "city")
    _standard(town, "A01", "usual", 5, "work_days", default=True, arrival_value=4, arrival_unit="work_hours")
    _standard(town, "A01", "fixed", 5, "work_days", default=False, extend=False)
    _matter(town, "V01", "city", "site", verify=True)
    _matter(town, "P01", "city", "papers")
    _matter(town, "K01", "hotline", "call")
    _matter(town, "S01", "grid", "photo", self_settle=True)
    for code in ("V01", "P01", "K01", "S01"):
        _standard(town, code, "usual", 5, "work_days", default=True)
    _standard(town, "C01", "urgent", 4, "work_hours", default=False)
    _standard(town, "C01", "usual", 3, "work_days", default=True)
    _standard(town, "H01", "usual", 5, "work_days", default=True)
    for matter, unit in (("C01", "roads"), ("H01", "town")):
        _duty_row(town, matter, unit)
    _duty_row(town, "P01", "roads", list_kind="withdrawn", region_code=TOWN)
    _duty_row(town, "K01", "town", list_kind="assist")
    _people(town)
    stamps.touch("catalog", "directory", "places")
    return town


def _city() -> None:
    sources = {
        "01": {"carry": "accept"}, "03": {"carry": "file"}, "04": {"carry": "dispatch"},
        "02": {"carry": "dispatch", "verify": "yes"}, "07": {"carry": "file", "level": "community"},
        "08": {"carry": "accept", "level": "town"},
    }  # fmt: skip
    Pack.objects.create(
        digest="d", name="云汀市", name_en="Yunting", timezone="Asia/Shanghai", root_code=CITY,
        number_pattern="YT{date}-{seq}", confidence_bar=0.7, calendar_code="G", sources=sources, loaded_at=NOW,
        valid_from=EVER.lower,
    )  # fmt: skip
    for code, name, name_en in (
        (CITY, "云汀市", "Yunting"),
        (TOWN, "东湖街道", "Donghu"),
        (COMMUNITY, "湖景社区", "Hujing"),
        (OTHER_TOWN, "滨江街道", "Binjiang"),
    ):
        level = {6: "county", 9: "town", 12: "community"}[len(code)]
        region = Region.objects.create(code=code)
        RegionVersion.objects.create(region=region, valid=EVER, name=name, name_en=name_en, level=level, kind="")


def _calendar(town: Town, code: str, hours: dict[str, object], *, holidays: bool) -> None:
    version = CalendarVersion.objects.create(
        calendar=Calendar.objects.create(code=code), valid=EVER, name=code, hours=hours, national_holidays=holidays
    )
    town.calendars[code] = version.pk


def _unit(town: Town, code: str, kind: UnitKind, parent: str, region: str, calendar: str) -> None:
    unit = Unit.objects.create(code=code)
    town.units[code] = unit.pk
    UnitVersion.objects.create(
        unit=unit, valid=EVER, name=f"{code}单位", name_en=code, kind=kind.value, parent_id=town.units.get(parent),
        region_code=region, calendar_code=calendar,
    )  # fmt: skip


def _matter(town: Town, code: str, family: str, check_by: str = "none", **more: object) -> None:
    matter = Matter.objects.create(code=code)
    town.matters[code] = matter.pk
    MatterVersion.objects.create(
        matter=matter, valid=EVER, family=family, major="大类", name=f"{code}事项", name_en=f"Matter {code}",
        check_by=check_by, callback="none", **more,
    )  # fmt: skip


def _standard(town: Town, matter: str, code: str, value: int, unit: str, *, default: bool, **more: object) -> None:
    standard = Standard.objects.create(code=f"{matter}-{code}", matter_id=town.matters[matter])
    version = StandardVersion.objects.create(
        standard=standard, valid=EVER, urgency=3, limit_value=value, limit_unit=unit, is_default=default, **more
    )
    town.standards[f"{matter}-{code}"] = version.pk


def _duty_row(town: Town, matter: str, unit: str, **more: object) -> None:
    row = DutyRow.objects.create(code=f"{matter}-{unit}", matter_id=town.matters[matter])
    version = DutyRowVersion.objects.create(duty_row=row, valid=EVER, lead_id=town.units[unit], **more)
    town.duty_rows[f"{matter}-{unit}"] = version.pk


def _people(town: Town) -> None:
    for name, role, unit, region in (
        ("受理员小李", Role.INTAKE, "centre", CITY),
        ("值班长", Role.DUTY_CHIEF, "centre", CITY),
        ("派遣员老王", Role.DISPATCHER, "centre", CITY),
        ("采集员小周", Role.INSPECTOR, "centre", CITY),
        ("联络员小赵", Role.LIAISON, "roads", ""),
        ("承办人小陈", Role.HANDLER, "roads", ""),
        ("班组小钱", Role.HANDLER, "crew", ""),
        ("公园小孙", Role.HANDLER, "parks", ""),
        ("街道派遣员", Role.DISPATCHER, "town", TOWN),
        ("街道值班长", Role.DUTY_CHIEF, "town", TOWN),
        ("外镇值班长", Role.DUTY_CHIEF, "centre", OTHER_TOWN),
        ("社区书记", Role.HANDLER, "community", ""),
        ("网格员小吴", Role.GRID_WORKER, "town", COMMUNITY),
        ("采集员小冯", Role.INSPECTOR, "centre", OTHER_TOWN),
        ("回访员小何", Role.CALLER, "centre", CITY),
        ("总网格长", Role.GRID_CHIEF, "community", COMMUNITY),
        ("水司联络员", Role.LIAISON, "water", ""),
        ("水司承办人", Role.HANDLER, "water", ""),
        ("水司审核人", Role.REVIEWER, "water", ""),
        ("管网班组", Role.HANDLER, "pipes", ""),
        ("值班长老郑", Role.DUTY_CHIEF, "centre", CITY),
        ("派遣员小孟", Role.DISPATCHER, "centre", CITY),
        ("社治委老沈", Role.OFFICE, "centre", CITY),
        ("分管副市长", Role.LEADER, "centre", CITY),
        ("系统管理员", Role.SYSTEM_ADMIN, "centre", CITY),
    ):
        account = Account.objects.create(username=name, name=name, made_at=NOW)
        post = Post.objects.create(
            account=account, unit_id=town.units[unit], role=role.value, regions=[region] if region else [], valid=EVER
        )
        below = (town.units[unit], *([town.units["crew"]] if unit == "roads" else []))
        below = (*below, *([town.units["community"]] if unit == "town" else []))
        below = (*below, *([town.units["pipes"]] if unit == "water" else []))
        scope = scope_of(role=role, regions=(region,) if region else (), unit_ids=below)
        town.people[name] = Actor(account.pk, post.pk, town.units[unit], role, scope, name, below)


OUTSIDER = Actor(account_id=9_000_001, post_id=9_000_001, unit_id=0, role=Role.DUTY_CHIEF, scope=Scope(("110105",)))


def reports(number: int, **columns: object) -> list[int]:
    """So many reports, all different; their ids."""
    made = [_report(next(_keys), **columns) for _ in range(number)]
    return [report.pk for report in Report.objects.bulk_create(made)]


def _report(key: int, **columns: object) -> Report:
    values: dict[str, object] = {
        "channel": "desk", "key": str(key), "source": "01", "kind": "help", "urgency": 3, "title": f"路灯不亮 {key}",
        "text": f"学府路 {key} 号路灯不亮", "digest": hashlib.sha256(str(key).encode()).digest(), "received_at": NOW,
    }  # fmt: skip
    return Report(**{**values, **columns})


def sure(town: Town, report_id: int, **changes: object) -> NewCase:
    """A report about a road lamp of which everything is known."""
    values: dict[str, object] = {
        "report_id": report_id, "source": "04", "urgency": 3, "received_at": NOW, "matter_id": town.matters["C01"],
        "region_code": COMMUNITY, "unit_id": town.units["roads"], "duty_row_version_id": town.duty_rows["C01-roads"],
        "standard_version_id": town.standards["C01-usual"],
    }  # fmt: skip
    return NewCase(**{**values, **changes})  # type: ignore[arg-type]


def opened(town: Town, number: int = 1, *, now: datetime = NOW, **changes: object) -> list[str]:
    """So many sure cases; their numbers."""
    new = [sure(town, report_id, **{"received_at": now, **changes}) for report_id in reports(number)]
    return [str(done.made) for done in actions.open_cases(new, now=now, actor=MACHINE, city=catalog.city())]


def at_stage(numbers: Sequence[str], stage: Stage) -> None:
    """Moves cases to a stage without telling anybody."""
    Case.objects.filter(number__in=numbers).update(stage=stage.value)
