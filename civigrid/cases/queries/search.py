"""Finding cases by words, in an index that a worker keeps; and what that worker reads.

`found_ids` runs under the system role: row security would keep the planner from the index, because nothing proves that
looking into it tells nobody of other rows. It asks for ids of the actor's scope and nothing else; the lines are then read
in the scope of the person who looks, who sees none that is not his whatever stands here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from civigrid.base import cursors
from civigrid.base.bulk import execute
from civigrid.base.permissions import Scope
from civigrid.cases.models import CLOSED
from civigrid.cases.queries.lists import CaseLine, lines_in_order, select
from civigrid.cases.queries.scope import Where, in_scope
from civigrid.cases.queries.wanted import conditions
from civigrid.cases.rules import RUNS, Indexed, Term, Wanted, question
from civigrid.catalog.rules import Family

MOST_REPORTS = 200  # of one case that are looked in
LONGEST = 20_000  # characters of a report that are shown around what was found

# as `rules.folded` says it
_FOLDED = r"""lower(regexp_replace(normalize({text}, NFKC), '\s', '', 'g') COLLATE "C")"""
_SAID = "concat_ws(E'\\n', r.title, r.text, r.place_text)"
# the words of one report, or the case's number
_HAS = """(
  position(%s IN {number}) > 0 OR EXISTS (
    SELECT 1 FROM cases_report k JOIN intake_report r ON r.id = k.report_id
    WHERE k.case_id = c.id AND k.left_at IS NULL AND position(%s IN {said}) > 0
  ))"""
# Runs of ids, the newest first, small ones before large ones: a word that a tenth of all cases have is found in the first.
# Each run is looked through only when those before it gave too few: what is joined LATERAL is asked row by row.
# Each OFFSET 0 keeps the planner from walking all cases beside the few that were found.
_FOUND = """
WITH newest AS (SELECT least(%s, coalesce((SELECT max(case_id) FROM cases_search), 0)) AS id)
SELECT found.case_id FROM ({runs}) AS run (mark), LATERAL (
  SELECT case_id FROM (
    SELECT case_id FROM cases_search WHERE words @@ (%s::tsquery && run.mark::tsquery) AND case_id <= %s
    ORDER BY case_id DESC OFFSET 0
  ) s WHERE EXISTS (SELECT 1 FROM cases_case c WHERE c.id = s.case_id AND {where} OFFSET 0)
  ORDER BY case_id DESC LIMIT %s
) AS found LIMIT %s
"""
_RUN = "SELECT quote_literal('~{name}' || run) FROM newest, generate_series({first}, {last}, -1) AS run"
_LAST = 2**63 - 1
_TO_INDEX = """
SELECT c.id, c.number, c.family, c.stage, c.matter_id, c.source, c.region_code, c.unit_ids
FROM cases_case c WHERE c.id = ANY (%s::bigint[]) ORDER BY c.id
"""
_TEXTS = """
SELECT c.id, concat_ws(E'\\n', r.title, r.text, r.place_text) FROM unnest(%s::bigint[]) AS c (id), LATERAL (
  SELECT r.title, r.text, r.place_text FROM cases_report k JOIN intake_report r ON r.id = k.report_id
  WHERE k.case_id = c.id AND k.left_at IS NULL ORDER BY k.id LIMIT %s
) AS r
"""
_NAMED = "SELECT id FROM cases_case WHERE number = ANY (%s)"
_NUMBERED = "SELECT number FROM cases_case WHERE number = ANY (%s)"
_BEFORE = "SELECT id FROM cases_case WHERE id < %s ORDER BY id DESC LIMIT %s"
_OF_REPORTS = "SELECT DISTINCT case_id FROM cases_report WHERE report_id = ANY (%s::bigint[])"
# the report that says it, the first one where several do or only the number fits
_SAYING = """
JOIN LATERAL (
  SELECT r.title, r.text, r.place_text FROM cases_report k JOIN intake_report r ON r.id = k.report_id
  WHERE k.case_id = c.id AND k.left_at IS NULL ORDER BY position(%s IN {said}) = 0, k.id LIMIT 1
) r ON true"""


def found_ids(terms: Sequence[Term], wanted: Wanted, scope: Scope, *, after: str = "", limit: int = 50) -> list[int]:
    """Ids of the cases in scope that hold every term, the newest first. One statement; call inside `db.system()`."""
    newest = cursors.numbers(after)[1] - 1 if after else _LAST
    where, values = _exactly(terms, wanted, scope)
    statement = _FOUND.format(runs=_runs(), where=where)
    asked = question(terms, wanted, scope)
    return [row[0] for row in select(statement, [newest, asked, newest, *values, limit, limit])]


def _exactly(terms: Sequence[Term], wanted: Wanted, scope: Scope) -> Where:
    """What the rows themselves must say: scope and filters as they are now, and words the index does not prove."""
    scoped, values = in_scope(scope)
    narrowed, more = conditions(wanted)
    has = _HAS.format(number=_FOLDED.format(text="c.number"), said=_FOLDED.format(text=_SAID))
    doubted = [term.text for term in terms if not term.sure]
    return " AND ".join([scoped, *narrowed, *[has] * len(doubted)]), [*values, *more, *_twice(doubted)]


def _twice(words: Sequence[str]) -> list[str]:
    return [word for word in words for _ in range(2)]


def _runs() -> str:
    """The runs that hold the ids up to the newest, one mark a row: by small ones to where a greater one begins, and so on."""
    found = []
    for place, (name, bits) in enumerate(RUNS):
        first = f"(newest.id >> {bits})" + (" - 1" if place else "")
        above = RUNS[place + 1][1] if place + 1 < len(RUNS) else None
        last = f"((newest.id >> {above}) << {above - bits})" if above else "0"
        found.append(_RUN.format(name=name, first=first, last=last))
    return " UNION ALL ".join(found)


def found_lines(case_ids: Sequence[int], terms: Sequence[Term], *, now: datetime) -> list[CaseLine]:
    """Their lines in the open scope, in this order; with terms each with the whole text of the report that says the first.
    One statement.
    """
    if not terms:
        return lines_in_order(case_ids, now=now)
    saying = _SAYING.format(said=_FOLDED.format(text=_SAID))
    return lines_in_order(case_ids, now=now, report=(saying, [terms[0].text]), excerpt=LONGEST)


def to_index(case_ids: Sequence[int]) -> list[Indexed]:
    """What the index holds of these cases. Two statements."""
    texts = defaultdict[int, list[str]](list)
    for case_id, text in execute(_TEXTS, (list(case_ids), MOST_REPORTS)):
        texts[case_id].append(text)
    return [_indexed(row, texts[row[0]]) for row in execute(_TO_INDEX, (list(case_ids),))]


def _indexed(row: tuple[Any, ...], texts: Sequence[str]) -> Indexed:
    case_id, number, family, stage, matter_id, source, region_code, unit_ids = row
    return Indexed(
        case_id=case_id,
        number=number,
        family=Family(family),
        open=stage != CLOSED,
        matter_id=matter_id,
        source=source,
        region_code=region_code,
        unit_ids=tuple(unit_ids),
        texts=tuple(texts),
    )


def numbered(typed: str) -> str:
    """The number of the case that has it, however its letters were typed, "" where none in the open scope has."""
    return next((row[0] for row in select(_NUMBERED, [[typed, typed.upper()]])), "")


def named(numbers: Sequence[str]) -> list[int]:
    """Ids of the cases with these numbers."""
    return [row[0] for row in execute(_NAMED, (list(numbers),))]


def ids_before(case_id: int | None, limit: int) -> list[int]:
    """The cases before that one, the newest first; None: the newest of all."""
    return [row[0] for row in execute(_BEFORE, (_LAST if case_id is None else case_id, limit))]


def of_reports(report_ids: Sequence[int]) -> list[int]:
    """Ids of the cases that these reports are or were in."""
    return [row[0] for row in execute(_OF_REPORTS, (list(report_ids),))]
