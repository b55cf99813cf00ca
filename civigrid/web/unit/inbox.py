"""The unit's inbox: what it is to accept, has in hand, is to report back, and what is late."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_POST

from civigrid.base.errors import Done, Outcome, Refused
from civigrid.cases import queries as cases
from civigrid.cases.queries import TaskLine
from civigrid.cases.rules import STEPS, TaskAcceptance, TaskState, Verb
from civigrid.directory.rules import Actor
from civigrid.flow import verbs
from civigrid.web import shell, wording
from civigrid.web.once import once
from civigrid.web.pages.queue import PAGE, Tab, address, pages

OVERDUE = "overdue"
TABS: Mapping[str, tuple[str | Promise, tuple[TaskState, ...]]] = {
    "offered": (gettext_lazy("To accept"), (TaskState.OFFERED,)),
    "accepted": (gettext_lazy("In hand"), (TaskState.ACCEPTED,)),
    "submitted": (gettext_lazy("Feedback to sign"), (TaskState.SUBMITTED,)),
    OVERDUE: (gettext_lazy("Overdue"), ()),
    "handled": (gettext_lazy("Reported back"), (TaskState.HANDLED, TaskState.RETURNED, TaskState.CANCELLED)),
}
COUNTED = ("offered", "accepted", "submitted")
EMPTY: Mapping[str, str | Promise] = {
    "offered": gettext_lazy("Nothing waits to be accepted. What is dispatched to your unit appears by itself."),
    "accepted": gettext_lazy("Your unit has nothing in hand. What it accepts stands here until it is reported back."),
    "submitted": gettext_lazy("No feedback waits for a signature."),
    OVERDUE: gettext_lazy("Nothing is late."),
    "handled": gettext_lazy("Nothing was reported back yet."),
}
MOST = PAGE  # tasks accepted at once
TOLD = 5  # refusals that are told one by one
_TASK = re.compile(r"([A-Za-z0-9-]{1,40})\.(\d{1,9})\.(\d{1,18})")  # number, version, task


@require_GET
def tasks(request: Any) -> HttpResponse:
    """?tab= one of TABS, ?after= the cursor of the last line seen."""
    actor: Actor = request.actor
    tab, after = request.GET.get("tab", "offered"), request.GET.get("after", "")
    if actor.role not in shell.UNIT_ROLES or tab not in TABS:
        raise Http404
    with shell.reading(request):
        lines = _lines(request, tab, after)
        late = cases.overdue_count(actor, now=request.now)
    context = {
        "tasks": lines[:PAGE],
        "tab": tab,
        "tabs": _tabs(tab, request.frame.counts.tasks, late),
        "empty": EMPTY[tab],
        "accepts": tab == "offered" and actor.role in STEPS[Verb.ACCEPT_TASK].roles,
        "key": uuid.uuid4(),
        **pages(lines, after, "tasks", tab=tab),
    }
    return shell.page(request, "unit/inbox.html", context)


def _lines(request: Any, tab: str, after: str) -> list[TaskLine]:
    more: dict[str, Any] = {"now": request.now, "after": after, "limit": PAGE + 1}
    try:
        if tab == OVERDUE:
            return cases.overdue(request.actor, **more)
        return cases.inbox(request.actor, states=TABS[tab][1], **more)
    except Refused as no:  # a cursor nobody gave
        raise Http404 from no


def _tabs(here: str, counts: Mapping[TaskState, int], late: int) -> list[Tab]:
    numbers = {key: sum(counts.get(state, 0) for state in TABS[key][1]) for key in COUNTED} | {OVERDUE: late}
    return [
        Tab(str(words), address("tasks", tab=key), key == here, numbers.get(key))
        for key, (words, _states) in TABS.items()
    ]


@require_POST
def accept(request: Any) -> HttpResponseBase:
    """Accepts the tasks that were ticked, or the one whose button was touched. `task`, `one`: number.version.task."""
    if request.actor.role not in shell.UNIT_ROLES:
        raise Http404
    return once(request, lambda: _accept(request))


def _accept(request: Any) -> HttpResponse:
    items = _items(request.POST.getlist("one") or request.POST.getlist("task"))
    if items:
        outcomes = verbs.accept_task(actor=request.actor, items=items, now=request.now)
        _tell(request, items, outcomes)
    else:
        messages.warning(request, _("No task was chosen."))
    return HttpResponseRedirect(address("tasks", tab="offered"), status=303)


def _items(said: Sequence[str]) -> list[TaskAcceptance]:
    found = [match.groups() for each in said[:MOST] if (match := _TASK.fullmatch(each))]
    return [TaskAcceptance(number, int(version), int(task_id)) for number, version, task_id in found]


def _tell(request: Any, items: Sequence[TaskAcceptance], outcomes: Sequence[Outcome]) -> None:
    done = [item.number for item, outcome in zip(items, outcomes, strict=True) if outcome.state is Done.DONE]
    if done:
        words = ngettext("%(n)d task accepted: %(numbers)s", "%(n)d tasks accepted: %(numbers)s", len(done))
        more = "…" if len(done) > TOLD else ""
        messages.success(request, words % {"n": len(done), "numbers": " ".join(done[:TOLD]) + more})
    failed = [(item, outcome) for item, outcome in zip(items, outcomes, strict=True) if outcome.state is not Done.DONE]
    for item, outcome in failed[:TOLD]:
        why = wording.refusal(outcome.code or "stale", outcome.facts)
        messages.error(request, _("%(number)s was not accepted. %(why)s") % {"number": item.number, "why": why})
    if len(failed) > TOLD:
        words = ngettext("%(n)d more was not accepted.", "%(n)d more were not accepted.", len(failed) - TOLD)
        messages.error(request, words % {"n": len(failed) - TOLD})
