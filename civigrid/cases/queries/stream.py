"""What the earlier stages must know of the cases there are; `flow` fetches it and passes it in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from types import MappingProxyType

from django.db import connection

from civigrid.base.bulk import execute
from civigrid.cases.models import Evidence
from civigrid.intake.rules import Place

# Nearly always nobody said it before. Asked of the reports alone that is one look at an index; asked together with the
# cases, a server that has not yet counted the rows of a new city reads all of them.
_SAID_BEFORE = "SELECT id FROM intake_report WHERE digest = ANY (%s::bytea[]) AND NOT id = ANY (%s::bigint[])"
_OPEN_SAME = """
SELECT DISTINCT ON (r.digest) r.digest, r.id FROM intake_report r
JOIN cases_report k ON k.report_id = r.id AND k.left_at IS NULL AND k.how = ''
JOIN cases_case c ON c.id = k.case_id
WHERE r.id = ANY (%s::bigint[]) AND c.stage <> 'evaluate' ORDER BY r.digest, r.id
"""
LOAD_KEPT = timedelta(seconds=10)
_loads: dict[str, tuple[datetime, Mapping[int, int]]] = {}
_OPEN_LOAD = "SELECT unit_id, count(*) FROM cases_task WHERE finished_at IS NULL GROUP BY unit_id"
# a section's part as well as the unit's
_OPEN_TASKS = """
SELECT unit_id, count(*) FROM (
  SELECT unit_id FROM cases_task WHERE finished_at IS NULL AND unit_id = ANY (%s::bigint[])
  UNION ALL
  SELECT section_id FROM cases_task
  WHERE finished_at IS NULL AND section_id = ANY (%s::bigint[]) AND section_id <> unit_id
) found GROUP BY unit_id
"""
_OPEN_IN_REGIONS = """
SELECT region_code, count(*) FROM cases_case WHERE stage <> 'evaluate' AND region_code = ANY (%s) GROUP BY region_code
"""
_OPEN_IN_GRIDS = """
SELECT grid_id, count(*) FROM cases_case WHERE stage <> 'evaluate' AND grid_id = ANY (%s::bigint[]) GROUP BY grid_id
"""
_LOCK = "SELECT id FROM cases_case WHERE number = ANY (%s) ORDER BY id FOR NO KEY UPDATE"
_TARGETS = """
SELECT c.number, r.target_text FROM cases_case c JOIN cases_report k ON k.case_id = c.id AND k.left_at IS NULL
JOIN intake_report r ON r.id = k.report_id WHERE c.number = ANY (%s) AND r.target_text <> '' ORDER BY k.id
"""
_NUMBERS = """
SELECT k.report_id, c.number FROM cases_report k JOIN cases_case c ON c.id = k.case_id
WHERE k.report_id = ANY (%s::bigint[]) AND k.left_at IS NULL AND c.side <> 'joined' ORDER BY k.id
"""
# a report that another case still works on is not refused with this one
_REFUSED = """
SELECT c.number, k.report_id FROM cases_case c JOIN cases_report k ON k.case_id = c.id AND k.left_at IS NULL
WHERE c.number = ANY (%s) AND NOT EXISTS (
  SELECT FROM cases_report other JOIN cases_case o ON o.id = other.case_id
  WHERE other.report_id = k.report_id AND other.left_at IS NULL AND o.side NOT IN ('not_accepted', 'void', 'joined', 'transferred'))
ORDER BY k.id
"""
_FIRST = "SELECT number, first_report_id FROM cases_case WHERE number = ANY (%s)"
# of several cases of one report the first is what it is about; the others are its further demands
_ABOUT = """
SELECT number, first_report_id FROM cases_case c WHERE number = ANY (%s)
AND NOT EXISTS (SELECT FROM cases_case o WHERE o.first_report_id = c.first_report_id AND o.id < c.id)
"""
_PLACES = """
SELECT k.report_id, c.region_code, c.unit_ids FROM cases_report k JOIN cases_case c ON c.id = k.case_id
WHERE k.report_id = ANY (%s::bigint[]) AND k.left_at IS NULL AND c.side <> 'joined' ORDER BY k.id
"""
# every report that ever belonged to it: one that left may be quoted in its record too
_ALL_ERASED = """
SELECT DISTINCT k.case_id FROM cases_report k
WHERE k.report_id = ANY (%s::bigint[]) AND NOT EXISTS (
  SELECT FROM cases_report other JOIN intake_report r ON r.id = other.report_id
  WHERE other.case_id = k.case_id AND r.erased_at IS NULL)
