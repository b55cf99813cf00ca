"""How often somebody did a thing in a span of time, counted where all processes see it.

Whoever it was stands here only as a keyed hash: the table tells no address and no number. A count goes with its span; what
is older than a day is swept. For doors that anybody may knock at; what a signed-in person does is on his own record.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from civigrid.base import crypto, db
from civigrid.base.bulk import execute
from civigrid.base.errors import Refused

LONGEST_SPAN = timedelta(days=1)

_SPEND = """
INSERT INTO base_tally AS tally (kind, who, since, spent) VALUES (%s, %b, %s::timestamptz, %s)
ON CONFLICT (kind, who) DO UPDATE SET
  since = CASE WHEN tally.since <= %s::timestamptz THEN excluded.since ELSE tally.since END,
  spent = CASE WHEN tally.since <= %s::timestamptz THEN excluded.spent ELSE tally.spent + excluded.spent END
RETURNING since, spent
"""
_GIVE_BACK = "UPDATE base_tally SET spent = spent - %s WHERE kind = %s AND who = %b"
_SWEEP = "WITH gone AS (DELETE FROM base_tally WHERE since <= %s RETURNING 1) SELECT count(*) FROM gone"


@dataclass(frozen=True, slots=True)
class Cost:
    """`amount` of what `who` may do `most` of in a `span` (at most a day). `kind`: what it is, a word of ours."""

    kind: str
    who: str
    most: int
    span: timedelta
    amount: int = 1

    @property
    def hashed(self) -> bytes:
        return crypto.keyed_hash("tally", f"{self.kind}\x1f{self.who}".encode())


def spend(costs: Sequence[Cost], *, now: datetime) -> None:
    """All of them, or none: Refused("too_often", until=...) where one is too much. Opens its own transaction, which lasts
    whatever the caller does afterwards.
    """
    with db.system():
        for cost in sorted(costs, key=lambda each: (each.kind, each.hashed)):
            over = now - cost.span
            [(since, spent)] = execute(_SPEND, (cost.kind, cost.hashed, now, cost.amount, over, over))
            if spent > cost.most:
                raise Refused("too_often", until=since + cost.span)


def give_back(costs: Sequence[Cost]) -> None:
    """What was spent and was not meant to count. Opens its own transaction."""
    with db.system():
        for cost in costs:
            execute(_GIVE_BACK, (cost.amount, cost.kind, cost.hashed))


def sweep(*, now: datetime) -> int:
    """Deletes what no span reaches any more, in the open transaction; how many."""
    return int(execute(_SWEEP, (now - LONGEST_SPAN,))[0][0])
