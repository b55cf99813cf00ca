"""What became of a report, for whoever has its number and query code; and what its sender adds to it.

The code is only ever in the body of a form and on the receipt. After it a cookie of half an hour opens the page.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from civigrid.base import env, files, tallies
from civigrid.base.errors import Refused
from civigrid.flow import residents
from civigrid.flow.residents import MAY_ADD, Shown
from civigrid.intake.channels.resident import Said, parse
from civigrid.intake.rules import Choice, ReportKind, report_of
from civigrid.web import ranges, shell
from civigrid.web.public import frame, senders, telling
from civigrid.web.public.forms import AddForm, SlipForm

# what is offered for a case, and what it says; words are needed but for these
VERBS = {
    "supplement": gettext_lazy("Add something"),
    "chase": gettext_lazy("Ask again"),
    "withdraw": gettext_lazy("Take it back"),
    "unsolved": gettext_lazy("It is not solved"),
}
WORDLESS = {
    "chase": gettext_lazy("The sender asks again."),
    "withdraw": gettext_lazy("The sender takes it back."),
}
HELP = {
    "supplement": gettext_lazy("Whoever works on it is told at once."),
    "chase": gettext_lazy("Whoever works on it is told that you are waiting. Why, you may say or not."),
    "withdraw": gettext_lazy("The desk then ends it, unless others wait for it too. Why, you may say or not."),
    "unsolved": gettext_lazy("Say what is still wrong. The desk reads it and may take the case up again."),
}


@frame.door
@require_http_methods(["GET", "POST"])
def progress(request: Any) -> HttpResponseBase:
    """GET the page where the browser's slip is good, else the form; POST number and code."""
    if not frame.is_open(request):
        return frame.closed(request)
    if request.method == "POST":
        kept = frame.switches(request)
        return kept(_ask(request, SlipForm.as_typed(request.POST))) if kept else _open(request)
    report_id, _key = senders.slip(request)
    try:
        return _shown(request, report_id) if report_id else _ask(request, SlipForm())
    except Refused:
        return _ask(request, SlipForm())


def _open(request: Any) -> HttpResponseBase:
    form = SlipForm(request.POST)
    if not form.is_valid():
        return _ask(request, form, 422)
    number, code = form.cleaned_data["number"], form.cleaned_data["code"]
    costs = senders.tries(request, report_of(number))
    try:
        tallies.spend(costs, now=request.now)
        report_id = residents.opened(number, code, now=request.now)
    except Refused as no:
        form.add_error(None, frame.why(no))
        status = 429 if no.code == "too_often" else 422
        return frame.retry_after(_ask(request, form, status), no, request.now)
    tallies.give_back(costs)
    response = HttpResponseRedirect(reverse("report_progress"), status=303)
    senders.show_slip(response, report_id)
    return response


def _ask(request: Any, form: Any, status: int = 200) -> HttpResponse:
    return frame.page(request, "ask", {"form": form}, status)


def _shown(
    request: Any, report_id: int, filled: tuple[str, str, AddForm] | None = None, status: int = 200
) -> HttpResponse:
    """`filled`: a form that comes back: the verb, the case's number, the form."""
    shown = residents.progress(report_id, now=request.now)
    lines = telling.case_lines(shown, request.now)
    cases = [(line, _acts(request, shown, line, filled)) for line in lines]
    acts = [] if lines else [_act("supplement", "", filled)]
    placed = filled is None or any(act["open"] for each in (*(acts for _, acts in cases), acts) for act in each)
    context = {
        "shown": shown,
        "stands": telling.stands(shown),
        "advice": telling.advice(shown.danger),
        "cases": cases,
        "acts": acts,
        "lost": None if placed or filled is None else filled[2],  # what it was about is not as it was
        "added": telling.added(shown),
        "story": telling.story(shown, shell.today(request)),
    }
    response = frame.page(request, "progress", context, status)
    senders.show_slip(response, report_id, senders.slip(request)[1])
    return response


