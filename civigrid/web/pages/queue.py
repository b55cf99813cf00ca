"""Lists of cases and tasks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from civigrid.base.errors import Refused
from civigrid.cases import queries as cases
from civigrid.cases.rules import Light, Stage, TaskState, WaitReason
from civigrid.directory.rules import ADMINISTRATORS
from civigrid.web import shell, wording

PAGE = 50
STAGES = (Stage.ACCEPT, Stage.FILE, Stage.DISPATCH, Stage.HANDLE, Stage.CHECK, Stage.CLOSE)
ALL = "all"
VERIFY = WaitReason.VERIFY.value
INBOX: dict[str, tuple[str | Promise, tuple[TaskState, ...]]] = {
    "offered": (_("To accept"), (TaskState.OFFERED,)),
    "accepted": (_("In hand"), (TaskState.ACCEPTED,)),
    "submitted": (_("To sign off"), (TaskState.SUBMITTED,)),
    "handled": (_("Reported back"), (TaskState.HANDLED, TaskState.RETURNED, TaskState.CANCELLED)),
    "overdue": (_("Overdue"), (TaskState.OFFERED, TaskState.ACCEPTED, TaskState.SUBMITTED)),
}

COUNTED = ("offered", "accepted", "submitted")


@dataclass(frozen=True, slots=True)
class Tab:
    words: str
    address: str
    here: bool
    count: int | None = None


def address(name: str, **query: str) -> str:
    said = {key: value for key, value in query.items() if value}
    return reverse(name) + (f"?{urlencode(said)}" if said else "")


def to_verify() -> str:
    """Where inspectors find what waits for them before it is filed."""
    return address("queue", stage=Stage.FILE.value, waits=VERIFY)


def to_decide() -> str:
    """Where applications for an extension or a suspension wait for a decision."""
    return address("queue", stage=Stage.HANDLE.value, asks="1")


@require_GET
def queue(request: Any) -> HttpResponse:
    """Cases in scope: ?stage= (a stage or "all"), ?waits=, ?asks=1 (those with an application that waits), ?after= (the
    last cursor seen).
    """
    if request.actor.role in ADMINISTRATORS:
        raise Http404
    stage = _stage(request)
    waits = request.GET.get("waits", "")
    after = request.GET.get("after", "")
    if waits and waits not in set(WaitReason):
        raise Http404
    asked = bool(request.GET.get("asks"))
    with shell.reading(request):
        lines = _lines(request, stage, waits, after, asked=asked)
    counts = request.frame.counts
    here = stage.value if stage else ALL
    verifying = waits == VERIFY
    context = {
        "lines": lines[:PAGE],
        "heading": wording.of("stage", stage) if stage else "",
        "tabs": [
            *(
                Tab(
                    wording.of("stage", s),
                    address("queue", stage=s.value),
                    here == s and not (verifying or asked),
                    number,
                )
                for s, number in ((s, counts.stages.get(s, 0)) for s in STAGES)
            ),
            Tab(str(_("To verify")), to_verify(), verifying, counts.waits.get(VERIFY, 0)),
            Tab(str(_("Applications")), to_decide(), asked, counts.asks),
            Tab(str(_("All cases")), address("queue", stage=ALL), here == ALL and not verifying),
        ],
        "chips": _chips(here, waits, counts.waits)
        if not verifying and (stage is None or stage in (Stage.ACCEPT, Stage.FILE, Stage.DISPATCH))
        else [],
        **pages(lines, after, "queue", stage=here, waits=waits, asks="1" if asked else ""),
    }
    return shell.page(request, "pages/queue.html", context)


def _stage(request: Any) -> Stage | None:
    """The stage asked for; the one the post works on where none was."""
    asked = request.GET.get("stage", "")
    if not asked:
        own = shell.STAGES_OF.get(request.actor.role, ())
        return own[0] if own else None
    if asked == ALL:
        return None
    if asked not in set(STAGES):
        raise Http404
    return Stage(asked)


def _lines(request: Any, stage: Stage | None, waits: str, after: str, *, asked: bool) -> list[Any]:
    try:
        return cases.queue(
            request.actor,
            now=request.now,
            stage=stage,
            waits_for=waits or None,
            asked=asked,
            after=after,
            limit=PAGE + 1,
        )
    except Refused as no:  # a cursor nobody gave
        raise Http404 from no


def _chips(stage: str, waits: str, counts: dict[str, int]) -> list[Tab]:
    if not counts:
        return []
    reasons = sorted(counts, key=lambda each: -counts[each])
    found = [(wording.of("wait reason", reason), reason) for reason in reasons]
    return [
        Tab(words, address("queue", stage=stage, waits=reason), waits == reason)
        for words, reason in [(str(_("All")), ""), *found]
    ]


def pages(lines: list[Any], after: str, name: str, **query: str) -> dict[str, Any]:
    """Where the next page begins, and the way back."""
    more = len(lines) > PAGE
    return {
        "first": not after,
        "first_address": address(name, **query),
        "next_address": address(name, **query, after=lines[PAGE - 1].cursor) if more else "",
    }


@require_GET
def tasks(request: Any) -> HttpResponse:
    """The unit's inbox: ?tab= offered, accepted, handled, overdue."""
    if request.actor.role not in shell.UNIT_ROLES:
        raise Http404
    tab, after = request.GET.get("tab", "offered"), request.GET.get("after", "")
    if tab not in INBOX:
        raise Http404
    with shell.reading(request):
        lines = _tasks(request, tab, after)
    counts = request.frame.counts.tasks
    context = {
        "tasks": lines[:PAGE],
        "tabs": [
            Tab(str(words), address("tasks", tab=key), key == tab, _count(key, states, counts))
            for key, (words, states) in INBOX.items()
        ],
        **pages(lines, after, "tasks", tab=tab),
    }
    return shell.page(request, "pages/tasks.html", context)


def _count(key: str, states: tuple[TaskState, ...], counts: dict[TaskState, int]) -> int | None:
    return sum(counts.get(state, 0) for state in states) if key in COUNTED else None


def _tasks(request: Any, tab: str, after: str) -> list[Any]:
    try:
        lines = cases.inbox(
            request.actor,
            now=request.now,
            states=INBOX[tab][1],
            after=after,
            limit=PAGE + 1 if tab != "overdue" else 500,
        )
    except Refused as no:
        raise Http404 from no
    return [line for line in lines if line.light is Light.RED][: PAGE + 1] if tab == "overdue" else lines
