"""Giving slips 回执 to senders who have no account."""

from __future__ import annotations

from civigrid.base import db
from civigrid.base.bulk import execute
from civigrid.intake import queries, rules

_GIVE = "INSERT INTO intake_slip (report_id, first_id, code) VALUES (%s, %s, %b) ON CONFLICT DO NOTHING"


def give_slip(report_id: int, code: str) -> None:
    """By this code its sender sees the report. Only its hash is kept."""
    db.require_transaction()
    execute(_GIVE, (report_id, report_id, queries.code_hash(rules.plain_code(code))))


def say_with_slip(report_id: int, first_id: int) -> None:
    """The report is one more of the sender of `first_id`, by whose slip he sees it."""
    db.require_transaction()
    execute(_GIVE, (report_id, first_id, None))
