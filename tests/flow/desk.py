"""A desk in a small city, for the stories of what becomes of a report. Imports no fixture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from itertools import count
from typing import Any

from django.db import connection

from civigrid.base import db, ledger
from civigrid.base.errors import Outcome
from civigrid.base.ledger import Entry
from civigrid.base.permissions import EVERYWHERE, Scope
from civigrid.catalog import actions as catalog
from civigrid.catalog.rules import NewCalendar
from civigrid.directory import actions as directory_actions
from civigrid.directory import queries as directory
from civigrid.directory.rules import Actor, NewUnit, Role, UnitKind
from civigrid.flow import registration
from civigrid.flow.registration import Registered, Registration
from civigrid.intake.rules import Channel, Choice, ContactDetails, Decision, RawReport, ReportKind
from tests import streamcity

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
PHONE = "139 0000 1234"
_keys = count(1)


def _person(account: int, role: Role, scope: Scope = EVERYWHERE) -> Actor:
    return Actor(account_id=account, post_id=account, unit_id=0, role=role, scope=scope)


LI = _person(901, Role.INTAKE)  # 受理员小李
CHIEF = _person(902, Role.DUTY_CHIEF)  # 值班长
WANG = _person(903, Role.DISPATCHER)  # 派遣员老王
TOWN_LI = _person(904, Role.INTAKE, Scope(("990181001",)))  # 文昌街道受理员
HANDLER = _person(905, Role.HANDLER, Scope(units=(1,)))
LAMP = "湖滨路的路灯坏了三盏,晚上一片漆黑,请来修一修"


OUTSIDE = [
    NewUnit("9110", "110 报警服务台", UnitKind.OUTSIDE),
    NewUnit("9119", "119 消防", UnitKind.OUTSIDE),
    NewUnit("9120", "120 急救", UnitKind.OUTSIDE),
    NewUnit("9201", "法院立案窗口", UnitKind.OUTSIDE),
    NewUnit("9204", "信访", UnitKind.OUTSIDE),
    NewUnit("9388", "12388 纪检监察举报", UnitKind.OUTSIDE),
    NewUnit("9909", "邻市12345", UnitKind.UPPER),
    NewUnit("5003", "市燃气公司", UnitKind.COMPANY),
]
SERVICES = {"110": "9110", "119": "9119", "120": "9120", "gas_supply": "5003"}


def load() -> None:
    """The small city of the stream, with whom reports are transferred to."""
    with db.system():
        streamcity.load()
        directory_actions.save_units([*streamcity.UNITS, *OUTSIDE], on=streamcity.ON)
        always = NewCalendar("G", "always", {"week": {"1-7": ["00:00-24:00"]}}, national_holidays=False)
        catalog.save_calendars([always], on=streamcity.ON)
        catalog.save_city(replace(streamcity.CITY, services=SERVICES), digest="desk", on=streamcity.ON, now=NOW)


def call(text: str, kind: ReportKind = ReportKind.HELP, phone: str = PHONE, **more: Any) -> RawReport:
    key = more.pop("key", f"call-{next(_keys)}")
    contact = ContactDetails(phone=phone, name="来电人") if phone else ContactDetails()
    return RawReport(Channel.DESK, key, "01", kind, text=text, contact=contact, **more)


def decide(choice: Choice, text: str = "", **more: Any) -> Decision:
    return Decision(choice, text, **more)


def registered(
    raw: RawReport, choice: Choice = Choice.PROCESS, text: str = "", *, by: Actor = LI, now: datetime = NOW, **more: Any
) -> Outcome:
    [outcome] = registration.register([Registration(raw, decide(choice, text, **more))], actor=by, now=now)
    return outcome


def made(outcome: Outcome) -> Registered:
    assert outcome.ok, (outcome.code, outcome.facts)
    assert isinstance(outcome.made, Registered)
    return outcome.made


def became(outcome: Outcome) -> str:
    disposed = made(outcome).disposed
    assert disposed is not None
    return disposed.kind.value


def number_of(outcome: Outcome) -> str:
    disposed = made(outcome).disposed
    assert disposed is not None
    return disposed.numbers[0]


def unit(code: str) -> int:
    with db.system():
        found = directory.unit_by_code(code, NOW.date())
    assert found is not None
    return found.id


def record(kind: str, stream: int) -> list[Entry]:
    with db.system():
        return ledger.read(kind, stream)


def told(report_id: int) -> list[str]:
    return [entry.verb for entry in record("report", report_id)]


def rows(statement: str) -> list[tuple[Any, ...]]:
    with db.system(), connection.cursor() as cursor:
        cursor.execute(statement)
        return list(cursor.fetchall())


def codes(outcomes: Sequence[Outcome]) -> list[str]:
    return [outcome.code for outcome in outcomes]
