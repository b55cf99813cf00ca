"""Another place for a case: the pin was wrong, or nobody knew better."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from civigrid.base.errors import Outcome
from civigrid.cases.actions.change import Batch, Change, perform
from civigrid.cases.actions.writing import write
from civigrid.cases.queries.held import Held
from civigrid.cases.rules import Moving, Placed, Told, Verb, may, waits_at, words
from civigrid.directory.rules import Actor


def move(
    forms: Sequence[Moving],
    *,
    placed: Mapping[str, Placed],
    barred: Mapping[str, frozenset[int]],
    actor: Actor,
    now: datetime,
) -> list[Outcome]:
    """The case takes the region and the grid of its new place; its stage, its tasks and its clocks stay. One that would
    come to the desk it complains of goes up to the city's. `placed`: what was found there, by the case's number;
    `barred` as for `perform`.
    """

    def decide(form: Moving, held: Held, batch: Batch) -> Change:
        return _move(form, held, batch, placed[form.number])

    return perform(forms, decide, write, actor=actor, now=now, barred=barred)


def _move(form: Moving, held: Held, batch: Batch, placed: Placed) -> Change:
    case = held.case
    may(Verb.MOVE, batch.actor, case)
    if placed.no:
        raise placed.no
    return Change(
        Told.MOVED,
        case.stage,
        {
            "from": case.region_code or None,
            "from_grid": placed.was_grid_id,
            "to": placed.region_code,
            "to_grid": placed.grid_id,
            "would_lead": placed.unit_id if placed.unit_id not in case.unit_ids else None,
        },
        words(form.text, needed=False),
        {
            "region_code": placed.region_code,
            "grid_id": placed.grid_id,
            "waits_for": waits_at(case, placed),
            "level": batch.lists.nearest(case.level, placed.region_code, batch.barred.get(case.number, ())).value,
        },
    )
