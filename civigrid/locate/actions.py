"""Finding where reports are about."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime

from civigrid.base.bulk import execute, lines
from civigrid.base.db import require_transaction
from civigrid.catalog import queries as catalog
from civigrid.intake.rules import ReportRow
from civigrid.locate import queries, rules
from civigrid.locate.rules import Asked, KindWords, SpotRow
from civigrid.places import queries as places
from civigrid.places.rules import NOWHERE, Named

READ = 300  # characters of the text in which a place is looked for, after the words that say the place

_INSERT = """
INSERT INTO locate_spot (report_id, precision, region_code, grid_id, lon, lat, place_kind, how, words, by_account, at)
SELECT report_id, precision, coalesce(region_code, ''), grid_id, lon, lat, coalesce(place_kind, ''), how,
  coalesce(words, ''), 0, %s
FROM ROWS FROM (
  unnest(%s::bigint[]), string_to_table(%s, E'\\n'), string_to_table(%s, E'\\n'), unnest(%s::bigint[]),
  unnest(%s::float8[]), unnest(%s::float8[]), string_to_table(%s, E'\\n'), string_to_table(%s, E'\\n'),
  string_to_table(%s, E'\\n')
) AS new (report_id, precision, region_code, grid_id, lon, lat, place_kind, how, words)
"""


def find(reports: Sequence[ReportRow], *, now: datetime) -> list[SpotRow]:
    """One spot per report, in their order: by the point, else by the region given, else by the place the words name."""
    require_transaction()
    if not reports:
        return []
    city = catalog.city()
    on = now.astimezone(city.zone).date()
    border = queries.border(on)
    spots = [rules.spot(asked, root=city.root_code, border=border) for asked in _asked(reports, on)]
    _write(spots, now)
    return spots


_FORGET = """
UPDATE locate_spot SET lon = NULL, lat = NULL, words = ''
WHERE report_id = ANY(%s::bigint[]) AND (lon IS NOT NULL OR lat IS NOT NULL OR words <> '')
"""


def forget(report_ids: Sequence[int]) -> None:
    """Blanks the points and the quoted words of erased reports; the region and the grid stay, for counting."""
    require_transaction()
    execute(_FORGET, (list(report_ids),))


def _asked(reports: Sequence[ReportRow], on: date) -> list[Asked]:
    regions, grids, names = places.regions(on), places.grids(on), places.named_places(on)
    kinds, grid_of = queries.kind_words(), _grids(reports, on)
    asked = []
    for report in reports:
        grid = grids.get(grid_of.get(report.id, NOWHERE))
        given = report.region_code if report.region_code in regions else ""
        named = Named() if grid or given else _named(report, names.find)
        asked.append(
            Asked(
                report.id, report.lon, report.lat, grid.id if grid else None, grid.region_code if grid else "",
                given, named.codes, named.words, _kind(report, kinds),
            )
        )  # fmt: skip
    return asked


def _grids(reports: Sequence[ReportRow], on: date) -> dict[int, int]:
    """The grid each point lies in, by report."""
    points = [(each.id, each.lon, each.lat) for each in reports if each.lon is not None and each.lat is not None]
    if not points:
        return {}
    ids, lons, lats = zip(*points, strict=True)
    return dict(zip(ids, places.grid_index(on).locate(lons, lats).tolist(), strict=True))


def _named(report: ReportRow, find: Callable[[str], Named]) -> Named:
    """The words that say the place come first; what else was said is read where they name nothing."""
    found = find(report.place_text) if report.place_text else Named()
    return found if found.codes else find(report.words[:READ])


def _kind(report: ReportRow, kinds: KindWords) -> str:
    """What the sender chose, else what the words for the place tell, else the rest."""
    chosen = report.extra.get("place_kind")
    if isinstance(chosen, str) and chosen in kinds.codes:
        return chosen
    return kinds.find(report.place_text) or kinds.find(report.words[:READ])


def _write(spots: Sequence[SpotRow], now: datetime) -> None:
    execute(
        _INSERT,
        (
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
        ),
    )
