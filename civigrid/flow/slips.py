"""回执 for who called, came or wrote: number and query code, which whoever registered it tells him. The code is made of
the form's key whenever it is asked for, and stored nowhere but as the hash that `intake` keeps of every code.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from civigrid.base import crypto, db
from civigrid.base.errors import Refused
from civigrid.catalog import queries as catalog
from civigrid.directory.rules import Actor
from civigrid.flow.residents.opening import opened
from civigrid.intake import actions as intake
from civigrid.intake import queries as reports_of
from civigrid.intake.rules import report_number, spelt_code


@dataclass(frozen=True, slots=True)
class Slip:
    """What opens the page of a report's progress."""

    number: str
    code: str


def give(keys: Mapping[int, str], *, actor: Actor) -> None:
    """Reports that the actor has just registered, and the keys of their forms. In the open transaction."""
    intake.give_slips({report_id: _code(key, actor) for report_id, key in keys.items()})


def of_form(report_id: int, key: str, *, actor: Actor, now: datetime) -> Slip | None:
    """The slip of a report, for whoever registered it with a form of that key; None for everybody else, and where its
    code opens nothing any more."""
    with db.system():
        said = reports_of.said_by_ids([report_id])
        zone = catalog.city().zone
    if not said:
        return None
    slip = Slip(report_number(report_id, said[0].received_at.astimezone(zone).date()), _code(key, actor))
    try:
        opened(slip.number, slip.code, now=now)
    except Refused:
        return None
    return slip


def _code(key: str, actor: Actor) -> str:
    return spelt_code(crypto.keyed_hash("desk code", f"{actor.account_id} {key}".encode()))
