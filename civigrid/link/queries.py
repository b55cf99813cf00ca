"""The links there are."""

from __future__ import annotations

from collections.abc import Sequence

from civigrid.link.models import Link
from civigrid.link.rules import LinkHow, LinkRow


def newest(report_ids: Sequence[int]) -> dict[int, LinkRow]:
    """The link that counts, by report; reports without one are left out."""
    found = Link.objects.filter(report_id__in=report_ids).order_by("report_id", "-id").distinct("report_id")
    return {link.report_id: LinkRow(link.report_id, link.first_id, LinkHow(link.how), link.score) for link in found}


def copies(report_ids: Sequence[int]) -> dict[int, list[int]]:
    """The identical reports that repeat each of these, oldest first."""
    found: dict[int, list[int]] = {report_id: [] for report_id in report_ids}
    rows = Link.objects.filter(first_id__in=report_ids, how=LinkHow.SAME_REPORT).order_by("report_id")
    for first_id, report_id in rows.values_list("first_id", "report_id"):
        found[first_id].append(report_id)
    return found
