"""The verbs of a case. Each decides by the rules what becomes of one case; `change.perform` does the rest.

All take a batch of forms and return one Outcome a form in order: done, refused(code) or stale.
"""

from civigrid.cases.actions.verbs.again import reopen, void
from civigrid.cases.actions.verbs.desk import accept, dispatch, file, refuse_acceptance
from civigrid.cases.actions.verbs.ending import check, close
from civigrid.cases.actions.verbs.inside import assign, send_back, sign_off
from civigrid.cases.actions.verbs.levels import hand_down, raise_case
from civigrid.cases.actions.verbs.linking import also, join_cases, split
from civigrid.cases.actions.verbs.moving import move
from civigrid.cases.actions.verbs.outside import end_withdrawn, receipt, transfer
from civigrid.cases.actions.verbs.supervision import answer_supervision, lift, supervise
from civigrid.cases.actions.verbs.time import (
    arrive,
    ask_extension,
    ask_suspension,
    decide_extension,
    decide_suspension,
    resume,
    withdraw_ask,
)
from civigrid.cases.actions.verbs.unit import accept_task, handle, return_task
from civigrid.cases.actions.verbs.verifying import ask_verification, verify

__all__ = [
    "accept",
    "accept_task",
    "also",
    "answer_supervision",
    "arrive",
    "ask_extension",
    "ask_suspension",
    "ask_verification",
    "assign",
    "check",
    "close",
    "decide_extension",
    "decide_suspension",
    "dispatch",
    "end_withdrawn",
    "file",
    "hand_down",
    "handle",
    "join_cases",
    "lift",
    "move",
    "raise_case",
    "receipt",
    "refuse_acceptance",
    "reopen",
    "resume",
    "return_task",
    "send_back",
    "sign_off",
    "split",
    "supervise",
    "transfer",
    "verify",
    "void",
    "withdraw_ask",
]
