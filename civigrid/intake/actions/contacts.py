"""The contact vault: opening one for a purpose, letting them expire, sealing them with a new key."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from civigrid.base import crypto, db, ledger
from civigrid.base.bulk import execute
from civigrid.base.errors import Refused
from civigrid.directory.rules import MACHINE, Actor
from civigrid.intake import queries, rules
from civigrid.intake.actions.lines import line
from civigrid.intake.models import Contact
from civigrid.intake.rules import ContactDetails, Place

_EXPIRE = """
DELETE FROM intake_contact WHERE report_id IN (
  SELECT report_id FROM intake_contact WHERE expires_at <= %s ORDER BY expires_at LIMIT %s FOR UPDATE SKIP LOCKED
) RETURNING report_id
"""


def expire_contacts(*, now: datetime, limit: int) -> list[int]:
    """Deletes at most `limit` contacts that were kept as long as they may be, a line each; their reports' ids."""
    db.require_transaction()
    expired = sorted(row[0] for row in execute(_EXPIRE, (now, limit)))
    ledger.append([line(report_id, "expired", {}, MACHINE, kind="contact") for report_id in expired], now=now)
    return expired


def reveal_contact(
    report_id: int, purpose: str, *, actor: Actor, now: datetime, places: Sequence[Place]
) -> ContactDetails:
    """Unmasks one contact for one purpose, and writes down who did and why. Refused for who has no business with it;
    `places` are where the report is at work.
    """
    db.require_transaction()
    rules.may_reveal(actor, purpose, places)
    contact = Contact.objects.filter(report_id=report_id).first()
    if contact is None:
        raise Refused("no_contact")
    ledger.append([line(report_id, "revealed", {"purpose": purpose}, actor, kind="contact")], now=now)
    return ContactDetails.loads(crypto.unseal(bytes(contact.sealed), row_id=report_id))


def look_up(phone: str, purpose: str, *, since: datetime, limit: int, actor: Actor, now: datetime) -> list[int]:
    """The newest reports that came with a telephone number, by `queries.own_reports`. It joins a number to what was said
    with it, so who asked and why is written down as when a contact is opened: at every report that was found, and at the
    account even where there was none. Refused for who has no business with contacts.
    """
    db.require_transaction()
    rules.may_look_up(actor, purpose)
    found = queries.own_reports(queries.index_of(phone), since=since, now=now, limit=limit)
    lines = [line(report_id, "matched", {"purpose": purpose}, actor, kind="contact") for report_id in found]
    asked = line(actor.account_id, "caller_looked_up", {"purpose": purpose, "found": len(found)}, actor, kind="account")
    ledger.append([*lines, asked], now=now)
    return found


_SEALED = """
SELECT report_id, sealed FROM intake_contact WHERE report_id > %s ORDER BY report_id LIMIT %s FOR NO KEY UPDATE
"""
_RESEAL = """
UPDATE intake_contact c SET sealed = n.sealed
FROM unnest(%s::bigint[], %s::bytea[]) AS n (report_id, sealed) WHERE c.report_id = n.report_id
"""


def reseal_contacts(*, after: int, limit: int) -> tuple[int, int]:
    """Seals with the current key what an older one holds, for at most `limit` contacts of reports above `after`.

    Returns (how many were sealed anew, the last id looked at; 0 is the end).
    """
    db.require_transaction()
    rows = [(report_id, bytes(sealed)) for report_id, sealed in execute(_SEALED, (after, limit))]
    anew = crypto.keys().resealed(rows)
    if anew:
        execute(_RESEAL, ([report_id for report_id, _ in anew], [sealed for _, sealed in anew]))
    return len(anew), rows[-1][0] if len(rows) == limit else 0
