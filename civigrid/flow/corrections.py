"""What people say about reports: it counts from then on, and the next model learns from it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from civigrid.base import ledger
from civigrid.base.errors import Outcome
from civigrid.base.ledger import Line
from civigrid.cases import queries as case_queries
from civigrid.classify import actions as classify
from civigrid.classify.rules import Correction
from civigrid.directory.rules import Actor
from civigrid.flow import tx
from civigrid.intake import queries as reports
from civigrid.intake.rules import Place

LABELLED = "labelled"  # the verb of the line in a report's record


def correct(*, actor: Actor, items: Sequence[Correction], now: datetime) -> list[Outcome]:
    """A person says what reports are about, or that the machine was right; a line in the record of each."""

    def work() -> list[Outcome]:
        outcomes = classify.correct(items, places=_places(items), actor=actor, now=now)
        done = [(item, outcome) for item, outcome in zip(items, outcomes, strict=True) if outcome.ok]
        ledger.append([_line(item, outcome, actor) for item, outcome in done], now=now)
        return outcomes

    return tx.whole(work)


def settled(matters: Mapping[str, int], *, actor: Actor, now: datetime) -> None:
    """In the open transaction: a person has filed these cases, by number, as these matters, and with them what their
    first reports are about. The case's own line says so.
    """
    if actor.is_machine or not matters:
        return
    firsts = case_queries.about(list(matters))
    items = [Correction(firsts[number], matter) for number, matter in matters.items() if number in firsts]
    classify.correct(items, places=None, actor=actor, now=now)


def _places(items: Sequence[Correction]) -> dict[int, list[Place]]:
    """Where each report is at work; before it has a case, the region it was sent in with."""
    ids = [item.report_id for item in items]
    at_work = case_queries.places_of(ids)
    return {report.id: at_work[report.id] or [Place(report.region_code)] for report in reports.by_ids(ids)}


def _line(item: Correction, outcome: Outcome, actor: Actor) -> Line:
    facts = {"matter": item.matter_id, "was": outcome.made or 0}
    return Line("report", item.report_id, LABELLED, facts, account=actor.account_id, post=actor.post_id)
