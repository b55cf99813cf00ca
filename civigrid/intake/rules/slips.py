"""回执: the number and the query code by which a sender without an account sees what became of his report.

The number names the report and is no secret; the code is. It is only ever kept as a keyed hash.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, timedelta

# no sign is mistaken for another one, on paper or on the telephone: 30 of them
SIGNS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_SIGNS, GROUP = 16, 4  # 78 bits, in groups
LEAST_SIGNS = 6  # of a report's number after the date
LONGEST_NUMBER = 24
SLIP_OPENS = timedelta(days=730)  # so long after a report was received


@dataclass(frozen=True, slots=True)
class SlipRow:
    """`code`: the keyed hash, b"" of what was said later. `first_id`: the report the code was given for."""

    report_id: int
    first_id: int
    code: bytes
    received_at: datetime


def report_number(report_id: int, day: date) -> str:
    """`day`: when it was received, in the city. 20261123-000123. With a hyphen, so that no number looks like a person's."""
    return f"{day:%Y%m%d}-{report_id:0{LEAST_SIGNS}d}"


def report_of(number: str) -> int:
    """The report a number names, as people type it; 0 for what is none. Whether the date is right, `report_number` says."""
    digits = plain_digits(number)
    return int(digits[8:]) if 8 + LEAST_SIGNS <= len(digits) <= LONGEST_NUMBER else 0


def plain_digits(text: str) -> str:
    """The digits of a text, full-width ones too."""
    folded = unicodedata.normalize("NFKC", text[: 4 * LONGEST_NUMBER])
    return "".join(sign for sign in folded if sign in "0123456789")


def spelt_code(secret: bytes) -> str:
    """The code that at least 16 random or hashed bytes make: ABCD-EFGH-JKMN-PQRS."""
    number = int.from_bytes(secret)
    signs = []
    for _ in range(CODE_SIGNS):
        number, place = divmod(number, len(SIGNS))
        signs.append(SIGNS[place])
    return "-".join("".join(signs[at : at + GROUP]) for at in range(0, CODE_SIGNS, GROUP))


def plain_code(text: str) -> str:
    """A code as it is hashed, however it was typed: without spaces and hyphens, in capitals; "" for what is none."""
    folded = unicodedata.normalize("NFKC", text[: 8 * CODE_SIGNS]).upper()
    signs = "".join(sign for sign in folded if sign.isalnum())
    return signs if len(signs) == CODE_SIGNS and set(signs) <= set(SIGNS) else ""


def opens(row: SlipRow, *, now: datetime) -> bool:
    """Whether a slip is still good for anything."""
    return now - row.received_at < SLIP_OPENS
