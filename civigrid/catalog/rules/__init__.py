"""What the lists say: kinds of matter, limits, work calendars and the deadlines they make. Values in, values out."""

from civigrid.catalog.rules.calendars import DayKind, Holidays, Season, Span, WorkCalendar, parse_calendar
from civigrid.catalog.rules.deadlines import DayLine, Deadline, deadline
from civigrid.catalog.rules.lists import (
    NO_TASKS,
    TOWN_UNITS,
    UNKNOWN_OWNER,
    Callback,
    Carry,
    CheckBy,
    Family,
    FieldKind,
    LimitUnit,
    ListKind,
    NewCalendar,
    NewCity,
    NewDutyRow,
    NewField,
    NewMatter,
    NewStandard,
    Urgency,
)

__all__ = [
    "NO_TASKS", "TOWN_UNITS", "UNKNOWN_OWNER", "Callback", "Carry", "CheckBy", "DayKind", "DayLine", "Deadline", "Family",
    "FieldKind", "Holidays", "LimitUnit", "ListKind", "NewCalendar", "NewCity", "NewDutyRow", "NewField", "NewMatter",
    "NewStandard", "Season", "Span", "Urgency", "WorkCalendar", "deadline", "parse_calendar",
]  # fmt: skip
