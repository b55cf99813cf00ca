"""Labelling reports."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime

from civigrid.base.bulk import execute, lines
from civigrid.base.db import require_transaction
from civigrid.catalog import queries as catalog
from civigrid.classify import queries, rules
from civigrid.classify.rules import LabelRow
from civigrid.intake.rules import ReportRow

_INSERT = """
INSERT INTO classify_label (report_id, matter_id, confidence, sure, how, candidates, urgency, emergency, by_account, at)
SELECT report_id, matter_id, confidence, sure, how, candidates::jsonb, urgency, coalesce(emergency, ''), 0, %s
FROM ROWS FROM (
  unnest(%s::bigint[]), unnest(%s::bigint[]), unnest(%s::float8[]), unnest(%s::boolean[]), string_to_table(%s, E'\\n'),
  string_to_table(%s, E'\\n'), unnest(%s::smallint[]), string_to_table(%s, E'\\n')
) AS new (report_id, matter_id, confidence, sure, how, candidates, urgency, emergency)
"""


def label(reports: Sequence[ReportRow], *, now: datetime) -> list[LabelRow]:
    """One label per report, in their order: the matter the sender named, else what the catalogue's words say."""
    require_transaction()
    if not reports:
        return []
    city = catalog.city()
    on = now.astimezone(city.zone).date()
    codes = catalog.matters_by_code(on)
    matcher = queries.matcher(on)
    asked = [report for report in reports if report.matter_code not in codes]
    candidates = matcher.candidates([(each.title, each.text) for each in asked])
    found = dict(zip((each.id for each in asked), candidates, strict=True))
    labels = []
    for report in reports:
        urgency, emergency = rules.urgency(report.words)
        matter = codes.get(report.matter_code)
        labels.append(
            rules.judged(
                report.id,
                found.get(report.id, ()),
                given=matter.id if matter else None,
                unknown_code=bool(report.matter_code and not matter),
                bar=city.confidence_bar,
                urgency=min(urgency, report.urgency),
                emergency=emergency,
            )
        )
    _write(labels, now)
    return labels


def _write(labels: Sequence[LabelRow], now: datetime) -> None:
    execute(
        _INSERT,
        (
            now,
            [each.report_id for each in labels],
            [each.matter_id for each in labels],
            [each.confidence for each in labels],
            [each.sure for each in labels],
            lines(each.how for each in labels),
            lines(json.dumps(each.candidates) for each in labels),
            [each.urgency for each in labels],
            lines(each.emergency for each in labels),
        ),
    )
