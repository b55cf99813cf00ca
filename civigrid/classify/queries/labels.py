"""The labels there are: what counts, what was said before, and what a model may learn from."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import BooleanField, ExpressionWrapper, Q, QuerySet

from civigrid.base.bulk import execute
from civigrid.classify.models import Label
from civigrid.classify.rules import Candidate, How, LabelRow

# What may be learnt: a matter named by a person, or by the sender's own code. Not the words of confidential reports.
_TAUGHT = """
SELECT DISTINCT ON (l.report_id)
  l.report_id, l.matter_id, extract(epoch FROM coalesce(r.occurred_at, r.received_at))::bigint
FROM classify_label l JOIN intake_report r ON r.id = l.report_id
WHERE l.report_id > %s AND (l.by_account > 0 OR l.how = 'given') AND l.matter_id IS NOT NULL
  AND r.erased_at IS NULL AND NOT r.confidential AND (r.title <> '' OR r.text <> '')
ORDER BY l.report_id, (l.by_account > 0) DESC, l.id DESC LIMIT %s
"""
_FRESH = """
SELECT count(*) FROM (
  SELECT FROM classify_label WHERE (by_account > 0 OR how = 'given') AND id > %s LIMIT %s
) taught
"""
_NEWEST = "SELECT coalesce(max(id), 0) FROM classify_label WHERE by_account > 0 OR how = 'given'"


def newest(report_ids: Sequence[int]) -> dict[int, LabelRow]:
    """The label that counts, by report: the newest by a person, else the newest."""
    found = _labels(report_ids).annotate(person=ExpressionWrapper(Q(by_account__gt=0), BooleanField()))
    return {
        label.report_id: _row(label) for label in found.order_by("report_id", "-person", "-id").distinct("report_id")
    }


def history(report_ids: Sequence[int]) -> dict[int, list[LabelRow]]:
    """All labels of each report, oldest first."""
    found: dict[int, list[LabelRow]] = {report_id: [] for report_id in report_ids}
    for label in _labels(report_ids).order_by("id"):
        found[label.report_id].append(_row(label))
    return found


def _labels(report_ids: Sequence[int]) -> QuerySet[Label]:
    return Label.objects.filter(report_id__in=report_ids)


def _row(label: Label) -> LabelRow:
    return LabelRow(
        report_id=label.report_id,
        matter_id=label.matter_id,
        confidence=label.confidence,
        sure=label.sure,
        how=How(label.how),
        candidates=tuple(Candidate(*each) for each in label.candidates),
        urgency=label.urgency,
        emergency=label.emergency,
        because=tuple(label.because),
        model_id=label.model_id,
        by_account=label.by_account,
        by_post=label.by_post,
        at=label.at,
    )


def taught(*, after: int, limit: int) -> list[tuple[int, int, int]]:
    """(report id, matter id, moment in seconds) of reports above id `after` that a model may learn from, by id."""
    return [(report_id, matter_id, moment) for report_id, matter_id, moment in execute(_TAUGHT, (after, limit))]


def fresh(*, after: int, limit: int) -> int:
    """How many such labels there are above label id `after`; counting stops at `limit`."""
    ((count,),) = execute(_FRESH, (after, limit))
    return int(count)


def newest_taught() -> int:
    """The id of the newest such label; 0 where there is none."""
    ((label_id,),) = execute(_NEWEST)
    return int(label_id)
