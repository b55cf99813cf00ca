"""Everything that is read of the city's lists. Frozen rows; the dictionaries are shared, never change them."""

from civigrid.catalog.queries.calendars import (
    CalendarRow,
    calendar_version,
    calendar_versions,
    calendars,
    national_holidays,
)
from civigrid.catalog.queries.city import CityRow, city, city_or_none
from civigrid.catalog.queries.history import (
    LoadingRow,
    calendar_history,
    duty_row_history,
    loadings,
    matter_history,
    matter_names,
    standard_history,
)
from civigrid.catalog.queries.lists import (
    DutyRowRow,
    MatterRow,
    StandardRow,
    duty_row_version,
    duty_rows,
    matters,
    matters_by_code,
    standard_version,
    standards,
)
from civigrid.catalog.queries.search import find_matters
from civigrid.catalog.queries.stamp import AREA

__all__ = [
    "AREA",
    "CalendarRow",
    "CityRow",
    "DutyRowRow",
    "LoadingRow",
    "MatterRow",
    "StandardRow",
    "calendar_history",
    "calendar_version",
    "calendar_versions",
    "calendars",
    "city",
    "city_or_none",
    "duty_row_history",
    "duty_row_version",
    "duty_rows",
    "find_matters",
    "loadings",
    "matter_history",
    "matter_names",
    "matters",
    "matters_by_code",
    "national_holidays",
    "standard_history",
    "standard_version",
    "standards",
]
