"""Open cases as a map shows them: numbers by grid, numbers by cell, and the cases behind a number.

As in `near`: of each of thirty thousand cases row security on clocks, reports and places would ask up to four tables, so
the numbers and `ids` are read under the system role with the scope as a condition. They give counts, middles of cells and
ids of cases in the scope and nothing else; tests hold the counts against row security's own. What is shown of a case
(`lines`) and what was opened is read in the scope of who looks. A confidential case has no point: it counts in its grid.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from civigrid.base.permissions import Scope
from civigrid.cases.queries.lists import CaseLine, lines_of, select
from civigrid.cases.queries.scope import Where, after, in_scope
from civigrid.cases.rules.onmap import NONE, ORDER, STANDS, Box, Four, OnMap, Standing

_STOOD = "".join(
    f" WHEN c.stage IN ({', '.join(repr(stage.value) for stage in stages)}) THEN {ORDER.index(standing)}"
    for standing, stages in STANDS.items()
)
_STANDING = f"CASE WHEN k.due_at < %s THEN {ORDER.index(Standing.LATE)}{_STOOD} END"
# asked of each case by the index, whatever the planner believes of their number
_CLOCK = """LEFT JOIN LATERAL (
  SELECT due_at FROM cases_clock
  WHERE case_id = c.id AND task_id IS NULL AND kind = 'finish' AND stopped_at IS NULL LIMIT 1
) k ON true"""
_SPOT = """LEFT JOIN LATERAL (
  SELECT lon, lat FROM locate_spot WHERE report_id = c.first_report_id AND NOT c.confidential ORDER BY id DESC LIMIT 1
) s ON true"""
_GRIDS = """
SELECT c.region_code, c.grid_id, {standing}, count(*) FROM cases_case c {clock}
WHERE c.stage <> 'evaluate' AND {where} GROUP BY 1, 2, 3
"""
_OPENED = """
SELECT c.region_code, c.grid_id, count(*) FROM cases_case c WHERE c.opened_at >= %s AND {where} GROUP BY 1, 2
"""
# what has no point has no cell; it is told by its grid, where it has one
_CELLS = """
SELECT CASE WHEN s.lon IS NULL THEN c.grid_id END, floor(s.lon / %s), floor(s.lat / %s), {standing}, count(*), avg(s.lon),
       avg(s.lat)
