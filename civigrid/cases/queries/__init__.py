"""Every SELECT of the area, scope first. Frozen rows out."""

from civigrid.cases.queries.lists import CaseLine, Counts, TaskLine, counts, inbox, queue
from civigrid.cases.queries.stream import (
    all_erased,
    files_named,
    files_of,
    first_reports,
    numbers_of,
    open_load,
    open_same,
    places_of,
    reports_refused,
    targets_held,
)
from civigrid.cases.queries.view import (
    CaseView,
    ClockView,
    EntryView,
    EvidenceView,
    TaskView,
    access_case,
    files_in_scope,
)

__all__ = [
    "CaseLine",
    "CaseView",
    "ClockView",
    "Counts",
    "EntryView",
    "EvidenceView",
    "TaskLine",
    "TaskView",
    "access_case",
    "all_erased",
    "counts",
    "files_in_scope",
    "files_named",
    "files_of",
    "first_reports",
    "inbox",
    "numbers_of",
    "open_load",
    "open_same",
    "places_of",
    "queue",
    "reports_refused",
    "targets_held",
]
