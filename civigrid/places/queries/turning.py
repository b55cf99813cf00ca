"""On which day what a map shows last changed: between two such days it is the same every day."""

from __future__ import annotations

from datetime import date

from django.db import connection

from civigrid.base import stamps
from civigrid.places.queries.stamp import AREA

_TABLES = (
    "places_region_version",
    "places_grid_version",
    "places_building_version",
    "places_asset_version",
    "places_feature_version",
)
_ENDS = "SELECT lower(valid) AS day FROM {table} UNION ALL SELECT upper(valid) FROM {table}"
_LAST = "SELECT max(day) FROM ({ends}) AS ends WHERE day <= %s"


@stamps.kept(AREA)
def turned(on: date) -> date:
    """The last day, up to this one, on which a region, grid, building, asset or feature began or ended."""
    ends = " UNION ALL ".join(_ENDS.format(table=table) for table in _TABLES)
    with connection.cursor() as cursor:
        cursor.execute(_LAST.format(ends=ends), [on])
        [found] = cursor.fetchone()
    return found or date.min
