"""Labelling reports."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime

from civigrid.base.bulk import execute, lines
from civigrid.base.db import require_transaction
from civigrid.catalog import queries as catalog
from civigrid.classify import queries, rules
from civigrid.classify.models import Label
from civigrid.classify.rules import Finding, LabelRow
from civigrid.intake.rules import ReportRow

_INSERT = """
INSERT INTO classify_label
  (report_id, matter_id, confidence, sure, how, candidates, because, urgency, emergency, model_id, by_account, by_post, at)
SELECT report_id, matter_id, confidence, sure, how, candidates::jsonb,
  coalesce(string_to_array(nullif(because, ''), E'\\t'), '{}'), urgency, coalesce(emergency, ''), nullif(model_id, 0),
  by_account, by_post, %s
FROM ROWS FROM (
  unnest(%s::bigint[]), unnest(%s::bigint[]), unnest(%s::float8[]), unnest(%s::boolean[]), string_to_table(%s, E'\\n'),
  string_to_table(%s, E'\\n'), string_to_table(%s, E'\\n'), unnest(%s::smallint[]), string_to_table(%s, E'\\n'),
  unnest(%s::bigint[]), unnest(%s::bigint[]), unnest(%s::bigint[])
) AS new (report_id, matter_id, confidence, sure, how, candidates, because, urgency, emergency, model_id, by_account, by_post)
"""


def label(reports: Sequence[ReportRow], *, now: datetime) -> list[LabelRow]:
    """One label per report, in their order: the matter the sender named, else what the catalogue's words and the model
    of the city's past say.
    """
    require_transaction()
    if not reports:
        return []
    city = catalog.city()
    on = now.astimezone(city.zone).date()
    codes = catalog.matters_by_code(on)
    asked = [report for report in reports if report.matter_code not in codes]
    finder, model_id = queries.finder(on)
    findings = finder.find([(each.title, each.text) for each in asked])
    found = dict(zip((each.id for each in asked), findings, strict=True))
    labels = []
    for report in reports:
        urgency, emergency = rules.urgency(report.words)
        matter = codes.get(report.matter_code)
        labels.append(
            rules.judged(
                report.id,
                found.get(report.id, Finding()),
                given=matter.id if matter else None,
                unknown_code=bool(report.matter_code and not matter),
                bar=city.confidence_bar,
                urgency=min(urgency, report.urgency),
                emergency=emergency,
                model_id=model_id,
                at=now,
            )
        )
    write(labels, now)
    return labels


def write(labels: Sequence[LabelRow], now: datetime) -> None:
    """At least one."""
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
            lines("\t".join(" ".join(word.split()) for word in each.because) for each in labels),
            [each.urgency for each in labels],
            lines(each.emergency for each in labels),
            [each.model_id or 0 for each in labels],
            [each.by_account for each in labels],
            [each.by_post for each in labels],
        ),
    )


def forget(report_ids: Sequence[int]) -> None:
    """Blanks the words of these reports that their labels name; for the erasure of what was said."""
    require_transaction()
    Label.objects.filter(report_id__in=report_ids).exclude(because=[]).update(because=[])
