"""自行处置: a case that was put right by the grid worker who found it, opened and ended in one transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from civigrid.base.crypto import keyed_hash
from civigrid.base.errors import Outcome, Refused
from civigrid.cases.actions.change import Batch, Change, perform
from civigrid.cases.actions.verbs.parts import by_machine, known_exhibits, united
from civigrid.cases.actions.writing import write
from civigrid.cases.queries.held import Held
from civigrid.cases.rules import (
    SAMPLE_OF,
    TO_SETTLE,
    Exhibit,
    Result,
    Settling,
    Side,
    Stage,
    Told,
    demand,
    sampled,
    words,
)
from civigrid.catalog.queries import MatterRow
from civigrid.directory.rules import Actor, Role


def may_settle(
    actor: Actor, matter: MatterRow | None, text: str, exhibits: Sequence[Exhibit], *, media: Mapping[str, str]
) -> None:
    """Before anything is stored. Refused where the post does not, the matter does not allow it, or evidence is missing.

    `media`: the media types of the files.
    """
    if actor.role is not Role.GRID_WORKER:
        raise Refused("not_your_role", verb="settle")
    if matter is None:
        raise Refused("unknown_matter")
    if not matter.self_settle:
        raise Refused("not_to_be_settled")
    words(text, needed=True)
    demand(TO_SETTLE, exhibits, media)


def settle(forms: Sequence[Settling], *, actor: Actor, now: datetime) -> list[Outcome]:
    """Ends cases that were opened a moment ago: solved, by the worker. Those drawn for the sample wait for somebody else
    to look; the machine closes the others.
    """
    return perform(forms, _settle, write, actor=actor, now=now)


def _settle(form: Settling, held: Held, batch: Batch) -> Change:
    case, city = held.case, batch.lists.city
    exhibits = known_exhibits(form.exhibits, batch)
    drawn = sampled(keyed_hash(SAMPLE_OF, case.number.encode()), share=city.self_settled_checked)
    return Change(
        Told.SETTLED,
        Stage.CHECK if drawn else Stage.EVALUATE,
        {"outcome": Result.SOLVED.value, "files": len(exhibits)},
        words(form.text, needed=True),
        {
            "side": Side.SELF_SETTLED.value,
            "waits_for": "",
            "outcome": Result.SOLVED.value,
            "handled_by": united(sorted(case.handled_by), batch.actor.account_id),
            "handled_units": united(sorted(case.handled_units), batch.actor.unit_id),
            **({} if drawn else by_machine(batch)),
        },
        stops=() if drawn else held.clocks,
        exhibits=exhibits,
    )
