"""The case page, and what a person does on it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.forms import Textarea
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from civigrid.base import db, files, uploads
from civigrid.base.errors import Done, Outcome, Refused
from civigrid.base.files import Kept
from civigrid.base.uploads import Owner
from civigrid.cases import queries as cases
from civigrid.cases.queries import CaseView, TaskView
from civigrid.cases.rules import STEPS, CaseFacts, Exhibit, Stage, Verb, allowed, bar, ended_at, may, own_tasks
from civigrid.flow import verbs
from civigrid.web import linking, offers, outside, placing, record, reported, shell, timing, wording
from civigrid.web.forms import FORMS, CaseForm, Named, Offer, Sent
from civigrid.web.once import once

BESIDE = frozenset({Verb.MOVE, Verb.JOIN, Verb.SPLIT})
SPECIFIC = {"not_your_role": 403}  # refusals that are not the form's fault


@dataclass(frozen=True, slots=True)
class Act:
    """One thing the person may do now: its form, and the task it is about."""

    verb: Verb
    form: CaseForm
    address: str
    task: TaskView | None = None

    @property
    def hurts(self) -> bool:
        return self.form.hurts


@dataclass(frozen=True, slots=True)
class Seen:
    """A case as its page shows it to one person."""

    case: CaseView
    offer: Offer
    entries: list[record.Spoken]
    verbs: list[Verb]
    place: placing.Shown
    time: timing.Shown
    related: cases.Relations
    similar: list[linking.Shown]
    outside: outside.Shown
    reports: list[reported.Said]


@dataclass(frozen=True, slots=True)
class Lost:
    """A submission that cannot be put right in its form any more: what it was, why, and the texts that were typed."""

    verb: Verb
    why: str
    typed: list[tuple[str, str]]


@require_GET
def case(request: Any, number: str) -> HttpResponse:
    return page(request, read(request, number))


@require_http_methods(["GET", "POST"])
def act(request: Any, number: str, verb: str, task_id: int | None = None) -> HttpResponseBase:
    """One form of the case page. Answers 303 done, 422 with the errors, 409 where somebody was faster.

    A form sent twice (a double click, a reload) that was done the first time gets that answer again: its hidden key is an Idempotency-Key.
    """
    if request.method == "GET":
        return HttpResponseRedirect(reverse("case", args=[number]))
    if verb not in set(Verb):
        raise Http404
    return once(request, lambda: _act(request, number, Verb(verb), task_id))


def _act(request: Any, number: str, chosen: Verb, task_id: int | None) -> HttpResponse:
    seen = read(request, number)
    form = FORMS[chosen](request.POST, request.FILES, offer=seen.offer, task_id=task_id)
    if not form.is_valid():
        return _again(request, seen, chosen, form)
    try:
        exhibits, kept = _put(request, form)
    except Refused as no:
        form.add_error(None, wording.refusal(no.code, no.facts))
        return _again(request, seen, chosen, form)
    item = form.item(number, exhibits)
    more = {"kept": kept} if kept else {}
    [outcome] = getattr(verbs, chosen.value)(actor=request.actor, items=[item], now=request.now, **more)
    return _answer(request, number, chosen, form, outcome)


def _answer(request: Any, number: str, verb: Verb, form: CaseForm, outcome: Outcome) -> HttpResponse:
    if outcome.state is Done.DONE:
        uploads.cancel(_named(form), owner=_owner(request))  # used; the files stay
        messages.success(
            request, _("%(number)s: %(verb)s – done.") % {"number": number, "verb": wording.of("verb", verb)}
        )
        return HttpResponseRedirect(_next(request, number), status=303)
    seen = read(request, number)
    if outcome.state is Done.STALE:
        return _lost(request, seen, verb, form, Refused("stale"))
    if outcome.code == "unknown_case":
        raise Http404
    form.add_error(None, wording.refusal(outcome.code, outcome.facts))
    return _again(request, seen, verb, form, status=SPECIFIC.get(outcome.code, 422))


def _again(request: Any, seen: Seen, verb: Verb, form: CaseForm, status: int = 422) -> HttpResponse:
    """The page with the form as it was filled in, its errors, and a new key: corrected it is another request.

    Where the case is not what the form was about any more, no correction helps: that is said instead.
    """
    no = _outdated(request, seen, verb, form)
    if no:
        return _lost(request, seen, verb, form, no)
    again = request.POST.copy()
    again["key"] = str(uuid.uuid4())
    form.data = again
    return page(request, seen, {(verb, form.task_id): form}, status=status)


def _outdated(request: Any, seen: Seen, verb: Verb, form: CaseForm) -> Refused | None:
    """Why the form is not on the page of now: another version, or a step that is not the person's to take."""
    facts = seen.case.facts
    if form.data.get("version", "") not in ("", str(facts.version)):
        return Refused("stale")
    try:
        may(verb, request.actor, facts, facts.task(form.task_id or 0) if STEPS[verb].task else None)
    except Refused as no:
        return no
    return None


def _lost(request: Any, seen: Seen, verb: Verb, form: CaseForm, no: Refused) -> HttpResponse:
    """The page as it is now; on top what was not saved, why, and what was typed, to be copied."""
    fields = [field for field in form.visible_fields() if isinstance(field.field.widget, Textarea)]
    typed = [(str(field.label), str(field.value())) for field in fields if field.value()]
    lost = Lost(verb, wording.refusal(no.code, no.facts), typed)
    status = 409 if no.code == "stale" else SPECIFIC.get(no.code, 422)
    return page(request, seen, lost=lost, status=status)


