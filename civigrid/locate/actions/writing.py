"""Spots into the database: one statement, however many there are."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from civigrid.base.bulk import execute, lines
from civigrid.base.db import require_transaction
from civigrid.locate.rules import SpotRow

_INSERT = """
INSERT INTO locate_spot (
  report_id, precision, region_code, grid_id, lon, lat, place_kind, how, words, border_m, neighbours, candidates,
  asset_code, by_account, at)
SELECT report_id, precision, coalesce(region_code, ''), grid_id, lon, lat, coalesce(place_kind, ''), how,
  coalesce(words, ''), border_m, coalesce(neighbours, '{}')::bigint[], coalesce(candidates, '{}')::text[],
  coalesce(asset_code, ''), %s, %s
FROM ROWS FROM (
  unnest(%s::bigint[]), string_to_table(%s, E'\\n'), string_to_table(%s, E'\\n'), unnest(%s::bigint[]),
  unnest(%s::float8[]), unnest(%s::float8[]), string_to_table(%s, E'\\n'), string_to_table(%s, E'\\n'),
  string_to_table(%s, E'\\n'), unnest(%s::float8[]), string_to_table(%s, E'\\n'), string_to_table(%s, E'\\n'),
  string_to_table(%s, E'\\n')
) AS new (report_id, precision, region_code, grid_id, lon, lat, place_kind, how, words, border_m, neighbours,
          candidates, asset_code)
"""
_FORGET = """
UPDATE locate_spot SET lon = NULL, lat = NULL, words = '', border_m = NULL, neighbours = '{}', candidates = '{}',
  asset_code = ''
WHERE report_id = ANY(%s::bigint[]) AND (
  lon IS NOT NULL OR lat IS NOT NULL OR words <> '' OR border_m IS NOT NULL OR neighbours <> '{}' OR candidates <> '{}'
  OR asset_code <> '')
"""


def keep(spots: Sequence[SpotRow], *, now: datetime, account: int = 0) -> None:
    """Stores spots beside those there are; of a report the newest counts. `account` 0 is the machine."""
    require_transaction()
    if not spots:
        return
    execute(
        _INSERT,
        (
            account,
            now,
            [each.report_id for each in spots],
            lines(each.precision for each in spots),
            lines(each.region_code for each in spots),
            [each.grid_id for each in spots],
            [each.lon for each in spots],
            [each.lat for each in spots],
            lines(each.place_kind for each in spots),
            lines(each.how for each in spots),
            lines(each.words.replace("\n", " ") for each in spots),
            [each.border_m for each in spots],
            lines(_array(each.neighbours) for each in spots),
            lines(_array(each.candidates) for each in spots),
            lines(each.asset_code for each in spots),
        ),
    )


def _array(values: Iterable[object]) -> str:
    """Numbers or codes as PostgreSQL reads an array."""
    return "{" + ",".join('"' + str(value).replace('"', '\\"') + '"' for value in values) + "}"


def forget(report_ids: Sequence[int]) -> None:
    """Blanks the points of erased reports, the words quoted and all that would tell either again; the region and the grid
    stay, for counting."""
    require_transaction()
    execute(_FORGET, (list(report_ids),))
