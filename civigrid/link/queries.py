"""The links there are."""

from __future__ import annotations

from collections.abc import Sequence

from civigrid.link.models import Link
from civigrid.link.rules import LinkHow, LinkRow


def newest(report_ids: Sequence[int]) -> dict[int, LinkRow]:
    """The link that counts, by report; reports without one are left out."""
    found = Link.objects.filter(report_id__in=report_ids).order_by("report_id", "-id").distinct("report_id")
    return {link.report_id: LinkRow(link.report_id, link.first_id, LinkHow(link.how), link.score) for link in found}
