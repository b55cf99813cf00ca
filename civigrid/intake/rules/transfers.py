"""转出: what becomes of a transfer, and when somebody must call first 先转后录."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from civigrid.base.errors import Refused
from civigrid.directory.rules import Actor, Role
from civigrid.intake.rules.codes import CALL_WITHIN, RECEIPTS, Channel, TransferState
from civigrid.intake.rules.deciding import said_words

MAY_TRANSFER = frozenset({Role.INTAKE, Role.DUTY_CHIEF, Role.DISPATCHER, Role.GRID_CHIEF})
EARLIEST_CALL, LATEST_CALL = timedelta(hours=12), timedelta(minutes=5)  # before the report was stored; after now
NEXT: Mapping[TransferState, frozenset[TransferState]] = {
    TransferState.ASKED: frozenset({TransferState.SENT}),
    TransferState.SENT: RECEIPTS,
    TransferState.RECEIVED: frozenset({TransferState.REFUSED, TransferState.ANSWERED}),
    TransferState.REFUSED: frozenset(),
    TransferState.ANSWERED: frozenset(),
}


@dataclass(frozen=True, slots=True)
class NewTransfer:
    """A report that goes to `unit_id`, or a `service` that is to be called for it ("119", "gas_supply"), which may be no
    unit of the city. `number`: of the case it is about, "" where it opened none.
    """

    report_id: int
    unit_id: int | None
    number: str = ""
    service: str = ""
    text: str = ""

    @property
    def state(self) -> TransferState:
        return TransferState.ASKED if self.service else TransferState.SENT


@dataclass(frozen=True, slots=True)
class TransferRow:
    """A stored transfer. The order of the fields is that of the columns. `ended_at`: when it was refused or answered."""

    id: int
    report_id: int
    unit_id: int | None
    number: str
    service: str
    state: str
    at: datetime
    by_account: int
    sent_at: datetime | None
    received_at: datetime | None
    ended_at: datetime | None

    @property
    def called(self) -> bool:
        """Whether somebody is called beside a case, and the case goes on whatever he says."""
        return bool(self.service)


@dataclass(frozen=True, slots=True)
class Called:
    """A call that was made, and when."""

    transfer_id: int
    called_at: datetime
    text: str = ""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the target said of a transfer: one of `RECEIPTS`."""

    transfer_id: int
    state: str
    text: str = ""


def may_transfer(actor: Actor) -> None:
    if actor.role not in MAY_TRANSFER:
        raise Refused("not_your_role")


def check_call(row: TransferRow, call: Called, now: datetime) -> str:
    """The words as they are kept. Refused where it was called already, or at a time that cannot be."""
    _turn(row, TransferState.SENT)
    if call.called_at.tzinfo is None:
        raise Refused("time_without_zone", field="called_at")
    if not row.at - EARLIEST_CALL <= call.called_at <= now + LATEST_CALL:
        raise Refused("absurd_time", field="called_at", value=call.called_at.isoformat())
    return said_words(call.text, needed=False)


def check_receipt(row: TransferRow, state: str, text: str) -> str:
    """The words as they are kept. A refusal needs its reason, a result its words."""
    if state not in RECEIPTS:
        raise Refused("unknown_code", field="state", value=state[:40])
    _turn(row, TransferState(state))
    return said_words(text, needed=state != TransferState.RECEIVED)


def _turn(row: TransferRow, state: TransferState) -> None:
    if state not in NEXT[TransferState(row.state)]:
        raise Refused("no_such_turn", state=row.state)


def calls_for(channel: str, since: datetime, now: datetime) -> bool:
    """Whether words of danger mean that somebody must call now: not in a file of the past, nor of what is long over."""
    return channel != Channel.IMPORT and now - since <= CALL_WITHIN
