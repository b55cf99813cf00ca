"""Joining cases and taking them apart, and one report that asks for more than one thing: what each means for the
reports, whose senders are told by their own records.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TypeVar

from civigrid.base import ledger
from civigrid.base.errors import Outcome
from civigrid.base.ledger import Line
from civigrid.cases import actions as cases
from civigrid.cases import queries as case_queries
from civigrid.cases.rules import Closing, Form, Further, Joining, NewCase, Splitting
from civigrid.classify import queries as classify
from civigrid.directory.rules import Actor
from civigrid.flow import targets, tx
from civigrid.intake import actions as intake
from civigrid.intake import queries as reports_of
from civigrid.intake.rules import Disposed, DispositionKind
from civigrid.link import actions as link
from civigrid.link import queries as links
from civigrid.link.rules import LinkHow
from civigrid.locate import queries as locate

F = TypeVar("F", bound=Form)

BY_CASES = frozenset(
    {DispositionKind.OPENED, DispositionKind.JOINED}
)  # dispositions that say where a report is at work
ENDED = "case_ended"  # the verb of the line in a report's record


def join(*, actor: Actor, items: Sequence[Joining], now: datetime) -> list[Outcome]:
    """并案. No case with a report that complains of a unit at work on the other one."""
    return tx.whole(lambda: joined(items, actor=actor, now=now))


def joined(items: Sequence[Joining], *, actor: Actor, now: datetime) -> list[Outcome]:
    """`join` in the open transaction."""
    barred = targets.barred([number for item in items for number in (item.number, item.into)], now=now)
    outcomes = cases.join_cases(items, barred=barred, actor=actor, now=now)
    done = _done(items, outcomes)
    firsts = case_queries.first_reports([number for item in done for number in (item.number, item.into)])
    pairs = [(firsts[item.number], firsts[item.into]) for item in done]
    link.say(pairs, LinkHow.PERSON, actor=actor, now=now)
    _dispose_anew(_reports_in([item.number for item in done]), actor, now)
    return outcomes


def split(*, actor: Actor, items: Sequence[Splitting], now: datetime) -> list[Outcome]:
    """拆案: undoes a joining, or gives one report a case of its own."""

    def work() -> list[Outcome]:
        fresh = _new_cases([item.report_id for item in items if not item.former])
        outcomes = cases.split(items, fresh=fresh, actor=actor, now=now)
        done = _done(items, outcomes)
        firsts = case_queries.first_reports([number for item in done for number in (item.number, item.former)])
        pairs = [(firsts.get(item.former, item.report_id), firsts[item.number]) for item in done]
        link.say(pairs, LinkHow.PARTED, actor=actor, now=now)
        back = _reports_in([item.former for item in done if item.former])
        _dispose_anew([*back, *(item.report_id for item in done if not item.former)], actor, now)
        return outcomes

    return tx.whole(work)


def also(*, actor: Actor, items: Sequence[Further], now: datetime) -> list[Outcome]:
    """一诉多求: a further case for a report. Its copies are about all of its cases."""
    return tx.whole(lambda: further(items, actor=actor, now=now))


def further(items: Sequence[Further], *, actor: Actor, now: datetime) -> list[Outcome]:
    """`also` in the open transaction."""
    firsts = case_queries.first_reports([item.number for item in items if not item.report_id])
    chosen = [item.report_id or firsts.get(item.number, 0) for item in items]
    outcomes = cases.also(items, fresh=_new_cases(chosen), actor=actor, now=now)
    asked = [report_id for report_id, outcome in zip(chosen, outcomes, strict=True) if outcome.ok]
    copies = links.copies(asked)
    known = set(_reports_in([item.number for item in _done(items, outcomes)]))
    pairs = [(copy, first) for first, found in copies.items() for copy in found if copy in known]
    barred = targets.of_reports(reports_of.by_ids([copy for copy, _ in pairs]), now=now)
    cases.join(pairs, barred=barred, now=now, actor=actor)
    _dispose_anew([*asked, *(copy for copy, _ in pairs)], actor, now)
    return outcomes


def tell_ended(closed: Sequence[Closing], *, actor: Actor, now: datetime) -> None:
    """In the open transaction: the record of every report of these cases says that they were closed, and the answer."""
    parts = case_queries.parts([item.number for item in closed])
    by = actor.account_id, actor.post_id
    ledger.append(
        [
            Line("report", part.report_id, ENDED, {"number": item.number, "outcome": item.outcome}, item.answer, *by)
            for item in closed
            for part in parts[item.number]
        ],
        now=now,
    )


def _done(items: Sequence[F], outcomes: Sequence[Outcome]) -> list[F]:
    return [item for item, outcome in zip(items, outcomes, strict=True) if outcome.ok]


def _reports_in(numbers: Sequence[str]) -> list[int]:
    return [part.report_id for found in case_queries.parts(numbers).values() for part in found]


def _new_cases(report_ids: Sequence[int]) -> dict[int, NewCase]:
    """What a case of its own would need to know of each report."""
    labels, spots = classify.newest(report_ids), locate.newest(report_ids)
    made = {}
    for report in reports_of.by_ids(report_ids):
        label, spot = labels.get(report.id), spots.get(report.id)
        made[report.id] = NewCase(
            report_id=report.id,
            source=report.source,
            urgency=label.urgency if label else report.urgency,
            received_at=report.received_at,
            confidential=report.confidential,
            matter_id=label.matter_id if label and label.sure else None,
            region_code=spot.region_code if spot else "",
            grid_id=spot.grid_id if spot else None,
            complains=bool(report.target_text),
        )
    return made


def _dispose_anew(report_ids: Iterable[int], actor: Actor, now: datetime) -> None:
    """Says of these reports in which cases they are now. Those that came for another reason (chased, added to) keep it."""
    ids = list(dict.fromkeys(report_ids))
    began, numbers, before = case_queries.standing(ids), case_queries.numbers_of(ids), reports_of.disposed(ids)
    rows = [_disposed(before[each], began[each], numbers[each]) for each in ids if each in began and each in before]
    intake.dispose(rows, now=now, actor=actor)


def _disposed(before: Disposed, began: bool, numbers: tuple[str, ...]) -> Disposed:
    if before.kind not in BY_CASES:
        return Disposed(before.report_id, before.kind, before.reason, numbers)
    kind = DispositionKind.OPENED if began else DispositionKind.JOINED
    return Disposed(before.report_id, kind, "by_hand", numbers)
