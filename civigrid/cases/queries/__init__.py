"""Every SELECT of the area, scope first. Frozen rows out."""

from civigrid.cases.queries.daily import By, Daily, daily
from civigrid.cases.queries.heard import OwnCase, cases_of, hold_heard, stood
from civigrid.cases.queries.held import hold
from civigrid.cases.queries.held import known_files as media_types
from civigrid.cases.queries.inbox import TaskLine, inbox, overdue, overdue_count
from civigrid.cases.queries.joined import Related, Relations, parts, relations, standing, stays
from civigrid.cases.queries.lists import CaseLine, Counts, counts, queue
from civigrid.cases.queries.near import Near, near_cases, near_ids
from civigrid.cases.queries.search import found_ids, found_lines, ids_before, named, numbered, of_reports
from civigrid.cases.queries.senders import ToldCase, result_files, told_cases
from civigrid.cases.queries.stream import (
    about,
    all_erased,
    files_named,
    files_of,
    first_reports,
    numbers_of,
    open_in,
    open_load,
    open_same,
    open_tasks,
    places_of,
    reports_refused,
    targets_held,
)
from civigrid.cases.queries.view import (
    CameView,
    CaseView,
    ClockView,
    EntryView,
    EvidenceView,
    TaskView,
    access_case,
    files_in_scope,
)
from civigrid.cases.queries.wanted import listed

__all__ = [
    "By",
    "CameView",
    "CaseLine",
    "CaseView",
    "ClockView",
    "Counts",
    "Daily",
    "EntryView",
    "EvidenceView",
    "Near",
    "OwnCase",
    "Related",
    "Relations",
    "TaskLine",
    "TaskView",
    "ToldCase",
    "about",
    "access_case",
    "all_erased",
    "cases_of",
    "counts",
    "daily",
    "files_in_scope",
    "files_named",
    "files_of",
    "first_reports",
    "found_ids",
    "found_lines",
    "hold",
    "hold_heard",
    "ids_before",
    "inbox",
    "listed",
    "media_types",
    "named",
    "near_cases",
    "near_ids",
    "numbered",
    "numbers_of",
    "of_reports",
    "open_in",
    "open_load",
    "open_same",
    "open_tasks",
    "overdue",
    "overdue_count",
    "parts",
    "places_of",
    "queue",
    "relations",
    "reports_refused",
    "result_files",
    "standing",
    "stays",
    "stood",
    "targets_held",
    "told_cases",
]
