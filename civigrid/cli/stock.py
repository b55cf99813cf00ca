"""The first stock of a demonstration: the pack's reports arrive over the last days and the pack's people work on them.

Nothing is written behind the platform's back: reports go through the pipeline and people act through the same verbs as
on the pages, each at his own time. How far a case has come is drawn from its key, so two demonstrations are alike.
"""

from __future__ import annotations

import heapq
import random
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, tzinfo
from functools import partial
from io import BytesIO
from itertools import count

from PIL import Image, ImageDraw

from civigrid.base import db, files
from civigrid.base.errors import Outcome
from civigrid.cases import queries as cases
from civigrid.cases.queries.held import hold
from civigrid.cases.rules import (
    Acceptance,
    CaseFacts,
    Checking,
    CheckResult,
    Closing,
    Dispatching,
    EvidenceKind,
    Exhibit,
    Filing,
    Found,
    Handling,
    Result,
    SigningOff,
    Stage,
    TaskAcceptance,
    TaskFacts,
    TaskState,
    Verification,
    VerificationAsked,
    WaitReason,
)
from civigrid.catalog import queries as catalog
from civigrid.catalog.rules import CheckBy, ListKind
from civigrid.catalog.rules.pack import StockReport
from civigrid.directory import queries as directory
from civigrid.directory.rules import Actor, Role
from civigrid.flow import pipeline, transfers, verbs
from civigrid.flow.deciding import danger
from civigrid.flow.settling import Settlement, settle
from civigrid.intake import queries as reports_of
from civigrid.intake.rules import Called, Channel, ContactDetails, RawReport, ReportKind, TransferState

DAYS = 6  # the stock arrives over so many days, by the hours at which people report
HOURLY = (1, 1, 1, 1, 1, 1, 2, 3, 7, 10, 11, 8, 5, 4, 5, 8, 8, 8, 6, 5, 4, 4, 3, 1)
MATTER_CODE = re.compile(r"\b[A-Z]\d{4}\b")
# how far people bring a case, and how often
FATES = (
    (Stage.EVALUATE, 40),
    (Stage.CLOSE, 8),
    (Stage.CHECK, 12),
    (Stage.HANDLE, 24),
    (Stage.DISPATCH, 4),
    (Stage.FILE, 8),
    (Stage.ACCEPT, 4),
)
CALLED_AFTER = timedelta(minutes=2)  # who is in danger is helped before anything else is done
LONG_DONE = 0.8  # how many of the cases that are older than two days were brought to their end
ORDER = list(Stage)
SETTLED = "settled by the grid worker"  # what the pack expects of a report that comes with its solution


@dataclass(order=True, slots=True)
class _Next:
    at: datetime
    turn: int
    do: Callable[[datetime], None] = field(compare=False)


