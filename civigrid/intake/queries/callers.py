"""Which reports came from one telephone number. Only by its keyed hash, and only inside `db.system()`."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from civigrid.base import crypto
from civigrid.base.bulk import execute
from civigrid.base.errors import Refused
from civigrid.intake import rules

_OWN = """
SELECT c.report_id FROM intake_contact c JOIN intake_report r ON r.id = c.report_id
WHERE c.phone_index = %b AND c.expires_at > %s AND r.received_at >= %s AND NOT r.confidential AND r.erased_at IS NULL
ORDER BY c.report_id DESC LIMIT %s
"""
_OWNED = """
SELECT phone_index, report_id FROM intake_contact
WHERE phone_index = ANY (%s::bytea[]) AND report_id = ANY (%s::bigint[]) AND expires_at > %s
"""


def index_of(phone: str) -> bytes:
    """The keyed hash by which a person's own reports are found. Refused("not_a_number") for what is nobody's."""
    rules.own_number(crypto.plain_number(phone))
    return crypto.phone_index(phone)


def index_or_none(phone: str) -> bytes:
    """b"" where the number is nobody's."""
    try:
        return index_of(phone)
    except Refused:
        return b""


def with_contact(report_ids: Sequence[int]) -> set[int]:
    """Those of the reports whose way to answer is kept still."""
    rows = execute("SELECT report_id FROM intake_contact WHERE report_id = ANY (%s::bigint[])", (list(report_ids),))
    return {row[0] for row in rows}


def own_reports(index: bytes, *, since: datetime, now: datetime, limit: int) -> list[int]:
    """Ids of the reports that came with this number, the newest first.

    Nothing of a confidential one, not even that there is one: whoever sits at the telephone need not be its sender, and
    that this number has told in confidence is what confidence is about. Nor of a contact that has expired.
    """
    return [row[0] for row in execute(_OWN, (index, now, since, limit))]


def owned(indices: Collection[bytes], report_ids: Sequence[int], *, now: datetime) -> set[tuple[bytes, int]]:
    """The (index, report) pairs of these that belong together."""
    found = execute(_OWNED, ([index for index in indices if index], list(report_ids), now))
    return {(bytes(index), report_id) for index, report_id in found}
