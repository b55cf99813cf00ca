"""Cases narrowed to what is asked for: as conditions of a case, and as the list of a span of days, by that moment's index.

Without a span of days a list is a search for no word (`search.found_ids`): its index narrows by unit, place, matter and
state whatever row security allows the planner, so that every page costs the same.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from civigrid.base import cursors
from civigrid.cases.queries.lists import CaseLine, lines_in_order, select
from civigrid.cases.queries.scope import Where, after, in_scope
from civigrid.cases.rules import CITY, NOBODY, Moment, Wanted, Whether
from civigrid.directory.rules import Actor
from civigrid.places.rules import DIGITS, Level

TOWN = DIGITS[Level.TOWN]
# 主办: the last unit the case went to that did not give it back
LEAD = """(
  SELECT t.unit_id FROM cases_task t
  WHERE t.case_id = c.id AND t.kind = 'lead' AND t.state <> 'returned' ORDER BY t.id DESC LIMIT 1)"""
PROMISE = "k.case_id = c.id AND k.task_id IS NULL AND k.kind = 'finish'"
LATE = "(k.stopped_at IS NULL OR k.stopped_at > k.due_at)"
_LIST = "SELECT c.id, {moment} FROM {source} WHERE {where} ORDER BY {moment} DESC, c.id DESC LIMIT %s"
_FAR = datetime(9000, 1, 1, tzinfo=UTC)


def listed(
    actor: Actor, wanted: Wanted, *, now: datetime, after: str = "", limit: int = 50
) -> list[tuple[str, CaseLine]]:
    """Lines in scope whose moment lies in the span that is wanted, each with its cursor, the newest first. Two statements."""
    source, moment, where, values = _chosen(wanted)
    scope, own = in_scope(actor.scope)
    if after:
        seen, case_id = cursors.moment(after)
        where.append(f"({moment}, c.id) < (%s, %s)")
        values += [seen, case_id]
    statement = _LIST.format(moment=moment, source=source, where=" AND ".join([scope, *where]))
    rows = select(statement, [*own, *values, limit])
    places = {case_id: cursors.of_moment(at, case_id) for case_id, at in rows}
    lines = lines_in_order(list(places), now=now)
    return [(places[cursors.numbers(line.cursor)[1]], line) for line in lines]


def _chosen(wanted: Wanted) -> tuple[str, str, list[str], list[Any]]:
    """Tables, the moment to sort by, conditions and their values."""
    narrowed, values = _of_case(wanted)
    since, until = wanted.since or cursors.EPOCH, wanted.until or _FAR
    span = f"{_MOMENT[wanted.moment]} >= %s AND {_MOMENT[wanted.moment]} < %s"
    more: list[Any] = [since, until]
    if wanted.moment is Moment.OVERDUE:
        span = f"{span} AND {LATE}"
    if wanted.moment is Moment.DISPATCHED:  # a case that was handed over twice stands there once
        span += """ AND NOT EXISTS (SELECT 1 FROM cases_task l WHERE l.case_id = d.case_id
          AND l.dispatched_at >= %s AND l.dispatched_at < %s AND (l.dispatched_at, l.id) > (d.dispatched_at, d.id))"""
        more *= 2
    return _SOURCE.get(wanted.moment, "cases_case c"), _MOMENT[wanted.moment], [span, *narrowed], [*more, *values]


_MOMENT = {
    Moment.OPENED: "c.opened_at",
    Moment.CLOSED: "c.closed_at",
    Moment.DUE: "k.due_at",
    Moment.OVERDUE: "k.due_at",
    Moment.DISPATCHED: "d.dispatched_at",
}
_OF_PROMISE = f"cases_clock k JOIN cases_case c ON {PROMISE}"
_SOURCE = {
    Moment.DUE: _OF_PROMISE,
    Moment.OVERDUE: _OF_PROMISE,
    Moment.DISPATCHED: "cases_task d JOIN cases_case c ON c.id = d.case_id",
}


_PROMISED = "EXISTS (SELECT 1 FROM cases_clock k WHERE {promise} AND {span})"
_HANDED = "EXISTS (SELECT 1 FROM cases_task d WHERE d.case_id = c.id AND {span})"


def conditions(wanted: Wanted) -> tuple[list[str], list[Any]]:
    """All that is asked for, said of `cases_case c` alone."""
    found, values = _of_case(wanted)
    if not wanted.spanned:
        return found, values
    span = f"{_MOMENT[wanted.moment]} >= %s AND {_MOMENT[wanted.moment]} < %s"
    if wanted.moment in (Moment.DUE, Moment.OVERDUE):
        span = f"{span} AND {LATE}" if wanted.moment is Moment.OVERDUE else span
        span = _PROMISED.format(promise=PROMISE, span=span)
    if wanted.moment is Moment.DISPATCHED:
        span = _HANDED.format(span=span)
    return [*found, span], [*values, wanted.since or cursors.EPOCH, wanted.until or _FAR]


def _of_case(wanted: Wanted) -> tuple[list[str], list[Any]]:
    """All but the span of days."""
    asked: list[Where] = []
    if wanted.stage is not None:
        asked.append(("c.stage = %s", [wanted.stage.value]))
    if wanted.whether is not None:
        asked.append((f"c.stage {'<>' if wanted.whether is Whether.OPEN else '='} 'evaluate'", []))
    if wanted.family is not None:
        asked.append(("c.family = %s", [wanted.family.value]))
    if wanted.matter_id is not None:
        asked.append(_is("c.matter_id", wanted.matter_id))
    if wanted.source:
        asked.append(("c.source = %s", [wanted.source]))
    if wanted.unit_id is not None:
        asked.append(_is(LEAD, wanted.unit_id))
    if wanted.region:
        asked.append(_within(wanted.region))
    return [each for each, _ in asked], [value for _, values in asked for value in values]


def _is(what: str, identity: int) -> Where:
    return (f"{what} IS NULL", []) if identity == NOBODY else (f"{what} = %s", [identity])


def _within(region: str) -> Where:
    if region == CITY:
        return "length(c.region_code) < %s", [TOWN]
    return "c.region_code >= %s AND c.region_code < %s", [region, after(region)]
