"""转出: sending reports elsewhere, calling first 先转后录, and writing down what came back."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import TypeVar

from civigrid.base import db, ledger
from civigrid.base.bulk import execute
from civigrid.base.errors import Outcome, Refused
from civigrid.base.ledger import Line
from civigrid.directory.rules import Actor
from civigrid.intake import queries, rules
from civigrid.intake.actions.lines import line
from civigrid.intake.rules import Called, NewTransfer, Receipt, TransferRow, TransferState

T = TypeVar("T", Called, Receipt)

# who is to be called for a case is so once; of several reports of it the first one asks
_INSERT = """
INSERT INTO intake_transfer (report_id, unit_id, number, service, state, at, by_account, sent_at)
SELECT report_id, unit_id, number, service, state, %s::timestamptz, %s,
       CASE WHEN service = '' THEN %s::timestamptz END
FROM json_to_recordset(%s::json) AS t (
  place int, report_id bigint, unit_id bigint, number text, service text, state text)
ORDER BY place ON CONFLICT DO NOTHING
RETURNING id, report_id, unit_id, number, service
"""
_LOCK = "SELECT id FROM intake_transfer WHERE id = ANY (%s::bigint[]) ORDER BY id FOR NO KEY UPDATE"
_TURN = f"""
UPDATE intake_transfer t SET state = x.state,
  sent_at = CASE WHEN x.state = '{TransferState.SENT}' THEN x.at ELSE t.sent_at END,
  received_at = CASE WHEN x.state = '{TransferState.RECEIVED}' THEN x.at ELSE t.received_at END,
  ended_at = CASE WHEN x.state IN ('{TransferState.REFUSED}', '{TransferState.ANSWERED}') THEN x.at END
FROM unnest(%s::bigint[], %s::text[], %s::timestamptz[]) AS x (id, state, at) WHERE t.id = x.id
"""  # noqa: S608  # enum members of our own


def transfer(items: Sequence[NewTransfer], *, actor: Actor, now: datetime) -> list[int]:
    """Writes transfers down, each with a line in its report's record; their ids. What is known already makes nothing."""
    db.require_transaction()
    if not items:
        return []
    sent = json.dumps([_row(place, item) for place, item in enumerate(items)])
    made = execute(_INSERT, (now, actor.account_id, now, sent))
    texts = {(item.report_id, item.number, item.service): item.text for item in items}
    ledger.append([_told(row, texts[row[1], row[3], row[4]], actor) for row in made], now=now)
    return [row[0] for row in made]


def _row(place: int, item: NewTransfer) -> dict[str, object]:
    row = {name: value for name, value in asdict(item).items() if name != "text"}
    return {**row, "place": place, "state": item.state.value}


def _told(row: tuple[int, int, int | None, str, str], text: str, actor: Actor) -> Line:
    transfer_id, report_id, unit_id, number, service = row
    facts = {"transfer": transfer_id, "unit": unit_id, "number": number, "service": service}
    known = {name: value for name, value in facts.items() if value}
    return line(report_id, "call_asked" if service else "transferred", known, actor, text=text)


def call(items: Sequence[Called], *, actor: Actor, now: datetime) -> list[Outcome]:
    """Somebody called whom he was to call, at that time. Outcome: made = the transfer as it was."""

    def check(row: TransferRow, item: Called) -> tuple[TransferState, datetime, str]:
        return TransferState.SENT, item.called_at, rules.check_call(row, item, now)

    return _turn(items, check, actor, now)


def take_receipts(items: Sequence[Receipt], *, actor: Actor, now: datetime) -> list[Outcome]:
    """What targets said of transfers. Outcome: made = the transfer as it was."""

    def check(row: TransferRow, item: Receipt) -> tuple[TransferState, datetime, str]:
        text = rules.check_receipt(row, item.state, item.text)
        return TransferState(item.state), now, text

    return _turn(items, check, actor, now)


def _turn(
    items: Sequence[T],
    check: Callable[[TransferRow, T], tuple[TransferState, datetime, str]],
    actor: Actor,
    now: datetime,
) -> list[Outcome]:
    db.require_transaction()
    execute(_LOCK, (sorted(item.transfer_id for item in items),))
    rows = queries.transfers_by_ids([item.transfer_id for item in items])
    done: dict[int, tuple[TransferState, datetime, str]] = {}
    outcomes = [_checked(item, rows, check, actor, done) for item in items]
    if done:
        states, times, _ = zip(*done.values(), strict=True)
        execute(_TURN, (list(done), [state.value for state in states], list(times)))
        ledger.append([_turned(rows[each], *done[each], actor) for each in done], now=now)
    return outcomes


def _checked(
    item: T,
    rows: dict[int, TransferRow],
    check: Callable[[TransferRow, T], tuple[TransferState, datetime, str]],
    actor: Actor,
    done: dict[int, tuple[TransferState, datetime, str]],
) -> Outcome:
    try:
        rules.may_transfer(actor)
        if item.transfer_id not in rows or item.transfer_id in done:
            raise Refused("no_such_transfer")
        done[item.transfer_id] = check(rows[item.transfer_id], item)
    except Refused as no:
        return Outcome.refused(item.transfer_id, no)
    return Outcome(item.transfer_id, made=rows[item.transfer_id])


def _turned(row: TransferRow, state: TransferState, at: datetime, text: str, actor: Actor) -> Line:
    facts: dict[str, str | int] = {"transfer": row.id, **({"number": row.number} if row.number else {})}
    if state is TransferState.SENT:
        return line(row.report_id, "called", {**facts, "called_at": at.isoformat()}, actor, text=text)
    return line(row.report_id, f"transfer_{state}", facts, actor, text=text)
