"""待补充, 搁置: reports that wait for a person, and what he decides about them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from civigrid.base.errors import Outcome, Refused
from civigrid.flow import deciding, registration
from civigrid.flow.registration import Redecision
from civigrid.intake import queries as intake
from civigrid.intake.rules import DispositionKind, PendingState, SaidRow, Subject, Urgency
from civigrid.intake.words import MISSING, PENDING
from civigrid.web import shell, wording
from civigrid.web.desk.deciding import DecisionForm
from civigrid.web.desk.forms import offered
from civigrid.web.desk.register import only_the_desk

LARGEST_ID = 2**63 - 1
BACK = {"decided_already", "no_such_report", "erased"}  # no correction of the form helps


@dataclass(frozen=True, slots=True)
class Waiting:
    """A report that waits: why in words, since when. `error`: what the machine stumbled over, "" where a person waits."""

    report: SaidRow
    why: str
    since: datetime
    error: str = ""


@require_GET
def waiting(request: Any) -> HttpResponse:
    """Those the machine could not process first, then those somebody keeps waiting, the oldest first."""
    only_the_desk(request)
    with shell.reading(request):
        rows = _rows()
    return shell.page(request, "desk/reports.html", {"rows": rows, "decides": request.actor.scope.everywhere})


def _rows() -> list[Waiting]:
    parked, waits = intake.parked(), intake.waiting()
    said = {
        row.id: row
        for row in intake.said_by_ids([*(row.report_id for row in parked), *(row.report_id for row in waits)])
    }
    stuck = str(PENDING[PendingState.PARKED])
    found = [(row.report_id, stuck, row.received_at, row.error) for row in parked]
    found += [(row.report_id, _missing(row.missing), row.at, "") for row in waits]
    return [Waiting(said[report_id], why, at, error) for report_id, why, at, error in found if report_id in said]


def _missing(code: str) -> str:
    return str(next((words for each, words in MISSING.items() if each == code), code))


@require_http_methods(["GET", "POST"])
def decide(request: Any, report_id: int) -> HttpResponse:
    """One report that waits, with the same decisions as at its registration. Sent twice, the second finds it decided."""
    only_the_desk(request)
    if report_id > LARGEST_ID or not request.actor.scope.everywhere:
        raise Http404
    if request.method == "GET":
        return _page(request, report_id)
    return _decided(request, report_id)


@dataclass(frozen=True, slots=True)
class Read:
    report: SaidRow
    why: str
    targets: list[tuple[int, str]]


def _read(request: Any, report_id: int) -> Read:
    """404 for what does not exist, is out of scope, or does not wait."""
    with shell.reading(request):
        found = intake.said_by_ids([report_id])
        became = intake.disposed([report_id]).get(report_id)
        if not found or (became and became.kind is not DispositionKind.WAITING):
            raise Http404
        why = _missing(became.reason) if became else str(PENDING[PendingState.PARKED])
        return Read(found[0], why, list(offered(shell.today(request)).targets))


def _page(request: Any, report_id: int, form: DecisionForm | None = None, *, status: int = 200) -> HttpResponse:
    read = _read(request, report_id)
    form = form or DecisionForm(actor=request.actor, targets=read.targets)
    faults = [(form[name], found) for name, found in form.errors.items() if name in form.fields]
    context = {"report": read.report, "why": read.why, "form": form, "faults": faults}
    return shell.page(request, "desk/decide.html", context, status=status)


def _decided(request: Any, report_id: int) -> HttpResponse:
    read = _read(request, report_id)
    form = DecisionForm(request.POST, actor=request.actor, targets=read.targets)
    if form.is_valid():
        words = f"{read.report.title}\n{read.report.text}"
        form.check(Subject(read.report.kind, Urgency.ORDINARY, deciding.danger(words)))
    if form.is_valid():
        item = Redecision(report_id, form.decision())
        [outcome] = registration.redecide([item], actor=request.actor, now=request.now)
        if outcome.ok or outcome.code in BACK:
            return _told(request, report_id, outcome)
        form.complain(Refused(outcome.code, **outcome.facts))
    return _page(request, report_id, form, status=422)


def _told(request: Any, report_id: int, outcome: Outcome) -> HttpResponse:
    if outcome.ok:
        became = outcome.made.disposed
        words = _("Report %(id)d: %(became)s. %(numbers)s")
        what = wording.of("disposition", became.kind) if became else ""
        numbers = " ".join(became.numbers) if became else ""
        messages.success(request, words % {"id": report_id, "became": what, "numbers": numbers})
    else:
        messages.warning(request, wording.refusal(outcome.code, outcome.facts))
    return HttpResponseRedirect(reverse("desk_reports"), status=303)
