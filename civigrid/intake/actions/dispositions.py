"""What became of reports."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime

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
RETURNING report_id, xmax <> 0
"""  # xmax of a row just inserted is 0: the other ones had a disposition already


def dispose(rows: Sequence[Disposed], *, now: datetime, actor: Actor) -> list[Outcome]:
    """Says what became of reports. One disposition each: a later one replaces it, with a line in the report's record.

    The machine's first one has no line of its own: the case's record says that it opened or was joined.
    """
    db.require_transaction()
    refused = {place: no for place, row in enumerate(rows) if (no := _refusal(row))}
    last = {row.report_id: row for place, row in enumerate(rows) if place not in refused}
    sent = json.dumps([asdict(row) for row in last.values()])
    values = (now, actor.account_id, actor.post_id, sent)
    written: dict[int, bool] = dict(execute(_DISPOSE, values)) if last else {}
    lines = [_disposed(last[each], actor) for each, again in written.items() if again or not actor.is_machine]
    ledger.append(lines, now=now)
    return [
        refused.get(place) or done_or(row.report_id, row.report_id in written, "no_such_report")
        for place, row in enumerate(rows)
    ]


def _refusal(row: Disposed) -> Outcome | None:
    try:
        rules.check_disposed(row)
    except Refused as no:
        return Outcome.refused(row.report_id, no)
    return None


def _disposed(row: Disposed, actor: Actor) -> Line:
    facts = {"kind": DispositionKind(row.kind).value, "reason": row.reason}
    facts |= {f"number{place}": number for place, number in enumerate(row.numbers, start=1)}
    return line(row.report_id, "disposed", facts, actor)
