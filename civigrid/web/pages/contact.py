"""回电: the way to answer of one report, opened for a purpose on its case's page."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from civigrid.base.errors import Refused
from civigrid.flow import vault
from civigrid.web import wording
from civigrid.web.pages import case
from civigrid.web.reported import Opened


@require_http_methods(["GET", "POST"])
def opened(request: Any, number: str, report_id: int) -> HttpResponse:
    """POST: the page with that contact on it, this once; who opened it and why is on the record by then. 404 for a report
    that is not among those the person sees there.
    """
    if request.method == "GET":
        return HttpResponseRedirect(reverse("case", args=[number]))
    seen = case.read(request, number)
    if report_id not in {each.row.id for each in seen.reports}:
        raise Http404
    try:
        details = vault.reveal(report_id, request.POST.get("purpose", ""), actor=request.actor, now=request.now)
    except Refused as no:
        status = case.SPECIFIC.get(no.code, 422)
        return case.page(
            request, seen, opened=Opened(report_id, refused=wording.refusal(no.code, no.facts)), status=status
        )
    return case.page(request, seen, opened=Opened(report_id, details))
