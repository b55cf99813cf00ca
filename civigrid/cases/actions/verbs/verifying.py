"""核实: somebody looks before a case is filed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from civigrid.base.errors import Outcome
from civigrid.cases.actions.change import Batch, Change, perform
from civigrid.cases.actions.verbs.parts import known_exhibits
from civigrid.cases.actions.writing import write
from civigrid.cases.queries.held import Held
from civigrid.cases.rules import (
    Found,
    Stage,
    Told,
    Verb,
    Verification,
    VerificationAsked,
    WaitReason,
    after_verifying,
    demand,
    may,
    one_of,
    to_verify,
    words,
)
from civigrid.directory.rules import Actor


def ask_verification(forms: Sequence[VerificationAsked], *, actor: Actor, now: datetime) -> list[Outcome]:
    """下发核实: what it seems to be about is said, and inspectors see the case; an earlier answer counts no more."""
    return perform(forms, _ask, write, actor=actor, now=now)


def _ask(form: VerificationAsked, held: Held, batch: Batch) -> Change:
    may(Verb.ASK_VERIFICATION, batch.actor, held.case)
    matter = batch.lists.matter(form.matter_id)
    return Change(
        Told.VERIFICATION_ASKED,
        Stage.FILE,
        {"matter": matter.id},
        words(form.text, needed=False),
        {
            "family": matter.family.value,
            "matter_id": matter.id,
            "waits_for": WaitReason.VERIFY.value,
            "verified": "",
        },
    )


def verify(forms: Sequence[Verification], *, actor: Actor, now: datetime) -> list[Outcome]:
    """核实: found as reported, otherwise, not at all, or nobody could get there. The duty chief decides what follows."""
    return perform(forms, _verify, write, actor=actor, now=now)


def _verify(form: Verification, held: Held, batch: Batch) -> Change:
    may(Verb.VERIFY, batch.actor, held.case)
    found = Found(one_of(Found, form.found))
    exhibits = known_exhibits(form.exhibits, batch)
    demand(to_verify(found), exhibits, batch.files)
    return Change(
        Told.VERIFIED,
        held.case.stage,
        {"found": found.value, "files": len(exhibits)},
        words(form.text, needed=found is not Found.AS_REPORTED),
        {"waits_for": after_verifying(found), "verified": found.value},
        exhibits=exhibits,
    )