ORDER BY k.case_id
"""


def open_same(digests: Sequence[bytes], *, besides: Sequence[int] = ()) -> dict[bytes, int]:
    """Digest -> the oldest report of that digest that an open case has; `besides` are those that ask."""
    said = [report_id for (report_id,) in execute(_SAID_BEFORE, (list(digests), list(besides)))]
    return {bytes(digest): report_id for digest, report_id in execute(_OPEN_SAME, (said,))} if said else {}


def open_load(now: datetime) -> Mapping[int, int]:
    """How many open tasks each unit has, as it was at most ten seconds before; a unit without any is left out.

    Every single report asks for it, to be shown beside the units, and all open tasks are read for it.
    """
    known = _loads.get(connection.alias)
    if known is None or not abs(now - known[0]) < LOAD_KEPT:
        known = _loads[connection.alias] = (now, MappingProxyType(dict(execute(_OPEN_LOAD))))
    return known[1]


def open_tasks(unit_ids: Sequence[int]) -> dict[int, int]:
    """How many open tasks each of these units has, its own or as a section; one without any is left out."""
    return dict(execute(_OPEN_TASKS, (list(unit_ids), list(unit_ids)))) if unit_ids else {}


def open_in(region_codes: Sequence[str], grid_ids: Sequence[int]) -> tuple[dict[str, int], dict[int, int]]:
    """How many open cases lie in each of these regions, and in each of these grids."""
    in_regions = execute(_OPEN_IN_REGIONS, (list(region_codes),)) if region_codes else ()
    in_grids = execute(_OPEN_IN_GRIDS, (list(grid_ids),)) if grid_ids else ()
    return dict(in_regions), dict(in_grids)


def targets_held(numbers: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Whom the reports of each case complain of, in their words; a case without such a report is left out.

    Locks the cases, in id order as the verbs do, so that no report with another target joins before what follows.
    """
    found: dict[str, tuple[str, ...]] = {}
    execute(_LOCK, (list(numbers),))
    for number, target in execute(_TARGETS, (list(numbers),)):
        found[number] = (*found.get(number, ()), target)
    return found


def numbers_of(report_ids: Sequence[int]) -> dict[int, tuple[str, ...]]:
    """The numbers of the cases each report belongs to, in the order it came to them."""
    found: dict[int, tuple[str, ...]] = dict.fromkeys(report_ids, ())
    for report_id, number in execute(_NUMBERS, (list(report_ids),)):
        found[report_id] += (number,)
    return found


def first_reports(numbers: Sequence[str]) -> dict[str, int]:
    """The report each case began with."""
    return dict(execute(_FIRST, (list(numbers),)))


def about(numbers: Sequence[str]) -> dict[str, int]:
    """The report that is about what the case is about; a case of a further demand is left out."""
    return dict(execute(_ABOUT, (list(numbers),)))


def places_of(report_ids: Sequence[int]) -> dict[int, list[Place]]:
    """Where the cases of each report are at work; none where it has no case."""
    found: dict[int, list[Place]] = {report_id: [] for report_id in report_ids}
    for report_id, region_code, unit_ids in execute(_PLACES, (list(report_ids),)):
        found[report_id].append(Place(region_code, tuple(unit_ids)))
    return found


def all_erased(report_ids: Sequence[int]) -> list[int]:
    """Ids of the cases of these reports of which no report is left that was not erased."""
    return [row[0] for row in execute(_ALL_ERASED, (list(report_ids),))]


def files_of(case_ids: Sequence[int]) -> list[str]:
    """The files that are evidence of these cases."""
    found = Evidence.objects.filter(case_id__in=case_ids, file__isnull=False)
    return sorted(set(found.values_list("file_id", flat=True)))


def files_named(sha256s: Sequence[str]) -> set[str]:
    """Those of the files that are evidence of a case."""
    return set(Evidence.objects.filter(file_id__in=sha256s).values_list("file_id", flat=True))


def reports_refused(numbers: Sequence[str]) -> dict[str, list[int]]:
    """Refused or voided case -> its reports that belong to such cases only."""
    found: dict[str, list[int]] = {number: [] for number in numbers}
    for number, report_id in execute(_REFUSED, (list(numbers),)):
        found[number].append(report_id)
    return found
