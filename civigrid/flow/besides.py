"""What a registration asks for besides its report: further cases for further demands, and the case it is the same as."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from civigrid.base.errors import Outcome, Refused
from civigrid.cases import queries as cases
from civigrid.cases.rules import CaseFacts, Further, Joining
from civigrid.catalog import queries as catalog
from civigrid.directory.rules import Actor
from civigrid.flow import relations
from civigrid.intake.rules import Disposed


@dataclass(frozen=True, slots=True)
class Besides:
    """`further`: the matters of the demands after the first; `same`: the number of the case it is joined to."""

    further: tuple[int, ...] = ()
    same: str = ""

    def __bool__(self) -> bool:
        return bool(self.further or self.same)


def carry_out(wanted: Besides, became: Disposed, *, actor: Actor, now: datetime) -> None:
    """In the open transaction, which must not be kept where this raises Refused: its facts name the `demand` (a matter)
    or the case it is the `same` as. What one of the report's cases is about already, it does not open again.
    """
    first = became.numbers[0]
    for matter_id in wanted.further:
        held = _held(became.numbers, now)
        if matter_id not in {case.matter_id for case in held.values()}:
            form = Further(first, held[first].version, matter_id, became.report_id)
            _sure(relations.further([form], actor=actor, now=now), demand=matter_id)
    if wanted.same and wanted.same not in became.numbers:
        joining = Joining(first, _held([first], now)[first].version, wanted.same)
        _sure(relations.joined([joining], actor=actor, now=now), same=wanted.same)


def _held(numbers: Sequence[str], now: datetime) -> dict[str, CaseFacts]:
    """Locked, as they are now: each step before made another one of them."""
    on = now.astimezone(catalog.city().zone).date()
    return {number: held.case for number, held in cases.hold(numbers, on=on).items()}


def _sure(outcomes: Sequence[Outcome], **about: object) -> None:
    for each in outcomes:
        if not each.ok:
            raise Refused(each.code, **each.facts, **about)
