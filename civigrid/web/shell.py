"""The frame around every page: menu with counters, notices, languages, posts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from civigrid.base import db
from civigrid.base.questions import Question, ask
from civigrid.cases import queries as cases
from civigrid.cases.queries import Counts
from civigrid.cases.rules import Stage, WaitReason
from civigrid.catalog import queries as catalog
from civigrid.directory import queries as directory
from civigrid.directory.rules import ADMINISTRATORS, Actor, Role
from civigrid.intake import queries as intake
from civigrid.intake.rules import MAY_REGISTER, MAY_RETRY, MAY_TRANSFER, TransferRow
from civigrid.web.live.tip import TIP

LARGE_TEXT_COOKIE = "civigrid_large"
UNIT_ROLES = frozenset({Role.LIAISON, Role.HANDLER, Role.REVIEWER})
# the stages a role works on: what its badge counts and where its queue opens
STAGES_OF: Mapping[Role, tuple[Stage, ...]] = {
    Role.INTAKE: (Stage.ACCEPT,),
    Role.DUTY_CHIEF: (Stage.FILE, Stage.CLOSE),
    Role.DISPATCHER: (Stage.DISPATCH,),
    Role.INSPECTOR: (Stage.CHECK,),
    Role.CALLER: (Stage.CHECK,),
    Role.GRID_WORKER: (Stage.CHECK,),
    Role.GRID_CHIEF: (Stage.ACCEPT, Stage.FILE, Stage.DISPATCH, Stage.CLOSE),
}
DECIDERS = frozenset({Role.DISPATCHER, Role.DUTY_CHIEF})  # on applications
SHEET_READERS = frozenset({Role.LEADER, Role.OFFICE, Role.DUTY_CHIEF, Role.AUDITOR})  # of the day's figures
REPORT_READERS = SHEET_READERS | {Role.INTAKE, Role.DISPATCHER}
VERIFIERS = frozenset({Role.INSPECTOR, Role.GRID_WORKER})
NEW_YEAR_NEAR = 11  # from November on, deadlines cross into a year whose holidays may not be published


@dataclass(frozen=True, slots=True)
class Item:
    """One entry of the menu; `count` 0 shows no badge."""

    words: str | Promise
    address: str
    count: int = 0
    here: bool = False


@dataclass(frozen=True, slots=True)
class Notice:
    words: str
    address: str
    level: str = "warning"


@dataclass(slots=True)
class Frame:
    """What a page's reading transaction fetched for its frame."""

    counts: Counts = field(default_factory=lambda: Counts({}, {}, {}))
    parked: int = 0
    calls: list[TransferRow] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)
    unit: Any = None
    pos: int = -1  # what happened up to there is on the page; -1 where this process does not know


@contextmanager
def reading(request: Any) -> Iterator[None]:
    """The one transaction in which a page reads: what is in the actor's scope, and what its frame needs."""
    actor: Actor = request.actor
    known = TIP.pos  # before anything is read
    with db.scoped(actor.scope):
        request.frame = _frame(request, known)
        yield


@contextmanager
def finding(request: Any) -> Iterator[Callable[[], None]]:
    """The same for a page that finds first, with every row, what it reads then, in the actor's scope: it calls what this
    yields in between.
    """
    known = TIP.pos
    with db.narrowing(request.actor.scope) as narrow:

        def found() -> None:
            narrow()
            request.frame = _frame(request, known)

        yield found


@contextmanager
def going_on(request: Any) -> Iterator[None]:
    """A transaction of an answer that has no frame, or has it already: what is in the actor's scope."""
    with db.scoped(request.actor.scope):
        yield


def _frame(request: Any, known: int) -> Frame:
    """In the open scope. One statement."""
    actor: Actor = request.actor
    frame = Frame(unit=directory.units(today(request)).get(actor.unit_id), pos=known)
    at_desk = sees_parked(actor) or actor.role in MAY_TRANSFER
    questions: list[Question[Any]] = [cases.counts(actor)] if actor.role not in ADMINISTRATORS else []
    told = ask(*questions, *([intake.parked_and_calls()] if at_desk else []))
    if questions:
        frame.counts = told[0]
    if at_desk:
        parked, calls = told[-1]
        frame.parked = parked if sees_parked(actor) else 0
        frame.calls = calls if actor.role in MAY_TRANSFER else []
    frame.notices = _notices(request, frame)
    return frame


