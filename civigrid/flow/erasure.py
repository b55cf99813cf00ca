"""Erasing what was said: one verb over every place that has a copy of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from civigrid.base import files, ledger
from civigrid.base.errors import Outcome
from civigrid.cases import actions as cases
from civigrid.cases import queries as case_queries
from civigrid.classify import actions as classify
from civigrid.directory.rules import Actor
from civigrid.flow import tx
from civigrid.intake import actions as intake
from civigrid.intake import queries as reports_of
from civigrid.intake.rules import EraseReason
from civigrid.locate import actions as locate


def erase(report_ids: Sequence[int], *, actor: Actor, reason: EraseReason, now: datetime) -> list[Outcome]:
    """Blanks these reports with their points, contacts, files and answers, in one transaction; one Outcome each, in order.

    The free texts in the record of a case, the names of its evidence and the files of it that the law does not want kept
    (`cases.rules.evidence_erased`) go when nothing said in it is left. What was done, when, by whom and why stays
    everywhere, and the chains stay whole. A file goes from the disk when no report and no case has it any more.
    """

    def work() -> tuple[list[Outcome], list[str]]:
        shown = reports_of.files_of(report_ids)
        outcomes = intake.erase(report_ids, now=now, actor=actor, reason=reason)
        erased = [report_id for report_id, done in zip(report_ids, outcomes, strict=True) if done.ok]
        ledger.forget("report", erased, now=now, account=actor.account_id, post=actor.post_id)
        classify.forget(erased)
        locate.forget(erased)
        silent = case_queries.all_erased(erased)
        shown += case_queries.files_of(silent)
        cases.erase_evidence(silent, reason=reason, actor=actor, now=now)
        ledger.forget("report", erased, now=now, account=actor.account_id, post=actor.post_id)
        cases.index(case_queries.of_reports(erased))
        ledger.forget("case", silent, now=now, account=actor.account_id, post=actor.post_id)
        return outcomes, _forget(shown)

    outcomes, gone = tx.whole(work)
    files.discard(gone, now=now)
    return outcomes


def _forget(shown: Sequence[str]) -> list[str]:
    """Deletes the rows of those files that nothing has any more; which they were."""
    held = files.hold(shown)
    needed = reports_of.files_named(held) | case_queries.files_named(held)
    gone = [sha256 for sha256 in held if sha256 not in needed]
    files.forget(gone)
    return gone
