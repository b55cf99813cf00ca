"""The cases that their own senders speak of again, and those that went to somebody else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from civigrid.base import ledger
from civigrid.base.bulk import execute
from civigrid.cases.queries.names import Both, Names
from civigrid.cases.rules import HeardCase, Side, Stage, Stood, Told

# a case that was joined goes on in another one, and that perhaps in a third
_HOLD = """
WITH RECURSIVE way AS (
  SELECT c.id, c.number AS asked FROM cases_case c WHERE c.number = ANY (%s)
  UNION ALL
  SELECT j.into_id, way.asked FROM way JOIN cases_joining j ON j.case_id = way.id AND j.undone_at IS NULL
)
SELECT way.asked, c.id, c.number, c.region_code, c.unit_ids, c.stage, ARRAY(
  SELECT k.report_id FROM cases_report k WHERE k.case_id = c.id AND k.left_at IS NULL ORDER BY k.id), c.confidential
FROM way JOIN cases_case c ON c.id = way.id
WHERE NOT EXISTS (SELECT FROM cases_joining j WHERE j.case_id = c.id AND j.undone_at IS NULL)
ORDER BY c.id FOR NO KEY UPDATE OF c
"""
_CLOCKS = """
SELECT c.number, c.id, k.id, a.id FROM cases_case c
LEFT JOIN cases_clock k ON k.case_id = c.id AND k.task_id IS NULL AND k.kind = 'finish'
LEFT JOIN cases_clock a ON a.case_id = c.id AND a.task_id IS NULL AND a.kind = 'answer' AND c.answer_awaited
WHERE c.number = ANY (%s)
"""
_OF_REPORTS = """
SELECT k.report_id, c.number, c.stage, c.side, c.outcome, c.matter_id, c.region_code, c.unit_ids, c.opened_at, c.confidential
FROM cases_report k JOIN cases_case c ON c.id = k.case_id
WHERE k.report_id = ANY (%s::bigint[]) AND k.left_at IS NULL AND c.side <> 'joined' ORDER BY c.id DESC
"""


@dataclass(frozen=True, slots=True)
class OwnCase:
    """A case as its sender is told of it on the telephone."""

    report_id: int
    number: str
    stage: Stage
    side: Side
    outcome: str
    matter: Both
    region_code: str
    unit_ids: tuple[int, ...]
    opened_at: datetime
    confidential: bool


def hold_heard(numbers: Sequence[str]) -> dict[str, HeardCase]:
    """Locks the cases with these numbers, or those they go on in, in id order; by the number that was asked for."""
    if not numbers:
        return {}
    return {
        asked: HeardCase(case_id, number, region, tuple(units), Stage(stage), tuple(reports), apart)
        for asked, case_id, number, region, units, stage, reports, apart in execute(_HOLD, (list(numbers),))
    }


def stood(numbers: Sequence[str]) -> dict[str, Stood]:
    """Where each case stood when it was transferred last; one that never was is left out."""
    rows = execute(_CLOCKS, (list(numbers),))
    records = ledger.read_many("case", [case_id for _, case_id, *_ in rows])
    found = {}
    for number, case_id, *clocks in rows:
        lines = [entry.facts for entry in records[case_id] if entry.verb == Told.TRANSFERRED]
        if lines:
            found[number] = Stood(Stage(str(lines[-1]["stood"])), str(lines[-1]["waited_for"]), *clocks)
    return found


def cases_of(report_ids: Sequence[int], *, now: datetime) -> list[OwnCase]:
    """The cases these reports belong to now, the newest first."""
    names = Names.at(now)
    return [
        OwnCase(
            report_id,
            number,
            Stage(stage),
            Side(side),
            outcome,
            names.matter(matter_id),
            region,
            tuple(units),
            at,
            secret,
        )
        for report_id, number, stage, side, outcome, matter_id, region, units, at, secret in execute(
            _OF_REPORTS, (list(report_ids),)
        )
    ]
