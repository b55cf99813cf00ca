"""先转后录: where words tell of danger, somebody is called before anything is written down, and the case opens beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from civigrid.base import db
from civigrid.catalog import queries as catalog
from civigrid.classify.rules import FIRST_CALLS, Emergency, urgency
from civigrid.directory import queries as directory
from civigrid.directory.rules import MACHINE
from civigrid.intake import actions as intake
from civigrid.intake.rules import NewTransfer, ReportRow, calls_for


@dataclass(frozen=True, slots=True)
class Call:
    """Who is called: "119", "gas_supply"; the unit of the city that it is, None where the pack names none."""

    service: str
    unit_id: int | None


@dataclass(frozen=True, slots=True)
class Advice:
    """`kind` is the danger (`classify.words.ADVICE` has what is said at once); `calls` in their order, `besides` whom
    the first of them brings along and the caller may need too: an ambulance with the fire brigade.
    """

    kind: Emergency
    calls: tuple[Call, ...]
    besides: tuple[Call, ...] = ()


def advice(text: str, *, now: datetime) -> Advice | None:
    """What a text that nothing has been stored of yet means for whoever hears it; None where it tells of no danger."""
    _, kind = urgency(text)
    if not kind:
        return None
    with db.system():
        return Advice(Emergency(kind), calls(kind, now=now), _found(FIRST_CALLS[Emergency(kind)].numbers[1:], now))


def calls(kind: str, *, now: datetime) -> tuple[Call, ...]:
    """The first number, and whoever helps beside it. In the open transaction."""
    first = FIRST_CALLS[Emergency(kind)]
    return _found([first.numbers[0], *([first.helper.value] if first.helper else [])], now)


def _found(services: Sequence[str], now: datetime) -> tuple[Call, ...]:
    city = catalog.city()
    on = now.astimezone(city.zone).date()
    units = {service: directory.unit_by_code(city.services.get(service, ""), on) for service in services}
    return tuple(Call(service, unit.id if unit else None) for service, unit in units.items())


def ask(in_danger: Sequence[tuple[ReportRow, str]], numbers: Mapping[int, str], *, now: datetime) -> None:
    """In the open transaction: writes down who must be called for these reports, each with the kind of its danger;
    `numbers` are those of their cases. Nothing for a batch in which nobody is in danger.
    """
    intake.transfer(
        [
            NewTransfer(report.id, call.unit_id, numbers[report.id], call.service)
            for report, kind in in_danger
            if calls_for(report.channel, report.occurred_at or report.received_at, now)
            for call in calls(kind, now=now)
        ],
        actor=MACHINE,
        now=now,
    )
