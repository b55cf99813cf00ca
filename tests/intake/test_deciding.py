"""What may become of a report: the rules alone, walked at random."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from civigrid.base.errors import Refused
from civigrid.base.permissions import EVERYWHERE
from civigrid.directory.rules import Actor, Role
from civigrid.intake.rules import (
    BECOMES,
    OF_A_CASE,
    TURNS,
    Choice,
    Decision,
    DispositionKind,
    Invalid,
    Missing,
    NotAccepted,
    ReportKind,
    Subject,
    TransferState,
    Urgency,
    check_decision,
    check_undecided,
    may_turn,
    own_number,
)
from civigrid.intake.rules.transfers import NEXT

KINDS = list(DispositionKind)
REASONS = [*NotAccepted, *Missing, *Invalid, "", "x"]


def actor(role: Role) -> Actor:
    return Actor(1, 1, 1, role, EVERYWHERE)


decisions = st.builds(
    Decision,
    choice=st.sampled_from(Choice),
    text=st.sampled_from(["", " ", "已答复", "a\r\nb "]),
    reason=st.sampled_from(REASONS),
    number=st.sampled_from(["", "YT20261120000001"]),
)
subjects = st.builds(
    Subject,
    kind=st.sampled_from(ReportKind),
    urgency=st.sampled_from(Urgency),
    emergency=st.sampled_from(["", "gas", "life"]),
)


@given(decisions, subjects, st.sampled_from([Role.INTAKE, Role.DUTY_CHIEF]))
def test_what_is_kept_says_what_it_must_and_hides_nothing(decision: Decision, subject: Subject, role: Role) -> None:
    try:
        kept = check_decision(decision, subject, actor(role))
    except Refused:
        return
    assert kept.text == kept.text.strip() and "\r" not in kept.text
    if subject.danger:
        assert kept.choice in {Choice.PROCESS, Choice.CHASE, Choice.SUPPLEMENT, Choice.INVALID}
        assert kept.choice is not Choice.INVALID or (role is Role.DUTY_CHIEF and kept.text)
    if kept.choice is Choice.ANSWER:
        assert subject.kind in {"consult", "praise", "suggestion"} and kept.text
    if kept.choice is Choice.REFUSE:
        assert kept.reason in set(NotAccepted) and kept.text
    if kept.choice in OF_A_CASE:
        assert kept.number
    assert check_decision(kept, subject, actor(role)) == kept


@given(st.sampled_from(ReportKind), st.sampled_from(Urgency))
def test_a_tip_off_is_never_answered_away(kind: ReportKind, urgency: Urgency) -> None:
    decision, subject = Decision(Choice.ANSWER, "已知悉"), Subject(kind, urgency)
    if kind in {ReportKind.TIPOFF, ReportKind.COMPLAINT, ReportKind.HELP} or urgency == Urgency.CRITICAL:
        with pytest.raises(Refused):
            check_decision(decision, subject, actor(Role.DUTY_CHIEF))


def test_every_choice_but_the_machines_way_becomes_one_disposition() -> None:
    assert set(BECOMES) == set(Choice) - {Choice.PROCESS}
    assert set(BECOMES.values()) == set(DispositionKind) - {DispositionKind.OPENED, DispositionKind.JOINED}


def test_every_disposition_has_its_turns_and_may_stay() -> None:
    assert set(TURNS) == set(DispositionKind)
    assert all(may_turn(kind, kind) for kind in DispositionKind)


@given(st.lists(st.sampled_from(KINDS), min_size=1, max_size=30))
def test_a_walk_never_leaves_what_is_final_nor_comes_back_to_waiting_but_from_a_transfer(
    walk: list[DispositionKind],
) -> None:
    final = {
        DispositionKind.ANSWERED, DispositionKind.CHASED, DispositionKind.SUPPLEMENTED, DispositionKind.WITHDRAWN,
        DispositionKind.INVALID,
    }  # fmt: skip
    here: DispositionKind | None = None
    for there in walk:
        if not may_turn(here, there):
            continue
        assert here not in final or there is here
        if there is DispositionKind.WAITING:
            assert here in {None, DispositionKind.WAITING, DispositionKind.TRANSFERRED}
        here = there


@given(st.sampled_from([None, *KINDS]), st.booleans())
def test_a_person_decides_about_what_waits_and_about_nothing_else(
    before: DispositionKind | None, pending: bool
) -> None:
    undecided = pending or before is DispositionKind.WAITING
    try:
        check_undecided(before, pending=pending)
        assert undecided
    except Refused as no:
        assert (no.code, undecided) == ("decided_already", False)


@given(st.lists(st.sampled_from(list(TransferState)), max_size=20))
def test_a_transfer_never_goes_back(walk: list[TransferState]) -> None:
    order, here = list(TransferState), TransferState.ASKED
    for there in walk:
        if there in NEXT[here]:
            assert order.index(there) > order.index(here)
            here = there
    assert NEXT[TransferState.REFUSED] == NEXT[TransferState.ANSWERED] == frozenset()


@given(st.text(alphabet="0123456789", max_size=20))
def test_a_number_is_ones_own_or_nobodys(digits: str) -> None:
    nobody = len(digits) < 7 or len(set(digits)) == 1
    try:
        assert own_number(digits) == digits and not nobody
    except Refused:
        assert nobody
