"""What a report is about, said by a person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from civigrid.base.db import require_transaction
from civigrid.base.errors import Outcome, Refused
from civigrid.catalog import queries as catalog
from civigrid.classify import queries
from civigrid.classify.actions.labelling import write
from civigrid.classify.rules import Candidate, Correction, How, LabelRow, may_correct
from civigrid.directory.rules import Actor
from civigrid.intake.rules import Place

_UNLABELLED = LabelRow(0, None, 0.0, False, How.NO_WORDS)


def correct(
    corrections: Sequence[Correction], *, places: Mapping[int, Sequence[Place]] | None, actor: Actor, now: datetime
) -> list[Outcome]:
    """Adds a person's label to each report, which counts from now on and teaches the next model; also where it says
    that the machine was right. Flow writes the line. `places`: where each report is at work, by its id; a report that
    is not among them does not exist or is nowhere the actor sees; None where he has just settled their cases. `made`:
    the matter that counted before, None for none.
    """
    require_transaction()
    matters = catalog.matters(now.astimezone(catalog.city().zone).date())
    before = queries.newest([each.report_id for each in corrections])
    outcomes, labels = [], []
    for each in corrections:
        try:
            at_work = None if places is None else places.get(each.report_id, ())
            may_correct(each, actor, places=at_work, matters=matters.keys())
        except Refused as no:
            outcomes.append(Outcome.refused(each.report_id, no))
            continue
        was = before.get(each.report_id, _UNLABELLED)
        labels.append(_label(each, was, actor, now))
        outcomes.append(Outcome(each.report_id, made=was.matter_id))
    if labels:
        write(labels, now)
    return outcomes


def _label(said: Correction, was: LabelRow, actor: Actor, now: datetime) -> LabelRow:
    return LabelRow(
        said.report_id,
        said.matter_id,
        1.0,
        True,
        How.PERSON,
        (Candidate(said.matter_id, 1.0),),
        was.urgency,
        was.emergency,
        by_account=actor.account_id,
        by_post=actor.post_id,
        at=now,
    )
