"""Proposing whose duty reports are."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime

from civigrid.base.bulk import execute, lines
from civigrid.base.db import require_transaction
from civigrid.catalog import queries as catalog
from civigrid.classify.rules import LabelRow
from civigrid.intake.rules import ReportRow
from civigrid.locate.rules import Precision, SpotHow, SpotRow
from civigrid.route import queries
from civigrid.route.rules import ProposalRow, Request

_INSERT = """
INSERT INTO route_proposal
  (report_id, unit_id, duty_row_version_id, standard_version_id, reason, facts, alternatives, at)
SELECT report_id, unit_id, duty_row_version_id, standard_version_id, reason, facts::jsonb, alternatives::jsonb, %s
FROM ROWS FROM (
  unnest(%s::bigint[]), unnest(%s::bigint[]), unnest(%s::bigint[]), unnest(%s::bigint[]), string_to_table(%s, E'\\n'),
  string_to_table(%s, E'\\n'), string_to_table(%s, E'\\n')
) AS new (report_id, unit_id, duty_row_version_id, standard_version_id, reason, facts, alternatives)
"""


def choose(
    reports: Sequence[ReportRow],
    labels: Sequence[LabelRow],
    spots: Sequence[SpotRow],
    *,
    load: Mapping[int, int],
    now: datetime,
) -> list[ProposalRow]:
    """One proposal per report, in their order. `load`: open tasks by unit, shown beside each unit, not yet weighed."""
    require_transaction()
    if not reports:
        return []
    proposals = judge(reports, labels, spots, load=load, now=now)
    keep(proposals, now=now)
    return proposals


def judge(
    reports: Sequence[ReportRow],
    labels: Sequence[LabelRow],
    spots: Sequence[SpotRow],
    *,
    load: Mapping[int, int],
    now: datetime,
) -> list[ProposalRow]:
    """As `choose`, and nothing is stored: for whoever must know it before he decides."""
    on = now.astimezone(catalog.city().zone).date()
    router, owners = queries.router(on), queries.owners(spots, on)
    requests = [_request(*row, owners) for row in zip(reports, labels, spots, strict=True)]
    return [router.choose(request, load) for request in requests]


def _request(report: ReportRow, label: LabelRow, spot: SpotRow, owners: Mapping[str, str]) -> Request:
    return Request(
        report_id=report.id,
        matter_id=label.matter_id,
        sure=label.sure,
        outside=spot.precision is Precision.OUTSIDE,
        disputed=spot.how is SpotHow.DIFFER,
        region_code=spot.region_code,
        place_kind=spot.place_kind,
        urgency=label.urgency,
        target=report.target_text,
        candidates=tuple(candidate.matter_id for candidate in label.candidates),
        owner=owners.get(spot.asset_code),
    )


def keep(proposals: Sequence[ProposalRow], *, now: datetime) -> None:
    """Stores proposals beside those there are; of a report the newest counts."""
    require_transaction()
    execute(
        _INSERT,
        (
            now,
            [each.report_id for each in proposals],
            [each.unit_id for each in proposals],
            [each.duty_row_version_id for each in proposals],
            [each.standard_version_id for each in proposals],
            lines(each.reason for each in proposals),
            lines(json.dumps(each.facts) for each in proposals),
            lines(json.dumps(each.alternatives) for each in proposals),
        ),
    )
