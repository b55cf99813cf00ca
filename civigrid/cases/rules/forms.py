"""Which form each verb is told with, and which codes stand in it: a door that offers every verb reads it from here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import IntEnum, StrEnum

from civigrid.cases.rules import again, asked, asking, facts, joining, moving, outside
from civigrid.cases.rules.codes import Arrival, AskKind, CheckResult, Result, ReturnReason, Supervision, Verb
from civigrid.cases.rules.verifying import Found
from civigrid.intake.rules import RECEIPTS, NotAccepted

FORMS: Mapping[Verb, type[facts.Form]] = {
    Verb.ACCEPT: facts.Acceptance,
    Verb.REFUSE: facts.Refusal,
    Verb.FILE: facts.Filing,
    Verb.ASK_VERIFICATION: asked.VerificationAsked,
    Verb.VERIFY: asked.Verification,
    Verb.DISPATCH: facts.Dispatching,
    Verb.ACCEPT_TASK: facts.TaskAcceptance,
    Verb.HANDLE: facts.Handling,
    Verb.ASSIGN: asked.Assignment,
    Verb.SIGN_OFF: asked.SigningOff,
    Verb.SEND_BACK: asked.SendingBack,
    Verb.RETURN_TASK: facts.TaskReturn,
    Verb.CHECK: facts.Checking,
    Verb.CLOSE: facts.Closing,
    Verb.RAISE: asked.Raising,
    Verb.HAND_DOWN: asked.HandingDown,
    Verb.MOVE: moving.Moving,
    Verb.VOID: asked.Voiding,
    Verb.REOPEN: asked.Reopening,
    Verb.JOIN: joining.Joining,
    Verb.SPLIT: joining.Splitting,
    Verb.ALSO: joining.Further,
    Verb.TRANSFER: outside.Transferring,
    Verb.RECEIPT: outside.TargetSaid,
    Verb.END_WITHDRAWN: outside.EndWithdrawn,
    Verb.ARRIVE: asking.Arriving,
    Verb.ASK_EXTENSION: asking.ExtensionAsked,
    Verb.DECIDE_EXTENSION: asking.Deciding,
    Verb.ASK_SUSPENSION: asking.SuspensionAsked,
    Verb.DECIDE_SUSPENSION: asking.Deciding,
    Verb.WITHDRAW_ASK: asking.AskWithdrawn,
    Verb.RESUME: asking.Resuming,
    Verb.SUPERVISE: asking.Supervising,
    Verb.ANSWER_SUPERVISION: asking.Answering,
    Verb.LIFT: asking.Lifting,
}
# the codes that a form's field takes
CODES: Mapping[tuple[type[facts.Form], str], Iterable[StrEnum | IntEnum]] = {
    (facts.Refusal, "reason"): NotAccepted,
    (facts.TaskReturn, "reason"): ReturnReason,
    (facts.Handling, "result"): Result,
    (facts.Checking, "result"): CheckResult,
    (facts.Closing, "outcome"): Result,
    (asked.Verification, "found"): Found,
    (asked.Voiding, "reason"): again.VoidReason,
    (asked.Reopening, "reason"): again.ReopenReason,
    (asked.Reopening, "back_to"): again.BackTo,
    (asking.Arriving, "how"): Arrival,
    (asking.AskWithdrawn, "kind"): AskKind,
    (asking.Supervising, "rung"): tuple(rung for rung in Supervision if rung),
    (outside.TargetSaid, "state"): tuple(sorted(RECEIPTS)),
}