@dataclass(slots=True)
class Stock:
    """Plays the stock up to `now`. `played` counts what happened."""

    reports: tuple[StockReport, ...]
    now: datetime
    zone: tzinfo
    played: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    _agenda: list[_Next] = field(default_factory=list)
    _turns: Iterator[int] = field(default_factory=count)
    _people: Mapping[tuple[Role, int], Actor] = field(default_factory=dict)

    def play(self, progress: Callable[[], None] = lambda: None) -> dict[str, int]:
        """Everything that happened before `now`, in the order of time; `progress` is told after each report."""
        with db.system():
            on = self._day(self.now)
            self._people = {
                (post.role, post.unit_id): directory.actor_of(post, on) for post in reversed(directory.posts(on))
            }
        for report, at in zip(self.reports, _arrivals(len(self.reports), self.now.astimezone(self.zone)), strict=True):
            self._later(at, partial(self._arrive, report, progress))
        while self._agenda and self._agenda[0].at < self.now:
            turn = heapq.heappop(self._agenda)
            turn.do(turn.at)
        return dict(self.played)

    def _day(self, at: datetime) -> date:
        return at.astimezone(self.zone).date()

    def _later(self, at: datetime, do: Callable[[datetime], None]) -> None:
        heapq.heappush(self._agenda, _Next(at, next(self._turns), do))

    def _arrive(self, report: StockReport, progress: Callable[[], None], now: datetime) -> None:
        progress()
        if SETTLED in report.expect and self._settle(report, now):
            self.played["reports"] += 1
            return
        with db.system():
            (outcome,) = pipeline.receive([_raw(report, now)], now=now)
            if not outcome.ok or outcome.code:
                return
            pipeline.process([outcome.made], now=now)
            numbers = cases.numbers_of([outcome.made]).get(outcome.made, ())
        self.played["reports"] += 1
        for number in numbers:
            if danger(report.text):
                self._later(now + CALLED_AFTER, partial(self._call, number))
            self._go_on(number, _Fate(report, _dice(report.key), old=self.now - now > timedelta(days=2)), now)

    def _call(self, number: str, now: datetime) -> None:
        """先转后录: whoever heard it has called."""
        with db.system():
            asked = [row.id for row in reports_of.transfers_of(number) if row.state == TransferState.ASKED]
        actor = self._someone(Role.INTAKE)
        if actor and asked:
            transfers.call([Called(each, now) for each in asked], actor=actor, now=now)

    def _settle(self, report: StockReport, now: datetime) -> bool:
        """By the grid worker in whose area it lies."""
        photos = tuple(_photo(report.key, kind, now) for kind in (EvidenceKind.BEFORE, EvidenceKind.AFTER))
        item = Settlement(_raw(report, now), "已联系住户当场清理，附前后照片。", photos)
        workers = [actor for (role, _), actor in self._people.items() if role is Role.GRID_WORKER]
        return any(_did(settle(actor=worker, items=[item], now=now)) for worker in workers)

    def _go_on(self, number: str, fate: _Fate, now: datetime) -> None:
        self._later(now + fate.pause(), partial(self._step, number, fate))

    def _step(self, number: str, fate: _Fate, now: datetime) -> None:
        with db.system():
            held = hold([number], on=self._day(now)).get(number)
        if held is None or ORDER.index(held.case.stage) >= ORDER.index(fate.reaches):
            return
        case = held.case
        act = _ACTS.get(case.stage)
        if act and act(self, case, fate, now):
            self.played["steps"] += 1
            self._go_on(number, fate, now)

    # one way to act for each stage; True where somebody did

    def _accept(self, case: CaseFacts, _: _Fate, now: datetime) -> bool:
        actor = self._someone(Role.INTAKE)
        return actor is not None and _did(verbs.accept(actor=actor, items=[Acceptance(*_form(case))], now=now))

    def _verify(self, case: CaseFacts, now: datetime) -> bool:
        actor = self._someone(Role.INSPECTOR)
        form = Verification(
            *_form(case), Found.AS_REPORTED, "现场核实，情况属实。", (_photo(case.number, EvidenceKind.BEFORE, now),)
        )
        return actor is not None and _did(verbs.verify(actor=actor, items=[form], now=now))

    def _file(self, case: CaseFacts, fate: _Fate, now: datetime) -> bool:
        if case.waits_for == WaitReason.VERIFY:
            return self._verify(case, now)
        actor, matter_id = self._someone(Role.DUTY_CHIEF), case.matter_id or self._expected(fate, now)
        if not (actor and matter_id):
            return False
        form = Filing(*_form(case), matter_id=matter_id)
        return _did(verbs.file(actor=actor, items=[form], now=now)) or _did(
            verbs.ask_verification(actor=actor, items=[VerificationAsked(*_form(case), matter_id)], now=now)
        )

    def _expected(self, fate: _Fate, now: datetime) -> int | None:
        """The matter that the pack expects of the report: what a person who reads it would say."""
        with db.system():
            known = catalog.matters_by_code(self._day(now))
        return next((known[code].id for code in MATTER_CODE.findall(fate.report.expect) if code in known), None)

    def _dispatch(self, case: CaseFacts, _: _Fate, now: datetime) -> bool:
        with db.system():
            rows = [row for row in catalog.duty_rows(self._day(now)) if row.matter_id == case.matter_id]
        leading = [row for row in rows if not row.owner and row.list_kind is not ListKind.ASSIST]
        fits = [row for row in leading if case.region_code.startswith(row.region_code)]
        actor = self._someone(Role.DISPATCHER)
        if not (actor and fits):
            return False
        row = max(fits, key=lambda row: len(row.region_code))
        form = Dispatching(*_form(case), unit_id=row.lead_id, duty_row_version_id=row.version_id)
        return _did(verbs.dispatch(actor=actor, items=[form], now=now))

    def _handle(self, case: CaseFacts, _: _Fate, now: datetime) -> bool:
        for task in (task for task in case.tasks if task.open):
            role = _BY_STATE[task.state]
            actor = self._people.get((role, task.unit_id)) or self._people.get((Role.HANDLER, task.unit_id))
            return actor is not None and self._work_on(task, case, actor, now)
        return False

    def _work_on(self, task: TaskFacts, case: CaseFacts, actor: Actor, now: datetime) -> bool:
        if task.state is TaskState.OFFERED:
            return _did(verbs.accept_task(actor=actor, items=[TaskAcceptance(*_form(case), task.id)], now=now))
        if task.state is TaskState.SUBMITTED:
            return _did(verbs.sign_off(actor=actor, items=[SigningOff(*_form(case), task.id)], now=now))
        handling = _handling(case, task.id, self._check_by(case, now), now)
        return _did(verbs.handle(actor=actor, items=[handling], now=now))

    def _check_by(self, case: CaseFacts, now: datetime) -> CheckBy:
        with db.system():
            matter = catalog.matters(self._day(now)).get(case.matter_id or 0)
        return matter.check_by if matter else CheckBy.NONE

    def _check(self, case: CaseFacts, _: _Fate, now: datetime) -> bool:
        """On the spot with a photo, or by telephone: what the matter asks for."""
        actor = self._someone(Role.INSPECTOR)
        on_site = self._check_by(case, now) is CheckBy.SITE
        text = "现场核查，与反馈一致。" if on_site else "已电话联系诉求人，本人认可办理结果。"
        photos = (_photo(case.number, EvidenceKind.AFTER, now),) if on_site else ()
        form = Checking(*_form(case), CheckResult.PASSED, text, photos)
        return actor is not None and _did(verbs.check(actor=actor, items=[form], now=now))

    def _close(self, case: CaseFacts, _: _Fate, now: datetime) -> bool:
        actor = self._someone(Role.DUTY_CHIEF)
        return actor is not None and _did(
            verbs.close(actor=actor, items=[Closing(*_form(case), outcome=Result.SOLVED)], now=now)
        )

    def _someone(self, role: Role) -> Actor | None:
        """The first who holds that post for the whole city."""
        held = [actor for (each, _), actor in self._people.items() if each is role and actor.scope.everywhere]
        return held[-1] if held else None


