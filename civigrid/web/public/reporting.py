"""随手拍: the form without sign-in, what it offers while one types, and the receipt.

A form that is shown again has kept everything that was typed and every file that came, whatever was wrong with it.
"""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpResponse, HttpResponseRedirect, JsonResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from civigrid.base import env
from civigrid.base.errors import Refused
from civigrid.flow import registration, residents
from civigrid.flow.residents import Draft, Seen, Sent
from civigrid.intake.channels.resident import code_of, faults, key_of, parse
from civigrid.intake.rules import storable
from civigrid.web import smalljson
from civigrid.web.enclosed import Arrived
from civigrid.web.public import files, frame, senders, telling
from civigrid.web.public.forms import PHOTOS, ReportForm

FIELDS = frozenset({"text", "place", "phone", "kind"})  # what a refusal can stand beside
LONGEST_LOOK = 16_000  # bytes


@frame.door
@require_http_methods(["GET", "POST"])
def report(request: Any) -> HttpResponseBase:
    """GET an empty form; POST 303 to the receipt, 422 with what is missing, 429 where it was too often."""
    if not frame.is_open(request):
        return frame.closed(request)
    if request.method == "GET":
        return _page(request, ReportForm(initial={"key": senders.new_key()}))
    here, refused = files.of(request).arrived(request)
    kept = frame.switches(request)
    if kept:
        return kept(_page(request, ReportForm.as_typed(request.POST), here))
    return _posted(request, here, refused)


def _posted(request: Any, here: list[Arrived], refused: list[Refused]) -> HttpResponseBase:
    form = ReportForm(request.POST)
    key = senders.read_key(request.POST.get("key", ""))
    before = residents.known(key_of(key)) if key else None
    if before:
        return _again(request, form, key, before, here)
    for no in refused:
        form.add_error(None, ValidationError(frame.why(no), code=PHOTOS))
    if form.is_valid() and not key:
        form.add_error(None, frame.TOO_OLD)
    if not form.is_valid():
        return _page(request, form, here, status=422)
    return _send(request, form, key, here)


def _send(request: Any, form: ReportForm, key: str, here: list[Arrived]) -> HttpResponseBase:
    """Advice first where somebody may be in danger; then the report."""
    danger = _danger(request, form.cleaned_data["text"])
    if danger and form.cleaned_data["warned"] != danger:
        return _page(request, form, here, danger=danger)
    try:
        sent = _submit(request, form, key, here)
    except Refused as no:
        before = residents.known(key_of(key))
        if before:  # its twin was faster, and took the files
            return _again(request, form, key, before, here)
        status = 429 if no.code == "too_often" else 422
        for each in faults(form.said()) or [no]:
            _complain(form, each)
        return frame.retry_after(_page(request, form, here, status=status), no, request.now)
    files.of(request).used(here)
    return _receipt(sent, key)


def _complain(form: ReportForm, no: Refused) -> None:
    field = str(no.facts.get("field", ""))
    words = telling.missing(field) if no.code == "missing" else frame.why(no)
    form.add_error(
        field if field in FIELDS else None, ValidationError(words, code=PHOTOS if field == "attachments" else "")
    )


def _submit(request: Any, form: ReportForm, key: str, here: list[Arrived]) -> Sent:
    language = translation.get_language() or ""
    language = "en" if language.startswith("en") else "zh-hans"
    source = env.PUBLIC_SOURCE.text()
    parse(form.said(), key=key, source=source, language=language)  # what is wrong with it costs nobody an attempt
    senders.spend_report(request)
    shown, kept = files.of(request).kept(here)
    raw = parse(form.said(), key=key, source=source, language=language, files=shown)
    same = senders.read_same(form.cleaned_data["same"])
    return residents.submit(raw, code=code_of(key), same=same, kept=kept, now=request.now)


def _danger(request: Any, text: str) -> str:
    advice = registration.advice(text, now=request.now)
    return advice.kind.value if advice else ""


