"""What the lists say: kinds of matter, limits, work calendars and the deadlines they make. Values in, values out."""

from civigrid.catalog.rules.calendars import DayKind, Holidays, Season, Span, WorkCalendar, parse_calendar
from civigrid.catalog.rules.deadlines import DayLine, Deadline, deadline
from civigrid.catalog.rules.lists import (
    NO_TASKS,
    Callback,
    Carry,
    CheckBy,
    Family,
    LimitUnit,
    NewCalendar,
    NewCity,
    NewDutyRow,
    NewMatter,
    NewStandard,
    Urgency,
)

__all__ = [
    "NO_TASKS", "Callback", "Carry", "CheckBy", "DayKind", "DayLine", "Deadline", "Family", "Holidays", "LimitUnit", "NewCalendar",
    "NewCity", "NewDutyRow", "NewMatter", "NewStandard", "Season", "Span", "Urgency", "WorkCalendar", "deadline",
    "parse_calendar",
]  # fmt: skip
