"""Reports recorded for the tests of intake, and who asks for them."""

from __future__ import annotations

from datetime import UTC, datetime

from civigrid.base import db, ledger
from civigrid.base.errors import Outcome
from civigrid.base.permissions import EVERYWHERE, NOWHERE
from civigrid.directory.rules import Actor, Role
from civigrid.intake import actions, queries
from civigrid.intake.rules import (
    Channel,
    Place,
    RawReport,
)

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
LI = Actor(account_id=7, post_id=8, unit_id=9, role=Role.INTAKE, scope=EVERYWHERE, name="受理员小李")
CHEN = Actor(account_id=17, post_id=18, unit_id=19, role=Role.HANDLER, scope=EVERYWHERE, name="承办人小陈")
MA = Actor(account_id=27, post_id=28, unit_id=29, role=Role.SECURITY_ADMIN, scope=NOWHERE, name="安全管理员老马")
HERE = [Place("990181001")]
BLANK: dict[str, object] = {
    **dict.fromkeys(("title", "text", "place_text", "target_text", "matter_code", "position_crs"), ""),
    **dict.fromkeys(("lon", "lat", "lon_given", "lat_given", "position_accuracy_m")), "extra": {}, "erased_at": NOW,
}  # fmt: skip
CHANGES: list[dict[str, object]] = [
    {"source": "03"},
    {"text": "别的话"},
    {"text": ""},
    {"extra": {"x": 2}},
    {"lon": 121.0},
    {"erased_at": NOW},  # blanked in name only
    {**BLANK, "text": "别的话"},
    {**BLANK, "source": "03"},
    {**BLANK, "key": "b"},
    *({name: value for name, value in BLANK.items() if name != left} for left in ("text", "title", "extra", "lat")),
    {name: value for name, value in BLANK.items() if name != "erased_at"},
]


def raw(key: str, text: str = "井盖没了!!危险", **more: object) -> RawReport:
    return RawReport(Channel.PUBLIC, key, "02", text=text, **more)  # type: ignore[arg-type]


def record(*raws: RawReport, **more: object) -> list[Outcome]:
    with db.system():
        return actions.record(raws, now=NOW, **more)  # type: ignore[arg-type]


def made(*raws: RawReport) -> list[int]:
    return [outcome.made for outcome in record(*raws)]


def lines(report_id: int, kind: str = "report") -> list[str]:
    with db.system():
        return [entry.verb for entry in ledger.read(kind, report_id)]


def report_count() -> int:
    with db.system():
        return queries.count()
