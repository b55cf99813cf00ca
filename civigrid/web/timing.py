"""What a case's page shows of its time: every clock with its account day by day, applications, and who may decide."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import groupby

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from civigrid.cases.queries import CaseView, ClockView, TaskView
from civigrid.cases.rules import (
    PENDING,
    AskFacts,
    AskKind,
    ClockEventKind,
    Light,
    Supervision,
    Told,
    Verb,
    may_withdraw,
    pending,
    rungs,
)
from civigrid.catalog.rules import MIDNIGHT, WHOLE_DAYS, DayLine, DayNote, Span
from civigrid.directory.rules import Actor
from civigrid.web import wording
from civigrid.web.forms import Offer
from civigrid.web.templatetags.civigrid import moment, pick

BESIDE = frozenset({Verb.ASK_EXTENSION, Verb.ASK_SUSPENSION, Verb.WITHDRAW_ASK, Verb.RESUME, Verb.SUPERVISE, Verb.LIFT})
FOLDED = 3  # so many days of which none counts, one after the other, become one line
_ASKED = {AskKind.EXTENSION: Told.EXTENSION_ASKED, AskKind.SUSPENSION: Told.SUSPENSION_ASKED}


@dataclass(frozen=True, slots=True)
class Day:
    """A line of an account: one day, or a run of days on which the clock stood still."""

    line: DayLine
    until: date | None = None
    hours: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class Clock:
    """`limit` in words with its extension; `befell`: what happened to it, in words, the oldest first."""

    view: ClockView
    title: str
    limit: str
    days: tuple[Day, ...]
    befell: tuple[str, ...]
    stands: bool
    whole: bool


@dataclass(frozen=True, slots=True)
class Ask:
    """An application with what it asks for, by whom, and its words; None where they were deleted by rule."""

    kind: AskKind
    state: str
    waits: bool
    what: str
    by: tuple[str, str]
    asked_at: datetime
    text: str | None


@dataclass(frozen=True, slots=True)
class Shown:
    """`late`: the promise is broken and nobody supervises the case; it is for a person to say what follows."""

    clocks: tuple[Clock, ...]
    asks: tuple[Ask, ...]
    late: bool


def offered(offer: Offer, case: CaseView, actor: Actor) -> Offer:
    """The offer with what the forms of time choose from."""
    standard = case.standard
    limit = (standard.limit_value, wording.of("limit unit", standard.limit_unit)) if standard else None
    asks = [ask for kind in AskKind if (ask := pending(case.facts, kind))]
    own = frozenset(ask.kind for ask in asks if may_withdraw(actor, ask))
    return replace(offer, limit=limit, own_asks=own, rungs=tuple(rungs(actor, case.facts)))


def shown(case: CaseView, verbs: Iterable[Verb], *, now: datetime) -> Shown:
    promise = case.clock
    red = promise is not None and promise.light is Light.RED and not case.facts.closed
    late = red and Verb.SUPERVISE in verbs and case.facts.supervised is Supervision.NONE
    return Shown(tuple(_clocks(case, now)), tuple(_ask(ask, case) for ask in case.facts.asks), late)


def _clocks(case: CaseView, now: datetime) -> Iterator[Clock]:
    """The promise first, then what is to be answered, then each unit's."""
    for view, title in ((case.clock, _("the case's time")), (case.answer, wording.of("clock kind", "answer"))):
        if view:
            yield _clock(view, title, now)
    for task in case.tasks:
        for view in (task.arrival, task.clock):
            if view:
                yield _clock(view, _title(view, task), now)


def _title(view: ClockView, task: TaskView) -> str:
    return f"{pick(*task.unit)} · {wording.of('clock kind', view.kind)}"


def _clock(view: ClockView, title: str, now: datetime) -> Clock:
    limit = f"{view.limit_value} {wording.of('limit unit', view.limit_unit)}"
    if view.more:
        words = pgettext("limit", "%(limit)s, and %(more)d by extension: %(all)d")
        limit = words % {"limit": limit, "more": view.more, "all": view.limit_value + view.more}
    return Clock(
        view,
        title,
        limit,
        days=tuple(_days(view.days)),
        befell=tuple(_befell(view)),
        stands=view.stands(now),
        whole=view.limit_unit in WHOLE_DAYS,
    )


def _befell(view: ClockView) -> Iterator[str]:
    for event in view.events:
        words = [moment(event.at), wording.of("clock event", event.kind)]
        if event.kind is ClockEventKind.PAUSE:
            words.append(_("until %(moment)s at the latest") % {"moment": moment(event.until)})
        if event.kind is ClockEventKind.EXTEND:
            words.append(f"+{event.amount} {wording.of('limit unit', view.limit_unit)}")
        yield " ".join(words)


def _days(lines: Iterable[DayLine]) -> Iterator[Day]:
    for still, run in groupby(lines, key=_still):
        days = list(run)
        if still and len(days) >= FOLDED:
            yield Day(days[0], until=days[-1].day, why=wording.of("day note", "paused"))
            continue
        yield from (Day(line, hours=_hours(line.hours), why=_why(line)) for line in days)


def _still(line: DayLine) -> bool:
    """Whether the clock stood still from midnight to midnight."""
    return line.stood == ((0, MIDNIGHT),)


def _why(line: DayLine) -> str:
    words = wording.of("day note", line.note) if line.note else ""
    return f"{words} {_hours(line.stood)}" if line.note is DayNote.PAUSED else words


def _hours(spans: Iterable[Span]) -> str:
    """08:30–12:00, 14:30–17:30."""
    return ", ".join(f"{_clock_time(begin)}–{_clock_time(end)}" for begin, end in spans)


def _clock_time(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"


def _ask(ask: AskFacts, case: CaseView) -> Ask:
    lines = [line for line in case.entries if line.entry.verb == _ASKED[ask.kind] and line.entry.at == ask.asked_at]
    by, text = (lines[-1].by, lines[-1].entry.text) if lines else (("", ""), "")
    waits = pending(case.facts, ask.kind) == ask
    lapsed = ask.state in PENDING and not waits
    state = pgettext("application", "Void: the task is over") if lapsed else wording.of("ask state", ask.state)
    return Ask(ask.kind, state, waits, _wanted(ask, case), by, ask.asked_at, text)


def _wanted(ask: AskFacts, case: CaseView) -> str:
    if ask.kind is AskKind.EXTENSION:
        unit = wording.of("limit unit", case.standard.limit_unit) if case.standard else ""
        return f"+{ask.amount} {unit}"
    return _("until %(moment)s") % {"moment": moment(ask.until_at)}
