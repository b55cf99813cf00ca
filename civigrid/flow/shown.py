"""What else of a report a page shows, and to whom: its files, and what was noted beside it. A unit that a report complains
of never sees what came with it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from civigrid.base import db, files
from civigrid.base.files import Kept
from civigrid.cases import queries as cases
from civigrid.catalog import queries as catalog
from civigrid.directory.rules import Actor
from civigrid.intake import queries as reports_of
from civigrid.intake.rules import Aside, aside
from civigrid.route import queries as route


def may_open(sha256: str, *, actor: Actor, now: datetime) -> Kept | None:
    """The file, where it is evidence of a case in the actor's scope, or came with a report in it that is not about his
    own unit or its line; None otherwise. Opens its own transactions.
    """
    with db.scoped(actor.scope):
        evidence = sha256 in cases.files_in_scope([sha256])
        report_ids = [] if evidence else reports_of.reports_with(sha256)
    if not (evidence or report_ids):
        return None
    with db.system():
        if not evidence and not _unblamed(report_ids, actor, now):
            return None
        return files.known([sha256], held=False).get(sha256)


def asides(report_ids: Sequence[int], *, actor: Actor) -> dict[int, Aside]:
    """What else is known of reports whose words the actor sees; opens its own transaction."""
    if not report_ids:
        return {}
    with db.system():
        contacts = reports_of.with_contact(report_ids)
        reports = reports_of.by_ids(report_ids)
    return {report.id: aside(report, actor, contact=report.id in contacts) for report in reports}


def _unblamed(report_ids: Sequence[int], actor: Actor, now: datetime) -> bool:
    """Some of these reports do not complain of the actor's unit."""
    targets = reports_of.targets_of(report_ids)
    return any(not target or actor.unit_id not in route.barred([target], _day(now)) for target in targets.values())


def _day(now: datetime) -> date:
    return now.astimezone(catalog.city().zone).date()
