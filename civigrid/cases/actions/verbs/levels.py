"""The levels of the desk: up with what is beyond it, down to the town whose it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from civigrid.base.errors import Outcome, Refused
from civigrid.cases.actions.change import Batch, Change, perform
from civigrid.cases.actions.writing import write
from civigrid.cases.queries.held import Held
from civigrid.cases.rules import DeskLevel, HandingDown, Raising, Side, Told, Verb, above, may, words
from civigrid.directory.rules import Actor


def raise_case(
    forms: Sequence[Raising], *, barred: Mapping[str, frozenset[int]], actor: Actor, now: datetime
) -> list[Outcome]:
    """上报: one level up, with words; to the city's where the next desk is complained of. Its stage and its clock stay.

    `barred` as for `perform`.
    """
    return perform(forms, _raise, write, actor=actor, now=now, barred=barred)


def _raise(form: Raising, held: Held, batch: Batch) -> Change:
    case = held.case
    may(Verb.RAISE, batch.actor, case)
    level = batch.lists.nearest(above(case.level), case.region_code, batch.barred.get(case.number, ())).value
    text = words(form.text, needed=True)
    return Change(Told.RAISED, case.stage, {"level": level}, text, {"level": level, "side": Side.RAISED.value})


def hand_down(
    forms: Sequence[HandingDown], *, barred: Mapping[str, frozenset[int]], actor: Actor, now: datetime
) -> list[Outcome]:
    """下派: to the town in which it lies, unless the matter was taken back from the towns, or a report complains of it.

    `barred` as for `perform`.
    """
    return perform(forms, _hand_down, write, actor=actor, now=now, barred=barred)


def _hand_down(form: HandingDown, held: Held, batch: Batch) -> Change:
    case = held.case
    may(Verb.HAND_DOWN, batch.actor, case)
    if batch.lists.withdrawn(case.matter_id, case.region_code):
        raise Refused("withdrawn_from_towns")
    batch.lists.may_have(DeskLevel.TOWN, case.region_code, batch.barred.get(case.number, ()))
    level, text = DeskLevel.TOWN.value, words(form.text, needed=True)
    return Change(Told.HANDED_DOWN, case.stage, {"level": level}, text, {"level": level, "side": Side.NONE.value})
