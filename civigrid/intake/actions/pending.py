"""The list of reports that wait to be processed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from civigrid.base import db, ledger
from civigrid.base.bulk import execute
from civigrid.base.errors import Outcome, Refused
from civigrid.directory.rules import MACHINE, Actor
from civigrid.intake import rules
from civigrid.intake.actions.lines import done_or, line
from civigrid.intake.rules import PendingState

LONGEST_ERROR = 500

_CLAIM = f"""
SELECT report_id FROM intake_pending
WHERE state = '{PendingState.READY}' AND (claimed_until IS NULL OR claimed_until <= %s)
  AND (%s::boolean OR report_id = ANY(%s::bigint[]))
ORDER BY report_id LIMIT %s FOR UPDATE SKIP LOCKED
"""  # noqa: S608  # an enum member of our own
_FAIL = f"""
UPDATE intake_pending p SET attempts = p.attempts + 1, error = f.error,
  claimed_until = %s + (p.attempts + 1) * %s::interval,
  state = CASE WHEN p.attempts + 1 >= %s THEN '{PendingState.PARKED}' ELSE p.state END
FROM unnest(%s::bigint[], %s::text[]) AS f (report_id, error) WHERE p.report_id = f.report_id
RETURNING p.report_id, p.state
"""  # noqa: S608  # an enum member of our own
_RETRY = f"""
UPDATE intake_pending SET state = '{PendingState.READY}', attempts = 0, error = '', claimed_until = NULL
WHERE report_id = ANY(%s::bigint[]) AND state = '{PendingState.PARKED}' RETURNING report_id
"""  # noqa: S608  # an enum member of our own
_REQUEUE = f"""
INSERT INTO intake_pending (report_id, state, attempts, error)
SELECT id, '{PendingState.READY}', 0, '' FROM unnest(%s::bigint[]) AS t (id) ORDER BY id ON CONFLICT DO NOTHING
"""  # noqa: S608  # an enum member of our own


def claim(limit: int, *, now: datetime, only: Sequence[int] | None = None) -> list[int]:
    """At most `limit` reports that are ready and nobody else holds, oldest first; of `only`, where given.

    They are held to the end of the transaction: whoever dies with it lets go of them at once.
    """
    db.require_transaction()
    return [row[0] for row in execute(_CLAIM, (now, only is None, list(only or []), limit))]


def finish(report_ids: Sequence[int]) -> list[Outcome]:
    """They are processed: takes them off the list."""
    db.require_transaction()
    gone = {
        row[0]
        for row in execute(
            "DELETE FROM intake_pending WHERE report_id = ANY(%s::bigint[]) RETURNING report_id", (list(report_ids),)
        )
    }
    return [done_or(report_id, report_id in gone, "not_pending") for report_id in report_ids]


def requeue(report_ids: Sequence[int]) -> None:
    """Puts reports that waited for a person on the list again, to be processed."""
    db.require_transaction()
    execute(_REQUEUE, (list(report_ids),))


def fail(report_ids: Sequence[int], errors: Sequence[str], *, now: datetime) -> list[Outcome]:
    """One more failed attempt each, tried again later and later. Outcome code "parked" where it was the last."""
    db.require_transaction()
    texts = [error.replace("\x00", "")[:LONGEST_ERROR] for error in errors]
    states = dict(execute(_FAIL, (now, rules.TRIED_AGAIN_AFTER, rules.ATTEMPTS, list(report_ids), texts)))
    parked = [report_id for report_id, state in states.items() if state == PendingState.PARKED]
    ledger.append([line(report_id, "parked", {}, MACHINE) for report_id in sorted(parked)], now=now)
    return [
        Outcome(report_id, code="parked" if report_id in parked else "")
        if report_id in states
        else Outcome.refused(report_id, Refused("not_pending"))
        for report_id in report_ids
    ]


def retry_parked(report_ids: Sequence[int], *, now: datetime, actor: Actor) -> list[Outcome]:
    """An operator lets parked reports try again; `rules.may_retry` says who is one."""
    db.require_transaction()
    try:
        rules.may_retry(actor)
    except Refused as no:
        return [Outcome.refused(report_id, no) for report_id in report_ids]
    freed = {row[0] for row in execute(_RETRY, (list(report_ids),))}
    ledger.append([line(report_id, "retried", {}, actor) for report_id in sorted(freed)], now=now)
    return [done_or(report_id, report_id in freed, "not_parked") for report_id in report_ids]
