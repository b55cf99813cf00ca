"""Lists of cases and tasks."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from civigrid.base.errors import Refused
from civigrid.cases import queries as cases
from civigrid.cases.rules import STEPS, Stage, Verb, WaitReason
from civigrid.directory.rules import ADMINISTRATORS
from civigrid.web import shell, wording

PAGE = 50
STAGES = (Stage.ACCEPT, Stage.FILE, Stage.DISPATCH, Stage.HANDLE, Stage.CHECK, Stage.CLOSE)
ALL = "all"
VERIFY = WaitReason.VERIFY.value
# what may be done to several cases of a stage at once: a step that needs no words of its own
BATCHES: Mapping[Stage, Verb] = {Stage.ACCEPT: Verb.ACCEPT, Stage.FILE: Verb.FILE}


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
        "batch": _batch(request, stage),
        "key": uuid.uuid4(),
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


def _batch(request: Any, stage: Stage | None) -> Verb | None:
    """What the post may do to several cases of this queue at once."""
    verb = BATCHES.get(stage) if stage else None
    return verb if verb and request.actor.role in STEPS[verb].roles else None


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
