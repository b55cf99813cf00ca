"""A resident's report: received, given its slip and processed in one transaction."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from civigrid.base import db
from civigrid.base.errors import Refused
from civigrid.base.files import Kept
from civigrid.cases import actions as cases
from civigrid.cases import queries as case_queries
from civigrid.catalog import queries as catalog
from civigrid.classify import actions as classify
from civigrid.directory.rules import MACHINE
from civigrid.flow import conveyor, deciding, pipeline
from civigrid.intake import actions as intake
from civigrid.intake import queries as reports_of
from civigrid.intake.rules import Channel, Disposed, DispositionKind, RawReport, report_number
from civigrid.link import actions as link
from civigrid.link.rules import LinkHow
from civigrid.locate import actions as locate

log = logging.getLogger(__name__)

SAID_SAME = "said_same"  # why it was joined: its sender said so


@dataclass(frozen=True, slots=True)
class Sent:
    """A report that is kept. `danger`: the kind of it that its words tell of, "" for none."""

    report_id: int
    number: str
    danger: str = ""


def submit(raw: RawReport, *, code: str, same: int = 0, kept: Sequence[Kept] = (), now: datetime) -> Sent:
    """`code`: the query code it gets. `same`: a report whose case the sender says is about the same thing. A key that is
    known gives the same answer again. Refused as `intake.actions.record` refuses; "key_reused" where other words are
    known under the key.

    Where it cannot be processed at once it is kept all the same: the conveyor tries again, then an operator sees it.
    """
    try:
        sent = db.retrying(lambda: _submitted(raw, code, same, kept, now, at_once=True))
    except Exception as error:
        if not conveyor.of_a_report(error):
            raise
        log.warning("a resident's report is left to the conveyor", extra={"code": conveyor.words(error)})
        sent = db.retrying(lambda: _submitted(raw, code, 0, kept, now, at_once=False))
    if isinstance(sent, Refused):
        raise sent
    return sent


def known(key: str) -> Sent | None:
    """The report that is kept under a form's key (`channels.resident.key_of`)."""
    with db.system():
        name = (Channel.PUBLIC.value, key)
        found = reports_of.ids_of([name]).get(name)
        return _sent(found) if found else None


def _submitted(
    raw: RawReport, code: str, same: int, kept: Sequence[Kept], now: datetime, *, at_once: bool
) -> Sent | Refused:
    """What the sender must be told is returned; what is raised is no fault of his."""
    with db.system():
        [outcome] = pipeline.receive([raw], now=now, kept=kept)
        if not outcome.ok:
            return Refused(outcome.code, **outcome.facts)
        if not outcome.code:
            intake.give_slips({outcome.made: code})
            if at_once and not (same and _joined(outcome.made, raw, same, now)):
                pipeline.process([outcome.made], now=now)
        return _sent(outcome.made)


def _joined(report_id: int, raw: RawReport, same: int, now: datetime) -> bool:
    """Whether it could go to the case its sender means. Never where somebody is in danger, or it was said in confidence."""
    if raw.confidential or deciding.danger(raw.text) or _in_confidence(same, now):
        return False
    [done] = cases.join([(report_id, same)], barred={}, now=now, actor=MACHINE)
    if not done.ok:
        return False
    intake.finish([report_id])
    reports = reports_of.by_ids([report_id])
    locate.find(reports, classify.label(reports, now=now), now=now)
    link.say([(report_id, same)], LinkHow.SENDER, actor=MACHINE, now=now)
    intake.dispose([Disposed(report_id, DispositionKind.JOINED, SAID_SAME, done.made)], now=now, actor=MACHINE)
    return True


def _in_confidence(report_id: int, now: datetime) -> bool:
    return any(case.confidential for case in case_queries.cases_of([report_id], now=now))


def _sent(report_id: int) -> Sent:
    [report] = reports_of.by_ids([report_id])
    day = report.received_at.astimezone(catalog.city().zone).date()
    return Sent(report_id, report_number(report_id, day), deciding.danger(report.words))
