"""The cases of a report as its sender is told of them: where they stand, by when, and who has them. No person's name."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from civigrid.base.bulk import execute
from civigrid.cases.queries.names import Both, Names
from civigrid.cases.rules import Side, Stage

# of the promise the case's own clock speaks; it stopped with the case
_TOLD = """
SELECT c.number, c.stage, c.side, c.waits_for, c.outcome, c.matter_id, c.region_code, c.closed_at, k.due_at, (
  SELECT t.unit_id FROM cases_task t WHERE t.case_id = c.id AND t.kind = 'lead' AND t.state NOT IN ('returned', 'cancelled')
  ORDER BY t.id DESC LIMIT 1), bool_or(r.withdrawn_at IS NOT NULL)
FROM cases_report r JOIN cases_case c ON c.id = r.case_id
LEFT JOIN cases_clock k ON k.case_id = c.id AND k.task_id IS NULL AND k.kind = 'finish'
WHERE r.report_id = ANY (%s::bigint[]) AND r.left_at IS NULL AND c.side <> 'joined'
GROUP BY c.id, k.due_at ORDER BY c.id
"""
# Pictures of how it looks now, once somebody else than the handler has said that it is done. Of what was told in confidence
# and of disputes nothing: they are of a person's home or of persons.
_RESULTS = """
SELECT number, file_id FROM (
  SELECT DISTINCT c.number, e.file_id, e.id FROM cases_report r JOIN cases_case c ON c.id = r.case_id
  JOIN cases_evidence e ON e.case_id = c.id AND e.kind = 'after' AND e.erased_at IS NULL
  JOIN base_file f ON f.sha256 = e.file_id AND starts_with(f.media_type, 'image/')
  WHERE r.report_id = ANY (%s::bigint[]) AND r.left_at IS NULL AND c.side <> 'joined' AND c.stage = 'evaluate' AND c.outcome <> ''
    AND NOT c.confidential AND c.family <> 'dispute'
  ORDER BY e.id DESC LIMIT %s
) found ORDER BY id
"""
MOST_RESULTS = 12  # pictures, the newest


@dataclass(frozen=True, slots=True)
class ToldCase:
    """`unit`: ("", "") where nobody has it yet. `due_at`: the promise, None where none was given yet. `withdrawn`: its
    sender took it back. `results`: SHA-256 of the pictures that show the result, the oldest first."""

    number: str
    stage: Stage
    side: Side
    waits_for: str
    outcome: str
    matter: Both
    place: Both
    closed_at: datetime | None
    due_at: datetime | None
    unit: Both
    withdrawn: bool
    results: tuple[str, ...] = ()

    @property
    def over(self) -> bool:
        return self.stage is Stage.EVALUATE


def told_cases(report_ids: Sequence[int], *, now: datetime) -> list[ToldCase]:
    """The cases these reports belong to now, the oldest first. Two statements. Call inside `db.system()`."""
    names = Names.at(now)
    results = defaultdict[str, list[str]](list)
    for number, sha256 in result_files(report_ids):
        results[number].append(sha256)
    return [
        ToldCase(
            number, Stage(stage), Side(side), waits_for, outcome, names.matter(matter_id), names.place(region), closed_at, due_at,
            names.unit(unit_id), withdrawn, tuple(results[number]),
        )
        for number, stage, side, waits_for, outcome, matter_id, region, closed_at, due_at, unit_id, withdrawn in execute(
            _TOLD, (list(report_ids),)
        )
    ]  # fmt: skip


def result_files(report_ids: Sequence[int]) -> list[tuple[str, str]]:
    """Case number and SHA-256 of each picture of a result that the senders of these reports may see."""
    return [(row[0], row[1]) for row in execute(_RESULTS, (list(report_ids), MOST_RESULTS))]
