"""What became of reports."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from civigrid.base import db, ledger
from civigrid.base.bulk import execute
from civigrid.base.errors import Outcome, Refused
from civigrid.base.ledger import Line
from civigrid.directory.rules import Actor
from civigrid.intake import rules
from civigrid.intake.actions.lines import done_or, line
from civigrid.intake.rules import Disposed, DispositionKind

_DISPOSE = """
INSERT INTO intake_disposition (report_id, kind, reason, numbers, at, by_account, by_post)
SELECT report_id, sent.kind, sent.reason, sent.numbers, %s, %s, %s
FROM json_to_recordset(%s::json) AS sent (report_id bigint, kind text, reason text, numbers text[])
JOIN intake_report report ON report.id = sent.report_id
ORDER BY report_id
ON CONFLICT (report_id) DO UPDATE SET kind = excluded.kind, reason = excluded.reason, numbers = excluded.numbers,
  at = excluded.at, by_account = excluded.by_account, by_post = excluded.by_post
  WHERE intake_disposition.kind || ' ' || excluded.kind = ANY (%s)
RETURNING report_id, xmax <> 0
"""  # xmax of a row just inserted is 0: the other ones had a disposition already
_TURNS = [f"{before} {after}" for before, turns in rules.TURNS.items() for after in sorted(turns)]
_THERE = "SELECT id FROM intake_report WHERE id = ANY (%s::bigint[])"


def dispose(rows: Sequence[Disposed], *, now: datetime, actor: Actor) -> list[Outcome]:
    """Says what became of reports. One disposition each: a later one replaces it, with a line in the report's record.

    Refused("no_turn") where `rules.TURNS` does not lead from what it has to what it would get. The machine's first one
    has no line of its own: the case's record says that it opened or was joined.
    """
    db.require_transaction()
    refused = {place: no for place, row in enumerate(rows) if (no := _refusal(row))}
    last = {row.report_id: row for place, row in enumerate(rows) if place not in refused}
    sent = json.dumps([_sent(row) for row in last.values()])
    values = (now, actor.account_id, actor.post_id, sent, _TURNS)
    written: dict[int, bool] = dict(execute(_DISPOSE, values)) if last else {}
    lines = [_disposed(last[each], actor) for each, again in written.items() if again or not actor.is_machine]
    ledger.append(lines, now=now)
    there = _there([report_id for report_id in last if report_id not in written])
    return [
        refused.get(place)
        or done_or(row.report_id, row.report_id in written, "no_turn" if row.report_id in there else "no_such_report")
        for place, row in enumerate(rows)
    ]


def _sent(row: Disposed) -> dict[str, Any]:
    """What the row keeps; the words go to the record alone."""
    return {"report_id": row.report_id, "kind": row.kind, "reason": row.reason, "numbers": row.numbers}


def _there(report_ids: Sequence[int]) -> set[int]:
    return {row[0] for row in execute(_THERE, (list(report_ids),))} if report_ids else set()


def _refusal(row: Disposed) -> Outcome | None:
    try:
        rules.check_disposed(row)
    except Refused as no:
        return Outcome.refused(row.report_id, no)
    return None


def _disposed(row: Disposed, actor: Actor) -> Line:
    facts = {"kind": DispositionKind(row.kind).value, "reason": row.reason}
    facts |= {f"number{place}": number for place, number in enumerate(row.numbers, start=1)}
    return line(row.report_id, "disposed", facts, actor, text=row.text)
