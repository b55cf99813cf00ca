"""Reports the machine could not process: shown with their error, tried again on request."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from civigrid.flow import verbs
from civigrid.intake import queries as intake
from civigrid.intake.rules import ParkedRow, SaidRow
from civigrid.web import shell

LARGEST_ID = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Row:
    parked: ParkedRow
    report: SaidRow | None


@require_GET
def parked(request: Any) -> HttpResponse:
    _only_operators(request)
    with shell.reading(request):
        rows = intake.parked()
        reports = {report.id: report for report in intake.said_by_ids([row.report_id for row in rows])}
    context = {"rows": [Row(row, reports.get(row.report_id)) for row in rows]}
    return shell.page(request, "pages/parked.html", context)


@require_POST
def retry(request: Any, report_id: int) -> HttpResponse:
    _only_operators(request)
    if report_id > LARGEST_ID:
        raise Http404
    [outcome] = verbs.retry_parked(actor=request.actor, items=[report_id], now=request.now)
    if outcome.ok:
        messages.success(request, _("Report %(id)d is tried again.") % {"id": report_id})
    else:
        messages.warning(request, _("Report %(id)d is no longer parked.") % {"id": report_id})
    return HttpResponseRedirect(reverse("parked"), status=303)


def _only_operators(request: Any) -> None:
    if not shell.sees_parked(request.actor):
        raise PermissionDenied