def _next(request: Any, number: str) -> str:
    """Back to the case, or to the inbox where it went out of the person's sight."""
    with db.scoped(request.actor.scope):
        visible = cases.access_case(number, now=request.now) is not None
    if not visible:
        messages.info(request, _("%(number)s is now at work where your post does not see it.") % {"number": number})
    return reverse("case", args=[number]) if visible else reverse("home")


def read(request: Any, number: str) -> Seen:
    """The one read of the page; 404 for what does not exist and what is out of scope alike."""
    with shell.reading(request):
        found = cases.access_case(number, now=request.now)
        if found is None:
            raise Http404
        may = allowed(request.actor, found.facts)
        on = shell.today(request)
        related = cases.relations(found.facts.id, found.first_report_id, now=request.now)
        offer = linking.offered(offers.offer(found, may, on), found, related, may, on)
        offer = timing.offered(offer, found, request.actor)
        spoken, place = record.spoken(found, on), placing.shown(found, on)
        beyond, said = outside.shown(found, request.actor, on), reported.read(found)
    similar = linking.likely(found, may, actor=request.actor, now=request.now)
    time = timing.shown(found, may, now=request.now)
    return Seen(
        found, offer, spoken, may, place, time, related, similar, beyond, reported.with_asides(said, request.actor)
    )


def _put(request: Any, form: CaseForm) -> tuple[list[Exhibit], list[Kept]]:
    """Brings the files that came with the form, or before it, to disk; the verb writes their rows. Refused as `files.put`
    and `uploads.finish` refuse.
    """
    sent = [(kind, *_kept(request, each)) for kind, each in form.uploads()]
    return [Exhibit(kept.sha256, kind, name[:200]) for kind, name, kept in sent], [kept for _, _, kept in sent]


def _kept(request: Any, sent: Sent) -> tuple[str, Kept]:
    """(what its sender calls it, the file)."""
    if not isinstance(sent, Named):
        return sent.name or "", files.put(sent, media_type=sent.content_type or "")
    done = uploads.finish(sent.token, owner=_owner(request), now=request.now)
    assert done.kept is not None
    return done.name, done.kept


def _named(form: CaseForm) -> list[str]:
    return [each.token for _, each in form.uploads() if isinstance(each, Named)]


def _owner(request: Any) -> Owner:
    return Owner(request.actor.account_id, request.actor.post_id)


def page(
    request: Any,
    seen: Seen,
    filled: dict[tuple[Verb, int | None], CaseForm] | None = None,
    *,
    lost: Lost | None = None,
    opened: reported.Opened | None = None,
    status: int = 200,
) -> HttpResponse:
    case, acts = seen.case, _acts(request, seen, filled or {})
    context = {
        "case": case,
        "place": seen.place,
        # these stand beside what they are about, not among the others
        "mover": _one(acts, Verb.MOVE),
        "joiner": _one(acts, Verb.JOIN),
        "splitter": _one(acts, Verb.SPLIT) if seen.offer.parts else None,
        "similar": seen.similar,
        "related": seen.related,
        "outside": seen.outside,
        "bar": _bar(case),
        "entries": seen.entries,
        "time": seen.time,
        "timers": [act for act in acts if act.verb in timing.BESIDE],
        "acts": [act for act in acts if act.verb not in BESIDE | timing.BESIDE],
        "source": _source(request, case.source),
        "lost": lost,
        "reports": seen.reports,
        "opened": opened,
        "purposes": reported.PURPOSES,
    }
    return shell.page(request, "pages/case.html", context, status=status)


def _one(acts: list[Act], verb: Verb) -> Act | None:
    return next((act for act in acts if act.verb is verb), None)


def _bar(case: CaseView) -> list[tuple[Stage, str]]:
    entries = [each.entry for each in case.entries]
    ended = ended_at((entry.verb, str(entry.facts.get("stage", ""))) for entry in entries)
    return bar(case.facts.stage, case.facts.side, ended_at=ended)


def _source(request: Any, code: str) -> tuple[str, str]:
    names = request.city.sources.get(code, {}) if request.city else {}
    return names.get("name", code), names.get("name_en", "")


def _acts(request: Any, seen: Seen, filled: dict[tuple[Verb, int | None], CaseForm]) -> list[Act]:
    tasks = {task.id: task for task in seen.case.tasks}
    found = []
    for verb in seen.verbs:
        for task_id in _task_ids(verb, request, seen.case.facts):
            address = reverse("act", args=[seen.case.facts.number, verb.value, *([task_id] if task_id else [])])
            form = filled.get((verb, task_id)) or _empty(verb, seen, task_id)
            found.append(Act(verb, form, address, tasks.get(task_id or 0)))
    return sorted(found, key=lambda each: (each.hurts, each.form.aside))  # what carries the case on comes first


def _task_ids(verb: Verb, request: Any, facts: CaseFacts) -> list[int | None]:
    return [task.id for task in own_tasks(verb, request.actor, facts)] if STEPS[verb].task else [None]


def _empty(verb: Verb, seen: Seen, task_id: int | None) -> CaseForm:
    initial = {"version": seen.case.facts.version, "key": uuid.uuid4()}
    return FORMS[verb](offer=seen.offer, task_id=task_id, initial=initial, auto_id=f"id_{verb.value}_{task_id or 0}_%s")
