"""先转后录: who must be called now, marked as called."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from civigrid.flow import transfers
from civigrid.intake.rules import Called
from civigrid.web import wording
from civigrid.web.pages import person

MOST_AGO = 600  # minutes
LARGEST_ID = 2**63 - 1


@require_POST
def called(request: Any, transfer_id: int) -> HttpResponse:
    """The call was made, `ago` minutes ago. 404 where the person may not know of it."""
    if transfer_id > LARGEST_ID:
        raise Http404
    item = Called(transfer_id, request.now - timedelta(minutes=_ago(request)))
    [outcome] = transfers.call([item], actor=request.actor, now=request.now)
    if outcome.code == "no_such_transfer":
        raise Http404
    if outcome.ok:
        messages.success(request, _("The call is on the record."))
        return HttpResponseRedirect(reverse("case", args=[outcome.made.number]), status=303)
    messages.warning(request, wording.refusal(outcome.code, outcome.facts))
    return HttpResponseRedirect(person.back(request), status=303)


def _ago(request: Any) -> int:
    """Whatever was typed, a number of minutes."""
    typed = request.POST.get("ago", "")
    return min(int(typed), MOST_AGO) if typed.isascii() and typed.isdigit() and len(typed) < 6 else 0
