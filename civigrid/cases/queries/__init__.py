"""Every SELECT of the area, scope first. Frozen rows out."""

from civigrid.cases.queries.lists import CaseLine, Counts, TaskLine, counts, inbox, queue
from civigrid.cases.queries.stream import case_ids_of_first, numbers_of, open_load, open_same, reports_refused
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
    "case_ids_of_first",
    "counts",
    "files_in_scope",
    "inbox",
    "numbers_of",
    "open_load",
    "open_same",
    "queue",
    "reports_refused",
]
