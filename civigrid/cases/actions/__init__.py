"""What is done to cases. Every verb takes a batch, joins the open transaction and answers for each row in order."""

from civigrid.cases.actions.clocks import rebase, sweep
from civigrid.cases.actions.evidence import erase_evidence
from civigrid.cases.actions.opening import join, open_cases
from civigrid.cases.actions.verbs import (
    accept,
    accept_task,
    check,
    close,
    dispatch,
    file,
    handle,
    refuse_acceptance,
    return_task,
)

__all__ = [
    "accept",
    "accept_task",
    "check",
    "close",
    "dispatch",
    "erase_evidence",
    "file",
    "handle",
    "join",
    "open_cases",
    "rebase",
    "refuse_acceptance",
    "return_task",
    "sweep",
]
