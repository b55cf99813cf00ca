"""The contact vault: opening one contact for one purpose, letting old ones go, sealing all anew after a new key."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial

from civigrid.base import db
from civigrid.cases import queries as case_queries
from civigrid.directory.rules import Actor
from civigrid.flow import tx
from civigrid.intake import actions as intake
from civigrid.intake import queries as reports
from civigrid.intake.rules import ContactDetails, Place

CHUNK = 1_000  # contacts in one transaction


def reveal(report_id: int, purpose: str, *, actor: Actor, now: datetime) -> ContactDetails:
    """The contact of a report that is in the actor's area, by the places of its cases. Refused(code) otherwise; that it
    was opened is written down before anybody sees it.
    """

    def work() -> ContactDetails:
        places = _places(report_id)
        return intake.reveal_contact(report_id, purpose, actor=actor, now=now, places=places)

    return tx.whole(work)


def _places(report_id: int) -> list[Place]:
    """Where it is at work; before it has a case, the region it was sent in with ("" is only the whole city's)."""
    found = case_queries.places_of([report_id])[report_id]
    return found or [Place(report.region_code) for report in reports.by_ids([report_id])]


def expire(*, now: datetime) -> int:
    """Deletes every contact that has been kept as long as it may be; how many."""
    total = 0
    while expired := db.retrying(partial(_expire, now)):
        total += expired
        if expired < CHUNK:
            break
    return total


def _expire(now: datetime) -> int:
    with db.system():
        return len(intake.expire_contacts(now=now, limit=CHUNK))


def reseal(progress: Callable[[int], None] = lambda _: None) -> int:
    """Seals every contact with the current key; how many were under an older one. Safe to stop and to repeat."""
    total = after = 0
    while True:
        sealed, after = db.retrying(partial(_chunk, after))
        total += sealed
        progress(total)
        if not after:
            return total


def _chunk(after: int) -> tuple[int, int]:
    with db.system():
        return intake.reseal_contacts(after=after, limit=CHUNK)
