"""Who may do what with a report, and what a disposition must say."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from civigrid.base.errors import Refused
from civigrid.directory.rules import Actor, Role
from civigrid.intake.rules.codes import CODE, DispositionKind, EraseReason, NotAccepted, Purpose
from civigrid.intake.rules.rows import Aside, Disposed, Place, ReportRow

MAY_REVEAL = frozenset({Role.INTAKE, Role.DUTY_CHIEF, Role.CALLER})
MAY_RETRY = frozenset({Role.INTAKE, Role.DUTY_CHIEF, Role.OFFICE})
_NEEDS_NUMBER = {DispositionKind.OPENED, DispositionKind.JOINED, DispositionKind.CHASED, DispositionKind.SUPPLEMENTED}


def check_disposed(row: Disposed) -> None:
    """Refuses a disposition that does not say what it must."""
    if row.kind is DispositionKind.NOT_ACCEPTED and row.reason not in set(NotAccepted):
        raise Refused("reason_needed", value=row.reason)
    if row.reason and not CODE.fullmatch(row.reason):
        raise Refused("reason_needed", value=row.reason)
    if row.kind in _NEEDS_NUMBER and not row.numbers:
        raise Refused("number_needed")


def may_reveal(actor: Actor, purpose: str, places: Iterable[Place]) -> None:
    """Refuses who has no business with a contact: by his post, or because the report is at none of his places. The unit
    complained of never has any. `places` are those of the report's cases, or its own where it has none yet.
    """
    may_look_up(actor, purpose)
    if not any(actor.scope.holds(region_code=place.region_code, unit_ids=place.unit_ids) for place in places):
        raise Refused("out_of_scope")


def may_look_up(actor: Actor, purpose: str) -> None:
    """Refuses who has no business with any contact."""
    if purpose not in set(Purpose):
        raise Refused("purpose_needed", value=purpose)
    if actor.role not in MAY_REVEAL:
        raise Refused("not_your_role")


def aside(report: ReportRow, actor: Actor, *, contact: bool) -> Aside:
    """Of what came beside a report's words, what `actor` may know who sees these: that the caller wishes to be called
    concerns whoever works on it; what leads to the caller himself, only who may open contacts. `contact`: there is one.
    """
    extra = report.extra
    known = Aside(
        report.channel, report.urgency, report.confidential, report.occurred_at, extra.get("call_back") is True
    )
    if actor.role not in MAY_REVEAL:
        return known
    recording = extra.get("recording")
    return replace(
        known,
        vault=contact,
        on_behalf=extra.get("on_behalf") is True,
        recording=recording if isinstance(recording, str) else "",
    )


def may_retry(actor: Actor) -> None:
    """Refuses who does not look after the parked reports of the whole city."""
    if not (actor.is_machine or (actor.role in MAY_RETRY and actor.scope.everywhere)):
        raise Refused("not_your_role")


def may_erase(actor: Actor, reason: EraseReason) -> None:
    """The security administrator decides on requests and on what is unlawful; the machine only knows what expired."""
    if actor.is_machine and reason is not EraseReason.EXPIRED:
        raise Refused("not_your_role")
    if not actor.is_machine and actor.role is not Role.SECURITY_ADMIN:
        raise Refused("not_your_role")
