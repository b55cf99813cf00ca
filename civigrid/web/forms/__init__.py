"""The forms of a case: one per verb. Each says in `item()` what `civigrid.flow.verbs` is to be told."""

from __future__ import annotations

from collections.abc import Mapping

from civigrid.cases.rules import Verb
from civigrid.web.forms.desk import AcceptForm, DispatchForm, FileForm, RefuseForm
from civigrid.web.forms.ending import CheckForm, CloseForm
from civigrid.web.forms.files import MOST_FILES, Files, Named, Sent
from civigrid.web.forms.parts import BY_HAND, CaseForm, Choices, Offer
from civigrid.web.forms.unit import AcceptTaskForm, HandleForm, ReturnForm

FORMS: Mapping[Verb, type[CaseForm]] = {
    Verb.ACCEPT: AcceptForm,
    Verb.REFUSE: RefuseForm,
    Verb.FILE: FileForm,
    Verb.DISPATCH: DispatchForm,
    Verb.ACCEPT_TASK: AcceptTaskForm,
    Verb.RETURN_TASK: ReturnForm,
    Verb.HANDLE: HandleForm,
    Verb.CHECK: CheckForm,
    Verb.CLOSE: CloseForm,
}

__all__ = ["BY_HAND", "FORMS", "MOST_FILES", "CaseForm", "Choices", "Files", "Named", "Offer", "Sent"]
