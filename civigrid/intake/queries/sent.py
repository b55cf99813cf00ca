"""What became of reports, for the program that sent them: its account is the scope. Call inside `db.system()`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from civigrid.intake.models import Report
from civigrid.intake.queries.standing import disposed
from civigrid.intake.rules import Channel, Disposed


@dataclass(frozen=True, slots=True)
class SentRow:
    """`key` as its sender calls it. `disposed` None: it is still to be processed."""

    id: int
    key: str
    received_at: datetime
    erased_at: datetime | None
    disposed: Disposed | None


def sent(account_id: int, *, report_id: int = 0, key: str = "") -> SentRow | None:
    """The report with that id, or that key, if this account sent it by the API; None for every other."""
    mine = Report.objects.filter(channel=Channel.API, received_by=account_id)
    found = mine.filter(id=report_id) if report_id else mine.filter(key=f"{account_id}:{key}")
    row = found.values_list("id", "key", "received_at", "erased_at").first()
    if row is None:
        return None
    return SentRow(row[0], row[1].partition(":")[2], row[2], row[3], disposed([row[0]]).get(row[0]))
