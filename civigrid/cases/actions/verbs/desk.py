"""The verbs of the desk: acceptance, filing, dispatch. Each decides by the rules what becomes of one case."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from civigrid.base.errors import Outcome, Refused
from civigrid.cases.actions.change import Batch, Change, Offer, perform
from civigrid.cases.actions.verbs.parts import (
    at_work,
    busy,
    closed_by,
    united,
    unverified,
)
from civigrid.cases.actions.writing import write
from civigrid.cases.queries.held import Held
from civigrid.cases.rules import (
    Acceptance,
    Dispatching,
    Filing,
    Refusal,
    Side,
    Stage,
    TaskKind,
    Told,
    Verb,
    after_accept,
    before_filing,
    may,
    one_of,
    still_waits,
    words,
)
from civigrid.directory.rules import Actor
from civigrid.intake.rules import NotAccepted


def accept(forms: Sequence[Acceptance], *, actor: Actor, now: datetime) -> list[Outcome]:
    """受理: the intake officer takes the case on."""
    return perform(forms, _accept, write, actor=actor, now=now)


def _accept(_: Acceptance, held: Held, batch: Batch) -> Change:
    case = held.case
    may(Verb.ACCEPT, batch.actor, case)
    waits_for = before_filing(case.waits_for) if unverified(case, batch) else case.waits_for
    return Change(Told.ACCEPTED, after_accept(case.family, waits_for=waits_for), case={"waits_for": waits_for})


def refuse_acceptance(forms: Sequence[Refusal], *, actor: Actor, now: datetime) -> list[Outcome]:
    """不予受理, with one of the reasons of `intake.rules.NotAccepted`; the case is over. Flow disposes its reports."""
    return perform(forms, _refuse, write, actor=actor, now=now)


def _refuse(form: Refusal, held: Held, batch: Batch) -> Change:
    may(Verb.REFUSE, batch.actor, held.case)
    return Change(
        Told.REFUSED,
        Stage.EVALUATE,
        {"reason": one_of(NotAccepted, form.reason)},
        words(form.text, needed=False),
        {"side": Side.NOT_ACCEPTED.value, "waits_for": "", **closed_by(batch)},
        stops=held.clocks,
    )


def file(forms: Sequence[Filing], *, actor: Actor, now: datetime) -> list[Outcome]:
    """立案: the matter and the standard are settled; the case clock runs by that standard from the opening on.

    Refused("verify_first") where nobody has seen what is verified before filing; the chief may do without, and says why.
    """
    return perform(forms, _file, write, actor=actor, now=now)


def _file(form: Filing, held: Held, batch: Batch) -> Change:
    may(Verb.FILE, batch.actor, held.case)
    matter = batch.lists.matter(form.matter_id)
    standard = batch.lists.standard_for(matter.id, form.standard_version_id)
    unseen = unverified(held.case, batch, matter.id)
    if unseen and not words(form.text, needed=False):
        raise Refused("verify_first")
    settled = {"family": matter.family.value, "matter_id": matter.id, "standard_version_id": standard.version_id}
    return Change(
        Told.FILED,
        Stage.DISPATCH,
        {"matter": matter.id, "standard": standard.version_id, **({"unverified": True} if unseen else {})},
        words(form.text, needed=False),
        {**settled, "waits_for": still_waits(held.case.waits_for)},
        promise=standard if standard.version_id != held.case.standard_version_id else None,
        restarts=held.case.reopened > 0,  # what is opened again is promised from then on, not from its first day
    )


def dispatch(
    forms: Sequence[Dispatching], *, barred: Mapping[str, frozenset[int]], actor: Actor, now: datetime
) -> list[Outcome]:
    """派遣: to a unit, by a row of the duty list or by hand; each unit's task has its own clock from now.

    `barred`: the units that a case's reports complain of with their line, by its number. They never get it.
    """

    def decide(form: Dispatching, held: Held, batch: Batch) -> Change:
        return _dispatch(form, held, batch, barred.get(form.number, frozenset()))

    return perform(forms, decide, write, actor=actor, now=now)


def _dispatch(form: Dispatching, held: Held, batch: Batch, barred: frozenset[int]) -> Change:
    case = held.case
    may(Verb.DISPATCH, batch.actor, case)
    if case.standard_version_id is None:
        raise Refused("no_standard")
    standard, row_id = batch.lists.standard(case.standard_version_id), form.duty_row_version_id
    batch.lists.may_lead(form.unit_id, case.matter_id, case.region_code)
    if row_id is not None:
        batch.lists.duty_row(row_id, matter_id=case.matter_id, unit_id=form.unit_id)
    support = [unit for unit in dict.fromkeys(form.support_ids) if unit != form.unit_id and not busy(case, unit)]
    units = [batch.lists.unit(unit_id).id for unit_id in (form.unit_id, *support)]
    if not barred.isdisjoint(units):
        raise Refused("target_is_unit")
    kinds = [TaskKind.LEAD, *[TaskKind.SUPPORT] * len(support)]
    return Change(
        Told.DISPATCHED,
        Stage.HANDLE,
        text=words(form.text, needed=row_id is None),
        case={
            "side": Side.NONE.value,
            "waits_for": "",
            "duty_row_version_id": row_id,
            "unit_ids": united(at_work(case), *units),
        },
        offers=tuple(Offer(unit, kind, standard, row_id) for unit, kind in zip(units, kinds, strict=True)),
    )
