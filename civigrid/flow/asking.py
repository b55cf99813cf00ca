"""The verbs of time: arriving, applications and who decides them, supervision. Doors call them through `flow.verbs`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial

from civigrid.base.errors import Outcome
from civigrid.base.files import Kept
from civigrid.cases import actions as cases
from civigrid.cases.rules import (
    Answering,
    Arriving,
    AskWithdrawn,
    Deciding,
    ExtensionAsked,
    Lifting,
    Resuming,
    Supervising,
    SuspensionAsked,
)
from civigrid.directory.rules import Actor
from civigrid.flow import tx


def arrive(*, actor: Actor, items: Sequence[Arriving], now: datetime, kept: Sequence[Kept] = ()) -> list[Outcome]:
    """`kept` as for `verbs.handle`."""
    return _do(partial(cases.arrive, items, actor=actor, now=now), now, kept)


def ask_extension(*, actor: Actor, items: Sequence[ExtensionAsked], now: datetime) -> list[Outcome]:
    return _do(partial(cases.ask_extension, items, actor=actor, now=now), now)


def decide_extension(*, actor: Actor, items: Sequence[Deciding], now: datetime) -> list[Outcome]:
    return _do(partial(cases.decide_extension, items, actor=actor, now=now), now)


def ask_suspension(*, actor: Actor, items: Sequence[SuspensionAsked], now: datetime) -> list[Outcome]:
    return _do(partial(cases.ask_suspension, items, actor=actor, now=now), now)


def decide_suspension(*, actor: Actor, items: Sequence[Deciding], now: datetime) -> list[Outcome]:
    return _do(partial(cases.decide_suspension, items, actor=actor, now=now), now)


def resume(*, actor: Actor, items: Sequence[Resuming], now: datetime) -> list[Outcome]:
    return _do(partial(cases.resume, items, actor=actor, now=now), now)


def withdraw_ask(*, actor: Actor, items: Sequence[AskWithdrawn], now: datetime) -> list[Outcome]:
    return _do(partial(cases.withdraw_ask, items, actor=actor, now=now), now)


def supervise(*, actor: Actor, items: Sequence[Supervising], now: datetime) -> list[Outcome]:
    return _do(partial(cases.supervise, items, actor=actor, now=now), now)


def answer_supervision(*, actor: Actor, items: Sequence[Answering], now: datetime) -> list[Outcome]:
    return _do(partial(cases.answer_supervision, items, actor=actor, now=now), now)


def lift(*, actor: Actor, items: Sequence[Lifting], now: datetime) -> list[Outcome]:
    return _do(partial(cases.lift, items, actor=actor, now=now), now)


def _do(action: Callable[[], list[Outcome]], now: datetime, kept: Sequence[Kept] = ()) -> list[Outcome]:
    return tx.whole(action, kept=kept, now=now)
