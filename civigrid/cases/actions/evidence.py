"""Letting evidence go, when nothing that was said about its case is left."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from civigrid.base import db, ledger
from civigrid.base.bulk import execute
from civigrid.base.ledger import Line
from civigrid.cases.rules import Told, evidence_erased
from civigrid.directory.rules import Actor
from civigrid.intake.rules import EraseReason

_ERASE = """
UPDATE cases_evidence SET name = '', erased_at = %s, file_id = CASE WHEN kind = ANY (%s) THEN NULL ELSE file_id END
WHERE case_id = ANY (%s::bigint[]) AND erased_at IS NULL RETURNING case_id, file_id IS NULL
"""


def erase_evidence(case_ids: Sequence[int], *, reason: EraseReason, actor: Actor, now: datetime) -> int:
    """Blanks the names of these cases' evidence and lets go of the files that `rules.evidence_erased` says, with a line
    in the record of each case that had any; how many files went. Who may was asked where the reports were erased.
    """
    db.require_transaction()
    kinds = [kind.value for kind in evidence_erased(reason)]
    rows = execute(_ERASE, (now, kinds, list(case_ids)))
    gone = Counter(case_id for case_id, went in rows if went)
    ledger.append(
        [
            Line("case", case_id, Told.FILES_ERASED, {"files": gone[case_id]}, "", actor.account_id, actor.post_id)
            for case_id in sorted({case_id for case_id, _ in rows})
        ],
        now=now,
    )
    return gone.total()
