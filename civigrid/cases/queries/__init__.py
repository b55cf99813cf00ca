"""Every SELECT of the area, scope first. Frozen rows out."""

from civigrid.cases.queries.heard import OwnCase, cases_of, hold_heard, stood
from civigrid.cases.queries.held import known_files as media_types
from civigrid.cases.queries.joined import Related, Relations, parts, relations, standing, stays
from civigrid.cases.queries.lists import CaseLine, Counts, TaskLine, counts, inbox, queue
from civigrid.cases.queries.near import Near, near_cases, near_ids
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
    "Near",
    "OwnCase",
    "Related",
    "Relations",
    "TaskLine",
    "TaskView",
    "about",
    "access_case",
    "all_erased",
    "cases_of",
    "counts",
    "files_in_scope",
    "files_named",
    "files_of",
    "first_reports",
    "hold_heard",
    "inbox",
    "media_types",
    "near_cases",
    "near_ids",
    "numbers_of",
    "open_in",
    "open_load",
    "open_same",
    "open_tasks",
    "parts",
    "places_of",
    "queue",
    "relations",
    "reports_refused",
    "standing",
    "stays",
    "stood",
    "targets_held",
]
