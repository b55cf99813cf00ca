"""What comes to a case without changing where it stands: its own sender speaks again, somebody was called for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from civigrid.base import db, events, ledger
from civigrid.base.bulk import execute
from civigrid.base.events import Event
from civigrid.base.ledger import Line
from civigrid.cases.rules import TOLD_OF, Came, Hearing, Told
from civigrid.directory.rules import Actor

# who withdraws does so for all that he had said; whoever adds to it afterwards asks for it again
_HEAR = """
WITH came AS (
  SELECT * FROM unnest(%s::bigint[], %s::bigint[], %s::text[], %s::timestamptz[])
    AS t (case_id, report_id, how, withdrawn_at)
), gone AS (
  UPDATE cases_report k SET withdrawn_at = %s::timestamptz FROM unnest(%s::bigint[], %s::bigint[]) AS o (case_id, report_id)
  WHERE k.case_id = o.case_id AND k.report_id = o.report_id AND k.left_at IS NULL AND k.withdrawn_at IS NULL
)
INSERT INTO cases_report (case_id, report_id, joined_at, how, withdrawn_at)
SELECT case_id, report_id, %s::timestamptz, how, withdrawn_at FROM came ORDER BY case_id, report_id ON CONFLICT DO NOTHING
"""
_CASES = "SELECT number, id, region_code, unit_ids, stage FROM cases_case WHERE number = ANY (%s)"


@dataclass(frozen=True, slots=True)
class Noted:
    """A line for the record of the case with that number."""

    number: str
    told: Told
    facts: dict[str, Any] = field(default_factory=dict)
    text: str = ""


def hear(items: Sequence[Hearing], *, actor: Actor, now: datetime) -> None:
    """催办, 补充, 撤诉: reports of people whose cases they are, locked before. The case's desk and units are told; it stays
    where it stands, with the version it has: what a person decides about it does not change by itself.
    """
    db.require_transaction()
    if not items:
        return
    rows = [
        (each.case.id, each.report_id, each.came.value, now if each.came is Came.WITHDREW else None) for each in items
    ]
    own = [(each.case.id, each_own) for each in items if each.came is Came.WITHDREW for each_own in each.own]
    columns = [list(column) for column in zip(*rows, strict=True)]
    withdrawn = [case_id for case_id, _ in own], [report_id for _, report_id in own]
    execute(_HEAR, (*columns, now, *withdrawn, now))
    lines = [_line(each.case.id, TOLD_OF[each.came], {"report": each.report_id}, actor) for each in items]
    ledger.append(lines, now=now)
    events.emit([_event(each) for each in items], now=now)


def _event(each: Hearing) -> Event:
    case = each.case
    return Event(f"case.{TOLD_OF[each.came]}", case.region_code, case.unit_ids, case.number, case.stage.value)


def note(items: Sequence[Noted], *, actor: Actor, now: datetime) -> None:
    """Lines that change nothing of their cases; who looks at one sees it."""
    db.require_transaction()
    if not items:
        return
    rows = {number: row for number, *row in execute(_CASES, (sorted({item.number for item in items}),))}
    told = [(item, rows[item.number]) for item in items if item.number in rows]
    ledger.append([_line(row[0], item.told, item.facts, actor, item.text) for item, row in told], now=now)
    events.emit([Event(f"case.{item.told}", row[1], tuple(row[2]), item.number, row[3]) for item, row in told], now=now)


def _line(case_id: int, told: Told, facts: Mapping[str, Any], actor: Actor, text: str = "") -> Line:
    return Line("case", case_id, told, facts, text, account=actor.account_id, post=actor.post_id)
