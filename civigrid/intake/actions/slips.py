"""Giving slips 回执 to senders who have no account."""

from __future__ import annotations

from collections.abc import Mapping

from civigrid.base import db
from civigrid.base.bulk import execute
from civigrid.intake import queries, rules

_GIVE = """
INSERT INTO intake_slip (report_id, first_id, code)
SELECT report_id, report_id, code FROM unnest(%s::bigint[], %s::bytea[]) AS new (report_id, code) ON CONFLICT DO NOTHING
"""
_SAY = "INSERT INTO intake_slip (report_id, first_id) VALUES (%s, %s) ON CONFLICT DO NOTHING"


def give_slips(codes: Mapping[int, str]) -> None:
    """By these codes their senders see the reports. Only their hashes are kept."""
    db.require_transaction()
    if codes:
        execute(_GIVE, ([*codes], [queries.code_hash(rules.plain_code(code)) for code in codes.values()]))


def say_with_slip(report_id: int, first_id: int) -> None:
    """The report is one more of the sender of `first_id`, by whose slip he sees it."""
    db.require_transaction()
    execute(_SAY, (report_id, first_id))
