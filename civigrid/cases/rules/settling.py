"""自行处置: which self-settled cases somebody else checks."""

from __future__ import annotations

SAMPLE_OF = "self-settled sample"  # what the keyed hash of a case's number is drawn for
_ALL = 2**64


def sampled(drawn: bytes, *, share: float) -> bool:
    """`drawn`: the keyed hash of the case's number. About `share` of all; the same answer for ever, and without the key
    nobody can tell it beforehand, nor choose when to report so that it comes out.
    """
    return int.from_bytes(drawn[:8], "big") < share * _ALL
