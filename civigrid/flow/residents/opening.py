"""Whose report it is, says its query code."""

from __future__ import annotations

import hmac
from datetime import datetime

from civigrid.base import db
from civigrid.base.errors import Refused
from civigrid.catalog import queries as catalog
from civigrid.intake import queries as reports_of
from civigrid.intake.rules import SlipRow, opens, plain_code, plain_digits, report_number, report_of

NOBODY = bytes(32)


def opened(number: str, code: str, *, now: datetime) -> int:
    """The report of that number, where the code is its own. Refused("no_such_slip") in every other case: a number that
    nobody has, the code of another report, a slip too old; nothing of the answer tells which.
    """
    report_id = report_of(number)
    with db.system():
        slip = reports_of.slip_of(report_id)
        given = reports_of.code_hash(plain_code(code))
        right = hmac.compare_digest(slip.code if slip else NOBODY, given)
        if slip is None or not right or not _good(slip, number, now):
            raise Refused("no_such_slip")
    return report_id


def _good(slip: SlipRow, number: str, now: datetime) -> bool:
    """The date is part of the number: whoever copies it wrongly is told so."""
    day = slip.received_at.astimezone(catalog.city().zone).date()
    return opens(slip, now=now) and plain_digits(number) == plain_digits(report_number(slip.report_id, day))