FROM cases_case c {clock} {spot}
WHERE c.stage <> 'evaluate' AND (s.lon IS NULL OR s.lon BETWEEN %s AND %s AND s.lat BETWEEN %s AND %s) AND {where}
GROUP BY 1, 2, 3, 4
"""
_IDS = """
SELECT c.id FROM cases_case c {clock} {spot}
WHERE c.stage <> 'evaluate' AND c.id < %s AND {inside} AND {where} ORDER BY c.id DESC LIMIT %s
"""
_INSIDE = "(s.lon BETWEEN %s AND %s AND s.lat BETWEEN %s AND %s OR s.lon IS NULL AND c.grid_id = ANY (%s::bigint[]))"
LAST = 2**63 - 1  # no id is greater


@dataclass(frozen=True, slots=True)
class GridCount:
    """Open cases of a region, or of a grid in it, by their standing."""

    region_code: str
    grid_id: int | None
    cases: Four


@dataclass(frozen=True, slots=True)
class Cell:
    """Open cases of one cell, and the middle of them; or those without a point of a grid (`lon`, `lat` None)."""

    lon: float | None
    lat: float | None
    grid_id: int | None
    cases: Four


def by_grid(scope: Scope, wanted: OnMap, *, now: datetime) -> list[GridCount]:
    """One statement; call inside `db.system()`."""
    where, values = _wanted(scope, wanted, now)
    found: dict[tuple[str, int | None], list[int]] = {}
    for region, grid_id, standing, number in select(
        _GRIDS.format(standing=_STANDING, clock=_CLOCK, where=where), [now, *values]
    ):
        found.setdefault((region, grid_id), [*NONE])[standing] += number
    return [GridCount(region, grid_id, _four(cases)) for (region, grid_id), cases in found.items()]


def opened(scope: Scope, wanted: OnMap, *, since: datetime) -> dict[tuple[str, int | None], int]:
    """How many cases were opened since then, by region and grid, whatever became of them; their family, matter and place
    as wanted. One statement, in the open scope."""
    allowed = OnMap(wanted.family, wanted.matter_ids, region=wanted.region, grid_id=wanted.grid_id)
    where, values = _wanted(scope, allowed, since)
    rows = select(_OPENED.format(where=where), [since, *values])
    return {(region, grid_id): number for region, grid_id, number in rows}


def cells(scope: Scope, wanted: OnMap, box: Box, side: tuple[float, float], *, now: datetime) -> list[Cell]:
    """Cells of `side` degrees in a box. One statement; call inside `db.system()`."""
    where, values = _wanted(scope, wanted, now)
    west, south, east, north = box
    statement = _CELLS.format(standing=_STANDING, clock=_CLOCK, spot=_SPOT, where=where)
    found: dict[tuple[Any, ...], list[tuple[int, int, float | None, float | None]]] = {}
    for *place, standing, number, lon, lat in select(statement, [*side, now, west, east, south, north, *values]):
        found.setdefault(tuple(place), []).append((standing, number, lon, lat))
    return [_cell(place[0], parts) for place, parts in found.items()]


def _cell(grid_id: int | None, parts: Sequence[tuple[int, int, float | None, float | None]]) -> Cell:
    cases, whole = [*NONE], sum(number for _, number, _, _ in parts)
    for standing, number, _, _ in parts:
        cases[standing] += number
    if parts[0][2] is None:
        return Cell(None, None, grid_id, _four(cases))
    lon = sum((lon or 0) * number for _, number, lon, _ in parts) / whole
    lat = sum((lat or 0) * number for _, number, _, lat in parts) / whole
    return Cell(lon, lat, grid_id, _four(cases))


def _four(cases: Sequence[int]) -> Four:
    received, in_hand, checking, late = cases
    return received, in_hand, checking, late


def ids(
    scope: Scope,
    wanted: OnMap,
    *,
    now: datetime,
    box: Box | None = None,
    grids: Sequence[int] = (),
    last: int = LAST,
    limit: int = 50,
) -> list[int]:
    """The newest of the cases behind a number: all that are wanted, or those in a box and, of those without a point, in
    these grids. One statement; call inside `db.system()`."""
    where, values = _wanted(scope, wanted, now)
    inside: Where = (_INSIDE, [box[0], box[2], box[1], box[3], list(grids)]) if box else ("true", [])
    statement = _IDS.format(clock=_CLOCK, spot=_SPOT if box else "", inside=inside[0], where=where)
    return [row[0] for row in select(statement, [last, *inside[1], *values, limit])]


def lines(case_ids: Sequence[int], *, now: datetime) -> list[CaseLine]:
    """Those of the cases that the open scope may see, the newest first. One statement."""
    return lines_of(case_ids, now=now)


def _wanted(scope: Scope, wanted: OnMap, now: datetime) -> Where:
    where, values = in_scope(scope)
    parts = [where]
    for condition, value in (
        ("c.family = %s", wanted.family),
        ("c.stage = %s", wanted.stage),
        ("c.matter_id = ANY (%s::bigint[])", wanted.matter_ids and list(wanted.matter_ids)),
        ("c.grid_id = %s", wanted.grid_id),
    ):
        if value is not None and value != ():
            parts.append(condition)
            values = [*values, value]
    if wanted.matter_ids == ():
        parts.append("false")
    if wanted.region:
        parts.append("c.region_code >= %s AND c.region_code < %s")
        values = [*values, wanted.region, after(wanted.region)]
    if wanted.standing is not None:
        parts.append(f"{_STANDING} = %s")
        values = [*values, now, ORDER.index(wanted.standing)]
    return " AND ".join(parts), values
