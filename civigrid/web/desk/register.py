"""登记工单: the form of whoever answers the telephone, what it offers while somebody speaks, and what became of the last one."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpResponse, HttpResponseRedirect, JsonResponse
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from civigrid.base.errors import Refused
from civigrid.cases import queries as cases
from civigrid.cases.queries import OwnCase
from civigrid.flow import caller, registration, slips
from civigrid.flow.registration import Registered, Registration
from civigrid.flow.slips import Slip
from civigrid.intake import queries as intake
from civigrid.intake.rules import MAY_REGISTER, Disposed, Purpose
from civigrid.web import shell, smalljson, wording
from civigrid.web.desk import called, files, looking
from civigrid.web.desk.forms import FURTHER, RegisterForm, offered
from civigrid.web.enclosed import Arrived
from civigrid.web.forms.files import ACCEPTED, PIECES
from civigrid.web.once import once

LONGEST_LOOK = 32_000  # bytes


@dataclass(frozen=True, slots=True)
class Saved:
    """What became of the report that was registered last: it stands above the next form."""

    became: Disposed
    cases: list[OwnCase]
    slip: Slip | None


def only_the_desk(request: Any) -> None:
    """404 for whom the form is not: he is not told that it is there."""
    if request.actor.role not in MAY_REGISTER:
        raise Http404


@require_http_methods(["GET", "POST"])
def register(request: Any) -> HttpResponseBase:
    """GET an empty form (?saved= the report before it, ?source= where that came from); POST 303 to the next one, 422 with
    what is wrong and everything that was typed.

    A form sent twice gets the first answer again: its hidden key is an Idempotency-Key, and the report's own.
    """
    only_the_desk(request)
    if request.method == "GET":
        return _empty(request)
    answer = once(request, lambda: _posted(request))
    if answer.status_code == 303:
        called.remember(answer, request.POST.get("key", ""))
    return answer


def _empty(request: Any) -> HttpResponse:
    with shell.reading(request):
        offer = offered(shell.today(request))
        saved = _saved(request)
    saved = _with_slip(request, saved)
    initial = {"key": uuid.uuid4(), "source": request.GET.get("source", "")[:40]}
    return _page(request, RegisterForm(offer=offer, actor=request.actor, initial=initial), saved=saved)


def _saved(request: Any) -> Saved | None:
    """Nothing of a report that the person may not see."""
    said = request.GET.get("saved", "")
    report_id = int(said) if said.isascii() and said.isdigit() and len(said) < 19 else 0
    became = intake.disposed([report_id]).get(report_id) if report_id else None
    return Saved(became, cases.cases_of([report_id], now=request.now), None) if became else None


def _with_slip(request: Any, saved: Saved | None) -> Saved | None:
    """What the caller is told, while the form was just sent by this browser."""
    key = called.key(request)
    if saved is None or not key:
        return saved
    slip = slips.of_form(saved.became.report_id, key, actor=request.actor, now=request.now)
    return replace(saved, slip=slip)


def _posted(request: Any) -> HttpResponse:
    here, refused = files.of(request).arrived(request)
    with shell.reading(request):
        offer = offered(shell.today(request))
        form = RegisterForm(request.POST, offer=offer, actor=request.actor)
        form.is_valid()
    for no in refused:
        form.add_error(None, wording.refusal(no.code, no.facts))
    if not form.is_valid():
        return _again(request, form, here)
    return _register(request, form, here)


def _register(request: Any, form: RegisterForm, here: list[Arrived]) -> HttpResponse:
    try:
        shown, kept = files.of(request).kept(here)
    except Refused as no:
        form.complain(no)
        return _again(request, form, here)
    raw = form.raw(form.cleaned_data["key"] or str(uuid.uuid4()), shown)
    item = Registration(raw, form.decision(), form.besides)
    [outcome] = registration.register([item], actor=request.actor, now=request.now, kept=kept)
    if not outcome.ok:
        form.complain(Refused(outcome.code, **outcome.facts))
        return _again(request, form, here)
    files.of(request).used(here)
    made: Registered = outcome.made
    query = urlencode({"saved": made.report_id, "source": raw.source})
    return HttpResponseRedirect(f"{reverse('desk_register')}?{query}", status=303)


def _again(request: Any, form: RegisterForm, here: list[Arrived]) -> HttpResponse:
    """The form as it was filled in, with a new key: corrected it is another request."""
    typed = request.POST.copy()
    typed["key"] = str(uuid.uuid4())
    form.data = typed
    return _page(request, form, here, status=422)


def _page(
    request: Any,
    form: RegisterForm,
    here: list[Arrived] | None = None,
    *,
    saved: Saved | None = None,
    status: int = 200,
) -> HttpResponse:
    seen = looking.shown(request, looking.draft(form.data)) if form.is_bound else {}
    context = {
        "form": form,
        "seen": seen,
        "saved": saved,
        "here_files": here or [],
        "further": [form[name] for name in FURTHER],
        "further_open": any(form[name].value() for name in FURTHER),
        "faults": [(form[name], found) for name, found in form.errors.items() if name in form.fields],
        "field": files.of(request).field,
        "named": files.of(request).named,
        "pieces": PIECES,
        "taken": ",".join(ACCEPTED),
    }
    return shell.page(request, "desk/register.html", context, status=status)


@require_POST
def look(request: Any) -> HttpResponse:
    """What fits what was typed so far, as pieces of the page. Not in an address, where it would be written into logs."""
    only_the_desk(request)
    said = smalljson.read(request, LONGEST_LOOK)
    if said is None:
        return _bad()
    answer = looking.pieces(request, looking.shown(request, looking.draft(said)))
    return JsonResponse(answer, json_dumps_params={"ensure_ascii": False})


@require_POST
def own(request: Any) -> HttpResponse:
    """The caller's own recent reports by his number, which is in no address; that it was looked up is on the record."""
    only_the_desk(request)
    said = smalljson.read(request, LONGEST_LOOK)
    if said is None:
        return _bad()
    phone = str(said.get("phone") or "")[:40]
    context: dict[str, Any] = {}
    try:
        context["own"] = caller.own_reports(phone, Purpose.OWN_CASE, actor=request.actor, now=request.now)
    except Refused as no:
        context["refused"] = wording.refusal(no.code, no.facts)
    return JsonResponse(
        {"caller": render_to_string("desk/caller.html", context, request).strip()},
        json_dumps_params={"ensure_ascii": False},
    )


def _bad() -> HttpResponse:
    return JsonResponse({"error": "bad_json"}, status=400)