def _acts(request: Any, shown: Shown, line: Any, filled: Any) -> list[dict[str, Any]]:
    """What its sender may do with a case now."""
    case = line.case
    if not case.over:
        verbs = ["supplement"] if case.withdrawn else ["supplement", "chase", "withdraw"]
        return [_act(verb, case.number, filled) for verb in verbs]
    days = timedelta(days=request.city.reopen_days)
    recent = case.closed_at is not None and request.now - case.closed_at <= days
    return [_act("unsolved", case.number, filled)] if recent else []


def _act(verb: str, number: str, filled: Any) -> dict[str, Any]:
    mine = filled is not None and filled[:2] == (verb, number)
    form = (
        filled[2] if mine else AddForm(initial={"key": senders.new_key(), "number": number}, auto_id=_ids(verb, number))
    )
    values = form.data if form.is_bound else form.initial
    key = values.get("key", "")
    return {
        "verb": verb, "words": VERBS[verb], "help": HELP[verb], "form": form, "number": number, "open": mine,
        "key": key if senders.read_key(key) else senders.new_key(),
    }  # fmt: skip


def _ids(verb: str, number: str) -> str:
    return f"id_{verb}_{number}_%s"


@frame.door
@require_POST
def add(request: Any, verb: str) -> HttpResponseBase:
    """One more word of the sender's: 303 done, 422 with what is missing, 429 where it was too often."""
    report_id, _key = senders.slip(request)
    if not report_id:
        return HttpResponseRedirect(reverse("report_progress"), status=303)
    if verb not in MAY_ADD:
        raise Http404
    form = AddForm(request.POST, auto_id=_ids(verb, request.POST.get("number", "")))
    filled = (verb, request.POST.get("number", ""), form)
    if form.is_valid() and not senders.read_key(form.cleaned_data["key"]):
        form.add_error(None, frame.TOO_OLD)
    if not form.is_valid():
        return _shown(request, report_id, filled, 422)
    try:
        _added(request, report_id, verb, form)
    except Refused as no:
        form.add_error(None, frame.why(no))
        status = 429 if no.code == "too_often" else 422
        return frame.retry_after(_shown(request, report_id, filled, status), no, request.now)
    messages.success(request, _("It has arrived. You see it below."))
    return HttpResponseRedirect(reverse("report_progress"), status=303)


def _added(request: Any, report_id: int, verb: str, form: AddForm) -> None:
    key = senders.read_key(form.cleaned_data["key"])
    with translation.override("zh-hans"):
        alone = str(WORDLESS.get(verb, ""))
    text = form.cleaned_data["text"].strip() or alone
    shown = residents.progress(report_id, now=request.now)
    about = form.cleaned_data["number"] or shown.number
    said = Said(text, kind=ReportKind.HELP, about=about)
    language = "en" if (translation.get_language() or "").startswith("en") else "zh-hans"
    raw = parse(said, key=key, source=env.PUBLIC_SOURCE.text(), language=language)
    senders.spend_report(request)
    choice: Choice = MAY_ADD[verb]
    residents.add(report_id, raw, choice, number=form.cleaned_data["number"], now=request.now)


@frame.door
@require_GET
def picture(request: Any, sha256: str) -> HttpResponseBase:
    """A file that its sender sent; 404 for everybody else."""
    report_id, _key = senders.slip(request)
    try:
        kept = residents.file_of(report_id, sha256) if report_id else None
        if kept is None:
            raise Http404
        return ranges.send(request, files.open_file(kept.sha256), kept)
    except Refused as no:
        raise Http404 from no


@frame.door
@require_POST
def leave(request: Any) -> HttpResponse:
    """The browser forgets which report it looked at."""
    response = HttpResponseRedirect(reverse("report_progress"), status=303)
    senders.forget_slip(response)
    return response
