"""Writing what cases are found by. It may be done again at any time: the same cases give the same rows."""

from __future__ import annotations

from collections.abc import Sequence

from civigrid.base import db
from civigrid.base.bulk import execute, lines
from civigrid.cases.queries.search import to_index
from civigrid.cases.rules import lexemes

# what is as it was is not written again
_WRITE = """
INSERT INTO cases_search AS s (case_id, words)
SELECT case_id, array_to_tsvector(string_to_array(words, ' '))
FROM ROWS FROM (unnest(%s::bigint[]), string_to_table(%s, E'\\n')) AS new (case_id, words)
ON CONFLICT (case_id) DO UPDATE SET words = excluded.words WHERE s.words <> excluded.words
"""


def index(case_ids: Sequence[int]) -> None:
    """Makes these cases findable by what they and their reports say now. Two statements."""
    db.require_transaction()
    cases = to_index(sorted(set(case_ids)))
    if cases:
        words = [" ".join(sorted(lexemes(case))) for case in cases]
        execute(_WRITE, ([case.case_id for case in cases], lines(words)))
