"""The first page: what waits for this post today, every figure a link."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from civigrid.cases import queries as cases
from civigrid.cases.queries import Counts
from civigrid.cases.rules import Stage, TaskState
from civigrid.directory.rules import ADMINISTRATORS, Role
from civigrid.intake.rules import MAY_REGISTER
from civigrid.web import shell, wording
from civigrid.web.pages.queue import ALL, STAGES, VERIFY, address, to_verify

SHORT = 8  # lines of the queue shown at once


@dataclass(frozen=True, slots=True)
class Figure:
    words: str
    number: int
    address: str
    level: str = ""


@require_GET
def home(request: Any) -> HttpResponse:
    with shell.reading(request):
        lines, tasks = _next(request)
    actor, counts = request.actor, request.frame.counts
    own = shell.STAGES_OF.get(actor.role, ())
    context = {
        "today": shell.today(request),
        "figures": _figures(request),
        "lines": lines,
        "tasks": tasks,
        "queue_address": reverse("queue"),
        "administrator": actor.role in ADMINISTRATORS,
        "registers": actor.role in MAY_REGISTER,
        "waits": [
            (reason, number, address("queue", stage=ALL, waits=reason))
            for reason, number in sorted(counts.waits.items(), key=lambda each: -each[1])
        ]
        if Stage.FILE in own
        else [],
    }
    return shell.page(request, "pages/home.html", context)


def _next(request: Any) -> tuple[list[Any], list[Any]]:
    actor = request.actor
    if actor.role in shell.UNIT_ROLES:
        return [], cases.inbox(actor, now=request.now, limit=SHORT)
    for stage in shell.STAGES_OF.get(actor.role, ()):
        if lines := cases.queue(actor, now=request.now, stage=stage, limit=SHORT):
            return lines, []
    return [], []


def _stage(stage: Stage, counts: Counts, own: tuple[Stage, ...]) -> Figure:
    level = "amber" if stage in own else ""
    return Figure(wording.of("stage", stage), counts.stages.get(stage, 0), address("queue", stage=stage.value), level)


def _to_sign(counts: Counts, role: Role | None) -> Figure:
    number, level = counts.tasks.get(TaskState.SUBMITTED, 0), "amber" if role is Role.REVIEWER else ""
    return Figure(_("To sign off"), number, address("tasks", tab="submitted"), level)


def _figures(request: Any) -> list[Figure]:
    actor, counts = request.actor, request.frame.counts
    if actor.role in ADMINISTRATORS:
        return []
    found = []
    if actor.role in shell.UNIT_ROLES:
        offered, accepted = counts.tasks.get(TaskState.OFFERED, 0), counts.tasks.get(TaskState.ACCEPTED, 0)
        found += [
            Figure(_("To accept"), offered, address("tasks", tab="offered"), "amber"),
            Figure(_("In hand"), accepted, address("tasks", tab="accepted")),
            _to_sign(counts, actor.role),
        ]
    else:
        own = shell.STAGES_OF.get(actor.role, ())
        if actor.role in shell.VERIFIERS:
            words, number = _("To verify"), counts.waits.get(VERIFY, 0)
            found.append(Figure(words, number, to_verify(), "amber"))
        found += [_stage(each, counts, own) for each in [*own, *(stage for stage in STAGES if stage not in own)]]
    if request.frame.parked:
        found.append(Figure(_("Parked reports"), request.frame.parked, reverse("parked"), "red"))
    return found
