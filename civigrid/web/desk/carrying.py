"""What a registration asks for besides its report: further cases for further demands, and the case it is the same as."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from django.utils.translation import gettext as _

from civigrid.base import db
from civigrid.base.errors import Outcome, Refused
from civigrid.cases import queries as cases
from civigrid.cases.queries import CaseView
from civigrid.cases.rules import Further, Joining
from civigrid.catalog.queries import MatterRow
from civigrid.flow import verbs
from civigrid.intake.rules import Disposed
from civigrid.web import wording
from civigrid.web.templatetags.civigrid import pick


def carry_on(request: Any, became: Disposed, further: Sequence[MatterRow], same: str) -> list[str]:
    """Each its own step, as if done on the case's page: what does not stand is told, in words, and the rest does. Done
    before, for a form that is sent once more after a fault, it does nothing."""
    first, told = became.numbers[0], []
    for matter in further[len(became.numbers) - 1 :]:
        outcome = _step(request, first, partial(_further, request, became.report_id, matter))
        if not outcome.ok:
            what = _("A case of its own for “%(matter)s” was not opened. %(why)s")
            told.append(what % {"matter": pick(matter.name, matter.name_en), "why": _why(outcome)})
    if same and same not in became.numbers:
        outcome = _step(request, first, partial(_join, request, same))
        if not outcome.ok:
            what = _("It was not joined to %(number)s. %(why)s")
            told.append(what % {"number": same, "why": _why(outcome)})
    return told


def _step(request: Any, number: str, work: Callable[[CaseView], Outcome]) -> Outcome:
    """With the case as it is now: each step before made it another."""
    with db.scoped(request.actor.scope):
        case = cases.access_case(number, now=request.now)
    return work(case) if case else Outcome.refused(number, Refused("unknown_case"))


def _further(request: Any, report_id: int, matter: MatterRow, case: CaseView) -> Outcome:
    item = Further(case.facts.number, case.facts.version, matter_id=matter.id, report_id=report_id)
    [outcome] = verbs.also(actor=request.actor, items=[item], now=request.now)
    return outcome


def _join(request: Any, into: str, case: CaseView) -> Outcome:
    item = Joining(case.facts.number, case.facts.version, into=into)
    [outcome] = verbs.join(actor=request.actor, items=[item], now=request.now)
    return outcome


def _why(outcome: Outcome) -> str:
    return wording.refusal(outcome.code or "stale", outcome.facts)
