"""回执: what senders without an account may see their reports by. Call inside `db.system()`."""

from __future__ import annotations

from civigrid.base import crypto
from civigrid.base.bulk import execute
from civigrid.intake.rules import SlipRow

_SLIP = """
SELECT s.report_id, s.first_id, s.code, r.received_at FROM intake_slip s JOIN intake_report r ON r.id = s.report_id
WHERE s.report_id = %s
"""
_LATER = "SELECT report_id FROM intake_slip WHERE first_id = %s AND report_id <> first_id ORDER BY report_id"


def code_hash(code: str) -> bytes:
    """What is kept of a code (`rules.plain_code`)."""
    return crypto.keyed_hash("slip", code.encode())


def slip_of(report_id: int) -> SlipRow | None:
    """The slip of a report; None where it has none, and where it was said later with another one's."""
    for row in execute(_SLIP, (report_id,)):
        if row[2] is not None:
            return SlipRow(row[0], row[1], bytes(row[2]), row[3])
    return None


def said_later(first_id: int) -> list[int]:
    """The reports that the sender of this one sent by its slip, the oldest first."""
    return [row[0] for row in execute(_LATER, (first_id,))]