_BY_STATE = {
    TaskState.OFFERED: Role.LIAISON,
    TaskState.ACCEPTED: Role.HANDLER,
    TaskState.SUBMITTED: Role.REVIEWER,
}
_ACTS: Mapping[Stage, Callable[[Stock, CaseFacts, _Fate, datetime], bool]] = {
    Stage.ACCEPT: Stock._accept,
    Stage.FILE: Stock._file,
    Stage.DISPATCH: Stock._dispatch,
    Stage.HANDLE: Stock._handle,
    Stage.CHECK: Stock._check,
    Stage.CLOSE: Stock._close,
}


class _Fate:
    """How far people bring a case and how long they take, drawn from its report's key."""

    def __init__(self, report: StockReport, dice: random.Random, *, old: bool) -> None:
        self.report = report
        self._dice = dice
        drawn = dice.choices([stage for stage, _ in FATES], [often for _, often in FATES])[0]
        self.reaches = Stage.EVALUATE if old and dice.random() < LONG_DONE else drawn

    def pause(self) -> timedelta:
        return timedelta(minutes=min(self._dice.lognormvariate(4.2, 1.1), 2400))


def _dice(seed: str) -> random.Random:
    """The same draws in every demonstration."""
    return random.Random(seed)  # noqa: S311  # nothing here is a secret


def _arrivals(number: int, now: datetime) -> list[datetime]:
    """Moments of the last days, denser in the hours at which people report; the last one minutes ago."""
    dice = _dice("arrivals")
    hours = [now - timedelta(hours=back) for back in range(1, DAYS * 24)]
    weights = [HOURLY[hour.hour] for hour in hours]
    return sorted(hour - timedelta(seconds=dice.randrange(3600)) for hour in dice.choices(hours, weights, k=number))


def _raw(report: StockReport, now: datetime) -> RawReport:
    by_phone = report.source == "01"
    return RawReport(
        channel=Channel.DESK if by_phone else Channel.PUBLIC,
        key=f"stock-{report.key}",
        source=report.source,
        kind=ReportKind(report.kind),
        title=report.title,
        text=report.text,
        place_text=report.place,
        matter_code=report.matter,
        lon=report.lon,
        lat=report.lat,
        language=report.language,
        confidential=report.confidential,
        occurred_at=now,
        contact=ContactDetails(phone=f"000{_dice(report.key).randrange(10**7, 10**8)}")
        if by_phone
        else ContactDetails(),
    )


def _form(case: CaseFacts) -> tuple[str, int]:
    """The case's number and version, as every form carries them."""
    return case.number, case.version


def _handling(case: CaseFacts, task_id: int, check_by: CheckBy, now: datetime) -> Handling:
    """A photo before and after, and where the matter is checked by papers one that stands for the paper."""
    papers = (EvidenceKind.PAPER,) if check_by is CheckBy.PAPERS else ()
    exhibits = tuple(_photo(case.number, kind, now) for kind in (EvidenceKind.BEFORE, EvidenceKind.AFTER, *papers))
    text = f"已到现场处置完毕，附处置前后照片({now:%m-%d})。"
    return Handling(*_form(case), task_id=task_id, result=Result.SOLVED, text=text, exhibits=exhibits)


def _photo(label: str, kind: EvidenceKind, now: datetime) -> Exhibit:
    """A drawing that stands for a photo; it says what it is."""
    ground = (196, 186, 172) if kind is EvidenceKind.BEFORE else (168, 196, 172)
    picture = Image.new("RGB", (960, 720), ground)
    pen = ImageDraw.Draw(picture)
    pen.rectangle((0, 430, 960, 720), fill=tuple(channel - 40 for channel in ground))
    if kind is EvidenceKind.BEFORE:
        for place in range(5):
            pen.ellipse((300 + place * 60, 520 - place * 12, 400 + place * 60, 600 - place * 12), fill=(96, 84, 72))
    pen.text((40, 40), f"DEMO {label} {kind.value}", fill=(40, 40, 40), font_size=32)
    file = BytesIO()
    picture.save(file, "JPEG", quality=80)
    kept = files.put(file.getvalue(), media_type="image/jpeg")
    with db.system():
        files.record([kept], now=now)
    return Exhibit(kept.sha256, kind, f"{kind.value}.jpg")


def _did(outcomes: Sequence[Outcome]) -> bool:
    return all(outcome.ok for outcome in outcomes)
