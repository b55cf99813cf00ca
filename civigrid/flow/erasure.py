"""Erasing what was said: one verb over every place that has a copy of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from civigrid.base import db, ledger
from civigrid.base.errors import Outcome
from civigrid.cases import queries as case_queries
from civigrid.directory.rules import Actor
from civigrid.intake import actions as intake
from civigrid.intake.rules import EraseReason
from civigrid.locate import actions as locate


def erase(report_ids: Sequence[int], *, actor: Actor, reason: EraseReason, now: datetime) -> list[Outcome]:
    """Blanks these reports with their points and contacts, all in one transaction; one Outcome each, in their order.

    The free texts in the record of a case go when nothing said in it is left. What was done, when, by whom and why
    stays everywhere, and the chains stay whole.
    """

    def work() -> list[Outcome]:
        with db.system():
            outcomes = intake.erase(report_ids, now=now, actor=actor, reason=reason)
            erased = [report_id for report_id, done in zip(report_ids, outcomes, strict=True) if done.ok]
            locate.forget(erased)
            silent = case_queries.all_erased(erased)
            ledger.forget("case", silent, now=now, account=actor.account_id, post=actor.post_id)
            return outcomes

    return db.retrying(work)
