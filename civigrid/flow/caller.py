"""What a caller reported before, found by the number he calls from."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from civigrid.cases import queries as case_queries
from civigrid.cases.queries import OwnCase
from civigrid.catalog import queries as catalog
from civigrid.directory.rules import Actor
from civigrid.flow import tx
from civigrid.intake import actions as intake
from civigrid.intake import queries as reports_of
from civigrid.intake.rules import MOST_OWN, Disposed, ReportRow


@dataclass(frozen=True, slots=True)
class OwnReport:
    """A report of the caller with its cases, the newest first: no words of it, which he knows, and no name."""

    report_id: int
    kind: str
    received_at: datetime
    disposed: Disposed | None
    cases: tuple[OwnCase, ...]


def own_reports(phone: str, purpose: str, *, actor: Actor, now: datetime) -> list[OwnReport]:
    """The caller's reports of the last days (the city's `own_case_days`) in the actor's area, the newest first.

    Written down before anybody sees it, like the opening of a contact: it joins a number to what was said with it.
    Refused for whom contacts do not concern, and for a number that is nobody's own. Of what was told in confidence
    nothing is found: neither the report, nor a case it belongs to. Its sender has the case's number.
    """

    return tx.whole(partial(_own, phone, purpose, actor, now))


def _own(phone: str, purpose: str, actor: Actor, now: datetime) -> list[OwnReport]:
    since = now - timedelta(days=catalog.city().own_case_days)
    found = intake.look_up(phone, purpose, since=since, limit=MOST_OWN, actor=actor, now=now)
    disposed, at_work = reports_of.disposed(found), _at_work(found, actor, now)
    with_case = case_queries.places_of(found)
    return [
        OwnReport(report.id, report.kind, report.received_at, disposed.get(report.id), tuple(at_work[report.id]))
        for report in reports_of.by_ids(found)
        if at_work[report.id] or (not with_case[report.id] and _here(report, actor))
    ]


def _at_work(report_ids: Sequence[int], actor: Actor, now: datetime) -> dict[int, list[OwnCase]]:
    found: dict[int, list[OwnCase]] = defaultdict(list)
    for case in case_queries.cases_of(report_ids, now=now):
        if not case.confidential and actor.scope.holds(region_code=case.region_code, unit_ids=case.unit_ids):
            found[case.report_id].append(case)
    return found


def _here(report: ReportRow, actor: Actor) -> bool:
    return actor.scope.holds(region_code=report.region_code)
