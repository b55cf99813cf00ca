"""The append-only, hash-chained record. `append` is its only writer.

A stream is `(kind, id)`: a case, a report, an account. Each line carries the hash of the one before it, so a line
cannot be changed, taken out or put in without every later hash changing; the head knows the last one. What is hashed
is the canonical text `body`, stored as it was hashed. It holds codes, ids and times; words are kept apart and enter
only as a salted hash, so that they may be deleted by rule while the chain stays whole.
"""

from civigrid.base.ledger.lines import BadLine, Entry, Line
from civigrid.base.ledger.reader import read, read_many
from civigrid.base.ledger.verifier import Fault, Report, Wrong, verify
from civigrid.base.ledger.writer import append, forget, gathered

__all__ = [
    "BadLine",
    "Entry",
    "Fault",
    "Line",
    "Report",
    "Wrong",
    "append",
    "forget",
    "gathered",
    "read",
    "read_many",
    "verify",
]
