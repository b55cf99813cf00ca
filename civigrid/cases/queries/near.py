"""Cases that may be about the same thing as a report: near in place and time, whatever their matter.

Two statements. `near_ids` runs under the system role, because row security would keep the planner from the index on
points; it gives ids of the actor's scope and nothing else. `near_cases` runs in the scope of the person who looks.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from civigrid.base.permissions import Scope
from civigrid.cases.queries.lists import EXCERPT
from civigrid.cases.queries.names import Both, Names
from civigrid.cases.queries.scope import after, in_scope
from civigrid.cases.rules import Result, Side, Stage
from civigrid.link.rules import DAYS_CLOSED, DAYS_OPEN, EARTH_M, NEAR_M, RADIUS_M, SOON_H, Thing, cells
from civigrid.places.rules import DIGITS, Level

MOST_POINTS, MOST_TOLD = 100, 100  # candidates with a point, the likeliest by place and time; and without one
READ = 200  # characters of a report that are compared

# of the points those within the circle's square; they are ordered as `link.rules` will weigh them
_CANDIDATES = """
WITH points AS (
  SELECT s.report_id FROM locate_spot s
  WHERE s.lat IS NOT NULL AND s.at >= %s
    AND floor(s.lat * 200)::bigint * 100000 + floor(s.lon * 200)::bigint = ANY (%s::bigint[])
    AND s.lat BETWEEN %s AND %s AND s.lon BETWEEN %s AND %s
  ORDER BY sqrt(power((s.lon - %s) * %s, 2) + power(s.lat - %s, 2)) * %s
    + abs(extract(epoch FROM s.at - %s)) / %s LIMIT %s
), told AS (
  SELECT c.first_report_id FROM cases_case c
  WHERE {where} AND c.stage <> 'evaluate' AND c.opened_at >= %s ORDER BY c.first_report_id DESC LIMIT %s
)
SELECT c.id, r.id FROM (SELECT report_id FROM points UNION SELECT first_report_id FROM told) near
JOIN intake_report r ON r.id = near.report_id
JOIN cases_report k ON k.report_id = r.id AND k.left_at IS NULL
JOIN cases_case c ON c.id = k.case_id
WHERE NOT c.confidential AND NOT r.confidential AND c.side NOT IN ('joined', 'void') AND r.erased_at IS NULL AND c.id <> %s AND r.id <> %s
  AND (c.stage <> 'evaluate' AND r.received_at BETWEEN %s AND %s OR c.closed_at >= %s) AND {scope}
"""
_READ = """
SELECT c.number, c.version, c.stage, c.side, c.outcome, c.matter_id, c.region_code, c.grid_id, c.opened_at, c.closed_at,
       r.id, r.title, left(r.text, %s), r.place_text, r.received_at, s.lon, s.lat
FROM unnest(%s::bigint[], %s::bigint[]) AS t (case_id, report_id)
JOIN cases_case c ON c.id = t.case_id JOIN intake_report r ON r.id = t.report_id
LEFT JOIN LATERAL (SELECT lon, lat FROM locate_spot WHERE report_id = r.id ORDER BY id DESC LIMIT 1) s ON true
"""


@dataclass(frozen=True, slots=True)
class Near:
    """A case with the report of it that is compared. A closed one takes no reports; what was solved may have come back."""

    number: str
    version: int
    stage: Stage
    side: Side
    outcome: Result | None
    opened_at: datetime
    closed_at: datetime | None
    matter: Both
    place: Both
    place_text: str
    excerpt: str
    thing: Thing


def near_ids(new: Thing, scope: Scope, *, now: datetime, case_id: int = 0) -> list[tuple[int, int]]:
    """(case, report) near the new one, in the scope; `case_id` is its own case. Call inside `db.system()`."""
    week, month = timedelta(days=DAYS_OPEN), timedelta(days=DAYS_CLOSED)
    where, values = _told(new)
    allowed, limits = in_scope(scope)
    with connection.cursor() as cursor:
        cursor.execute(
            _CANDIDATES.format(where=where, scope=allowed),
            [new.at - week - month, *_around(new), *values, new.at - week, MOST_TOLD, case_id, new.id,
             new.at - week, new.at + week, now - month, *limits],
        )  # fmt: skip
        return list(cursor.fetchall())


def _around(new: Thing) -> list[Any]:
    """The cells and the square around the point, and what the points in it are ordered by."""
    if new.lon is None or new.lat is None:
        return [[], *[0.0] * 8, new.at, 1.0, 0]
    narrow = math.cos(math.radians(new.lat))
    up, aside = RADIUS_M / EARTH_M, RADIUS_M / EARTH_M / narrow
    square = [new.lat - up, new.lat + up, new.lon - aside, new.lon + aside]
    return [
        cells(new.lon, new.lat), *square, new.lon, narrow, new.lat, EARTH_M / NEAR_M, new.at, SOON_H * 3600, MOST_POINTS
    ]  # fmt: skip


def _told(new: Thing) -> tuple[str, list[Any]]:
    """Where to look for what was told without a point: the community, else the town; else all of the city that is
    about the same matter, or whose place nobody knows either.
    """
    known = [DIGITS[level] for level in (Level.COMMUNITY, Level.TOWN) if len(new.region_code) >= DIGITS[level]]
    if known:
        region = new.region_code[: known[0]]
        return "c.region_code >= %s AND c.region_code < %s", [region, after(region)]
    if new.matter_id is not None:
        return "c.matter_id = %s", [new.matter_id]
    return "c.region_code = %s", [new.region_code]


def near_cases(found: Sequence[tuple[int, int]], *, now: datetime) -> list[Near]:
    """Those of (case, report) that the open scope may see."""
    if not found:
        return []
    ids = [case_id for case_id, _ in found], [report_id for _, report_id in found]
    with connection.cursor() as cursor:
        cursor.execute(_READ, [READ, *ids])
        rows = cursor.fetchall()
    names = Names.at(now)
    return [_near(row, names) for row in rows]


def _near(row: tuple[Any, ...], names: Names) -> Near:
    number, version, stage, side, outcome, matter_id, region_code, grid_id, opened_at, closed_at = row[:10]
    report_id, title, text, place_text, received_at, lon, lat = row[10:]
    thing = Thing(
        report_id, closed_at or received_at, title, text, place_text, lon, lat, region_code, grid_id, matter_id,
        major=names.major(matter_id), group=number, closed=closed_at is not None,
    )  # fmt: skip
    return Near(
        number=number,
        version=version,
        stage=Stage(stage),
        side=Side(side),
        outcome=Result(outcome) if outcome else None,
        opened_at=opened_at,
        closed_at=closed_at,
        matter=names.matter(matter_id),
        place=names.place(region_code),
        place_text=place_text,
        excerpt=(title or text)[:EXCERPT],
        thing=thing,
    )
