"""Whom reports complain of: such a unit, and its line, never gets the case, by whatever verb."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from civigrid.cases import queries as case_queries
from civigrid.catalog import queries as catalog
from civigrid.intake.rules import ReportRow
from civigrid.route import queries as route


def barred(numbers: Sequence[str], *, now: datetime) -> dict[str, frozenset[int]]:
    """In the open transaction: the units barred from each case, by its number."""
    on = now.astimezone(catalog.city().zone).date()
    return {number: route.barred(said, on) for number, said in case_queries.targets_held(numbers).items()}


def of_reports(reports: Iterable[ReportRow], *, now: datetime) -> dict[int, frozenset[int]]:
    """The same of single reports, by id; those that complain of nobody are left out."""
    on = now.astimezone(catalog.city().zone).date()
    return {each.id: route.barred([each.target_text], on) for each in reports if each.target_text}
