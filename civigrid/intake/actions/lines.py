"""A line of a report's record, and the answer to a row of a batch."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from civigrid.base.errors import Outcome, Refused
from civigrid.base.ledger import Line
from civigrid.directory.rules import Actor


def line(
    report_id: int, verb: str, facts: Mapping[str, Any], actor: Actor, *, kind: str = "report", text: str = ""
) -> Line:
    return Line(kind, report_id, verb, facts, text, account=actor.account_id, post=actor.post_id)


def done_or(row_id: int, done: bool, code: str) -> Outcome:
    return Outcome(row_id) if done else Outcome.refused(row_id, Refused(code))
