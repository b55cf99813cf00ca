"""The verbs of a case. Each decides by the rules what becomes of one case; `change.perform` does the rest.

All take a batch of forms and return one Outcome a form in order: done, refused(code) or stale.
"""

from civigrid.cases.actions.verbs.desk import accept, dispatch, file, refuse_acceptance
from civigrid.cases.actions.verbs.ending import check, close
from civigrid.cases.actions.verbs.unit import accept_task, handle, return_task

__all__ = ["accept", "accept_task", "check", "close", "dispatch", "file", "handle", "refuse_acceptance", "return_task"]
