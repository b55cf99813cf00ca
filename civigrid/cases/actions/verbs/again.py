"""作废: a case that should not be. 重开: one that is not over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from civigrid.base.errors import Outcome
from civigrid.cases.actions.change import Batch, Change, Offer, perform
from civigrid.cases.actions.verbs.parts import at_work, closed_by, offer_again, open_tasks, united
from civigrid.cases.actions.writing import write
from civigrid.cases.queries.held import Held
from civigrid.cases.rules import (
    BackTo,
    Reopening,
    ReopenReason,
    Side,
    Stage,
    Supervision,
    Told,
    Verb,
    Voiding,
    VoidReason,
    WaitReason,
    in_time,
    may,
    one_of,
    words,
)
from civigrid.directory.rules import Actor


def void(forms: Sequence[Voiding], *, actor: Actor, now: datetime) -> list[Outcome]:
    """作废, with a reason and words, before anybody handled it: every task and clock ends. Flow disposes its reports."""
    return perform(forms, _void, write, actor=actor, now=now)


def _void(form: Voiding, held: Held, batch: Batch) -> Change:
    may(Verb.VOID, batch.actor, held.case)
    return Change(
        Told.VOIDED,
        Stage.EVALUATE,
        {"reason": one_of(VoidReason, form.reason)},
        words(form.text, needed=True),
        {"side": Side.VOID.value, "waits_for": "", **closed_by(batch)},
        stops=held.clocks,
        cancels=open_tasks(held.case),
    )


def reopen(
    forms: Sequence[Reopening], *, barred: Mapping[str, frozenset[int]], actor: Actor, now: datetime
) -> list[Outcome]:
    """重开, soon enough and not too often: to be dispatched anew, or to the unit that led last with a fresh task.

    `barred` as for `perform`.
    """
    return perform(forms, _reopen, write, actor=actor, now=now, barred=barred)


def _reopen(form: Reopening, held: Held, batch: Batch) -> Change:
    case = held.case
    may(Verb.REOPEN, batch.actor, case)
    in_time(case.closed_at, now=batch.now, days=batch.lists.city.reopen_days)
    stage, waits_for, offers = _back(one_of(BackTo, form.back_to), held, batch)
    again: dict[str, Any] = {"reopened": case.reopened + 1, "side": Side.REOPENED.value, "outcome": ""}
    unasked = {"supervised": Supervision.NONE.value, "answer_awaited": False}  # its answer's clock ended with the case
    return Change(
        Told.REOPENED,
        stage,
        {"reason": one_of(ReopenReason, form.reason)},
        words(form.text, needed=True),
        {
            **again,
            **unasked,
            "waits_for": waits_for,
            "unit_ids": united(at_work(case), *(each.unit_id for each in offers)),
        },
        offers=offers,
        promise=batch.lists.standard(case.standard_version_id) if case.standard_version_id else None,
        restarts=True,
    )


def _back(to: str, held: Held, batch: Batch) -> tuple[Stage, str, tuple[Offer, ...]]:
    """Where it goes on, what it waits for there, and the fresh task. Without a standard it is filed first."""
    if to == BackTo.DISPATCH:
        filed = held.case.standard_version_id is not None
        return (Stage.DISPATCH, "", ()) if filed else (Stage.FILE, WaitReason.NO_STANDARD.value, ())
    offer = offer_again(held.case, batch)
    batch.lists.unit(offer.unit_id)
    return Stage.HANDLE, "", (offer,)
