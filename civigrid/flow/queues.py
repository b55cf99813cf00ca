"""What waits for a worker, told to /readyz, /metrics and `civigrid doctor`."""

from __future__ import annotations

from civigrid.base import health, readers
from civigrid.base.health import Waiting
from civigrid.flow import searching
from civigrid.intake import queries as reports
from civigrid.intake.rules import PendingState


def register() -> None:
    """Once a process, after Django is set up."""
    health.add_queue("reports", _reports)
    health.add_queue("search", _search, needed=False)


def _reports() -> Waiting:
    count = reports.pending()
    return Waiting(count[PendingState.READY], reports.oldest_pending(), count[PendingState.PARKED])


def _search() -> Waiting:
    """What happened and the index of the search does not know yet: who looks finds what was."""
    return Waiting(*readers.behind(searching.READER))
