"""What is read for labelling, and the labels there are."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from civigrid.base import stamps
from civigrid.catalog import queries as catalog
from civigrid.classify.models import Label
from civigrid.classify.rules import Candidate, How, LabelRow, Matcher, MatterWords


@stamps.kept(catalog.AREA)
def matcher(on: date) -> Matcher:
    """The matcher of the catalogue of a day; each process builds it anew after the catalogue changed."""
    return Matcher(
        [
            MatterWords(row.id, (row.name, row.name_en, row.major, row.major_en), row.keywords, row.examples)
            for row in catalog.matters(on).values()
        ]
    )


def newest(report_ids: Sequence[int]) -> dict[int, LabelRow]:
    """The label that counts, by report."""
    found = Label.objects.filter(report_id__in=report_ids).order_by("report_id", "-id").distinct("report_id")
    return {label.report_id: _row(label) for label in found}


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
    )