def today(request: Any) -> Any:
    return timezone.localdate(request.now)


def sees_parked(actor: Actor) -> bool:
    return actor.role in MAY_RETRY and actor.scope.everywhere


def waiting(actor: Actor, counts: Counts) -> int:
    """How many cases wait for this post."""
    stages = sum(counts.stages.get(stage, 0) for stage in STAGES_OF.get(actor.role, ())) if actor.role else 0
    stages += counts.asks if actor.role in DECIDERS else 0
    return stages + (counts.waits.get(WaitReason.VERIFY, 0) if actor.role in VERIFIERS else 0)


def page(request: HttpRequest, template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    return render(request, template, context, status=status)


def shell(request: Any) -> dict[str, Any]:
    """Context processor: reads nothing itself, only what middleware and `reading` left on the request."""
    actor, frame = getattr(request, "actor", None), getattr(request, "frame", Frame())
    return {
        "actor": actor,
        "city": getattr(request, "city", None),
        "menu": _menu(request, actor, frame) if actor else [],
        "frame": frame,
        "now": getattr(request, "now", None),
        "languages": settings.LANGUAGES,
        "language": translation.get_language(),
        "large": request.COOKIES.get(LARGE_TEXT_COOKIE) == "1",
        "here": request.get_full_path(),
        # a screen that reads itself anew must not take the messages meant for the person's next page
        "quiet": "X-Live" in request.headers,
    }


def _menu(request: Any, actor: Actor, frame: Frame) -> list[tuple[str | Promise, list[Item]]]:
    work = [_item(request, _("Home"), "home")]
    if actor.role in MAY_REGISTER:
        work.append(_item(request, _("Register a report"), "desk_register"))
        work.append(_item(request, _("Waiting reports"), "desk_reports"))
    if actor.role in MAY_TRANSFER:
        work.append(_item(request, _("Transfers"), "desk_transfers"))
    if actor.role not in ADMINISTRATORS:
        work.append(_item(request, _("Cases"), "queue", waiting(actor, frame.counts)))
        work.append(_item(request, _("Case list"), "case_list"))
    if actor.role in REPORT_READERS:
        work.append(_item(request, _("Reports"), "report_list"))
    if actor.role in SHEET_READERS:
        work.append(_item(request, _("Day sheet"), "day_sheet"))
    if actor.role in UNIT_ROLES:
        work.append(_item(request, _("Unit inbox"), "tasks", sum(frame.counts.tasks.values())))
    if sees_parked(actor):
        work.append(_item(request, _("Parked reports"), "parked", frame.parked))
    base = [_item(request, _("Lists and calendars"), "catalog"), _item(request, _("Regions and grids"), "places")]
    base.append(_item(request, _("City map"), "map"))
    base.append(_item(request, _("Units and posts"), "directory"))
    return [(_("Work"), work), (_("City data"), base), (_("System"), [_item(request, _("About"), "about")])]


def _item(request: Any, words: str | Promise, name: str, count: int = 0) -> Item:
    address = reverse(name)
    here = request.path == address if name == "home" else request.path.startswith(address)
    return Item(words, address, count, here)


def _notices(request: Any, frame: Frame) -> list[Notice]:
    found = []
    if frame.parked:
        words = ngettext(
            "%(n)d report could not be processed and waits for you.",
            "%(n)d reports could not be processed and wait for you.",
            frame.parked,
        )
        found.append(Notice(words % {"n": frame.parked}, reverse("parked")))
    on = today(request)
    years = [on.year, on.year + 1] if on.month >= NEW_YEAR_NEAR else [on.year]
    if request.actor.role in MAY_RETRY and request.city:
        calendars = [row.calendar for row in catalog.calendars(on).values()]
        for year in years:
            if any(calendar.is_provisional(year) for calendar in calendars):
                words = str(
                    _("The holidays of %(year)d are not known yet: deadlines that reach into it are provisional.")
                )
                found.append(Notice(words % {"year": year}, reverse("catalog")))
    return found