def _receipt(sent: Sent, key: str) -> HttpResponse:
    response = HttpResponseRedirect(reverse("report_receipt"), status=303)
    senders.show_slip(response, sent.report_id, key)
    return response


def _again(request: Any, form: ReportForm, key: str, before: Sent, here: list[Arrived]) -> HttpResponseBase:
    """The form was received already: the same receipt, where it says the same. Else it is shown with a new key, so that
    what was changed can be sent as well."""
    if form.is_valid():
        try:
            raw = parse(form.said(), key=key, source=env.PUBLIC_SOURCE.text(), language="zh-hans")
            return _receipt(residents.submit(raw, code=code_of(key), now=request.now), key)
        except Refused:
            pass  # other words than before: said below
    words = _("This form was received already, as report %(number)s. What you changed since has not been sent.")
    form.add_error(None, words % {"number": before.number})
    return _page(request, form, here, received=(before.number, code_of(key)), status=409)


def _page(
    request: Any,
    form: Any,
    here: list[Arrived] | None = None,
    *,
    danger: str = "",
    received: tuple[str, str] = ("", ""),
    status: int = 200,
) -> HttpResponse:
    """The form with a key that works: the same one while it names nothing that is stored."""
    values = form.data if form.is_bound else form.initial
    key = values.get("key", "")
    if received[0] or not senders.read_key(key):
        key = senders.new_key()
    seen = _look(request, _draft(values)) if status != 429 and form.is_bound else Seen()
    context = {
        "form": form,
        "key": key,
        "here_files": here or [],
        "warned": danger or values.get("warned", ""),
        "unsent": bool(danger),
        "advice": telling.advice(danger or seen.danger),
        "received": received,
        "seen": telling.seen(seen),
        "chosen": {"matter": values.get("matter", ""), "same": senders.read_same(values.get("same", "") or "")},
        "field": files.of(request).field,
        "named": files.of(request).named,
        "pieces": files.PIECES,
        "taken": ",".join(files.TAKEN),
    }
    return frame.page(request, "report", context, status)


def _draft(values: Any) -> Draft:
    return Draft(
        text=str(values.get("text") or "")[:2000],
        place=str(values.get("place") or "")[:200],
        lon=_degree(values.get("lon"), 180),
        lat=_degree(values.get("lat"), 90),
        matter=str(values.get("matter") or "")[:100],
    )


def _degree(value: Any, most: int) -> float | None:
    try:
        number = float(value)
    except (TypeError, ValueError):
        return None
    return number if abs(number) <= most else None


def _look(request: Any, draft: Draft) -> Seen:
    """Offers of a form that is shown again; none for who asks too often."""
    try:
        senders.spend_look(request)
    except Refused:
        return Seen()
    return residents.look(_clean(draft), now=request.now)


def _clean(draft: Draft) -> Draft:
    return Draft(storable(draft.text), storable(draft.place), draft.lon, draft.lat, storable(draft.matter))


@frame.door
@require_POST
def look(request: Any) -> HttpResponse:
    """What fits what was typed so far, as a piece of the page: {"advice", "danger", "offers", "places"}. Not in an address,
    where it would be written into logs on the way."""
    try:
        senders.spend_look(request)
    except Refused:
        return JsonResponse({"error": "too_often"}, status=429)
    said = smalljson.read(request, LONGEST_LOOK)
    if said is None:
        return JsonResponse({"error": "bad_json"}, status=400)
    seen = residents.look(_clean(_draft(said)), now=request.now)
    return JsonResponse(telling.offered(request, seen), json_dumps_params={"ensure_ascii": False})


@frame.door
@require_GET
def receipt(request: Any) -> HttpResponseBase:
    """Number and query code of the report this browser just sent. Later there is only the progress."""
    report_id, key = senders.slip(request)
    sent = residents.known(key_of(key)) if key else None
    if sent is None or sent.report_id != report_id:
        return HttpResponseRedirect(reverse("report_progress"), status=303)
    context = {"sent": sent, "code": code_of(key), "advice": telling.advice(sent.danger)}
    return frame.page(request, "receipt", context)
