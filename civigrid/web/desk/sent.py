"""转出: what went to others, and what they said of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from civigrid.base.errors import Refused
from civigrid.directory import queries as directory
from civigrid.flow import transfers as flow
from civigrid.intake import queries as intake
from civigrid.intake.rules import MAY_TRANSFER, RECEIPTS, Receipt, SaidRow, TransferRow, TransferState
from civigrid.intake.words import TRANSFER_STATES
from civigrid.web import shell, wording
from civigrid.web.templatetags.civigrid import pick

LARGEST_ID = 2**63 - 1
LONGEST = 4000


class ReceiptForm(forms.Form):
    """What a target said; which of it may be said now, the transfer's state decides."""

    use_required_attribute = False
    state = forms.ChoiceField(label=gettext_lazy("What the target said"))
    text = forms.CharField(
        label=gettext_lazy("In its words"), required=False, max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, row: TransferRow, data: Any = None, **kwargs: Any) -> None:
        super().__init__(data, label_suffix="", auto_id=f"id_{row.id}_%s", **kwargs)
        first = () if row.state == TransferState.SENT else (TransferState.RECEIVED,)
        states = [state for state in TransferState if state in RECEIPTS and state not in first]
        self.fields["state"].choices = [(state.value, TRANSFER_STATES[state]) for state in states]  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class Sent:
    """`number`: of a case that ended with its transfer; its receipt is given on the case's page."""

    row: TransferRow
    report: SaidRow | None
    target: str
    form: ReceiptForm | None

    @property
    def number(self) -> str:
        return self.row.number


@require_GET
def transfers(request: Any) -> HttpResponse:
    return _page(request)


def _page(request: Any, filled: tuple[int, ReceiptForm] | None = None, *, status: int = 200) -> HttpResponse:
    if request.actor.role not in MAY_TRANSFER:
        raise Http404
    with shell.reading(request):
        rows = intake.unanswered()
        said = {row.id: row for row in intake.said_by_ids([row.report_id for row in rows])}
        units = directory.units(shell.today(request))
    found = []
    for row in rows:
        unit = units.get(row.unit_id or 0)
        target = pick(unit.name, unit.name_en) if unit else wording.of("service", row.service)
        form = filled[1] if filled and filled[0] == row.id else _empty(row)
        found.append(Sent(row, said.get(row.report_id), target, form))
    return shell.page(request, "desk/transfers.html", {"rows": found}, status=status)


def _empty(row: TransferRow) -> ReceiptForm | None:
    return None if row.number and not row.called else ReceiptForm(row)


@require_POST
def receipt(request: Any, transfer_id: int) -> HttpResponse:
    """What the target said of one transfer; said twice, it is refused. 404 where the person may not know of it."""
    if transfer_id > LARGEST_ID or request.actor.role not in MAY_TRANSFER:
        raise Http404
    return _said(request, transfer_id)


def _said(request: Any, transfer_id: int) -> HttpResponse:
    with shell.going_on(request):
        row = intake.transfers_by_ids([transfer_id]).get(transfer_id)
    if row is None:
        raise Http404
    form = ReceiptForm(row, request.POST)
    if form.is_valid():
        item = Receipt(transfer_id, form.cleaned_data["state"], form.cleaned_data["text"])
        [outcome] = flow.receipt([item], actor=request.actor, now=request.now)
        if outcome.code == "no_such_transfer":
            raise Http404
        if outcome.ok:
            messages.success(request, _("The receipt is on the record."))
            return HttpResponseRedirect(reverse("desk_transfers"), status=303)
        _complain(form, Refused(outcome.code, **outcome.facts))
    return _page(request, (transfer_id, form), status=422)


def _complain(form: ReceiptForm, no: Refused) -> None:
    beside = "text" if no.code in ("words_needed", "too_long", "unstorable_text") else None
    form.add_error(beside, wording.refusal(no.code, no.facts))
