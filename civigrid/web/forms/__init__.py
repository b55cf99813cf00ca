"""The forms of a case: one per verb. Each says in `item()` what `civigrid.flow.verbs` is to be told."""

from __future__ import annotations

from collections.abc import Mapping

from civigrid.cases.rules import Verb
from civigrid.web.forms.desk import AcceptForm, DispatchForm, FileForm, RefuseForm
from civigrid.web.forms.ending import CheckForm, CloseForm
from civigrid.web.forms.files import Files, Named, Sent
from civigrid.web.forms.inside import AssignForm, SendBackForm, SignOffForm
from civigrid.web.forms.levels import HandDownForm, RaiseForm, ReopenForm, VoidForm
from civigrid.web.forms.linking import AlsoForm, JoinForm, SplitForm
from civigrid.web.forms.outside import EndWithdrawnForm, ReceiptForm, TransferForm
from civigrid.web.forms.parts import BY_HAND, CaseForm, Choices, Offer
from civigrid.web.forms.place import MoveForm
from civigrid.web.forms.time import (
    AnswerForm,
    ArriveForm,
    AskExtensionForm,
    AskSuspensionForm,
    DecideForm,
    LiftForm,
    ResumeForm,
    SuperviseForm,
    WithdrawAskForm,
)
from civigrid.web.forms.unit import AcceptTaskForm, HandleForm, ReturnForm
from civigrid.web.forms.verifying import AskVerificationForm, VerifyForm

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
    Verb.ASK_VERIFICATION: AskVerificationForm,
    Verb.VERIFY: VerifyForm,
    Verb.ASSIGN: AssignForm,
    Verb.SIGN_OFF: SignOffForm,
    Verb.SEND_BACK: SendBackForm,
    Verb.RAISE: RaiseForm,
    Verb.HAND_DOWN: HandDownForm,
    Verb.MOVE: MoveForm,
    Verb.VOID: VoidForm,
    Verb.REOPEN: ReopenForm,
    Verb.JOIN: JoinForm,
    Verb.SPLIT: SplitForm,
    Verb.ALSO: AlsoForm,
    Verb.TRANSFER: TransferForm,
    Verb.RECEIPT: ReceiptForm,
    Verb.END_WITHDRAWN: EndWithdrawnForm,
    Verb.ARRIVE: ArriveForm,
    Verb.ASK_EXTENSION: AskExtensionForm,
    Verb.DECIDE_EXTENSION: DecideForm,
    Verb.ASK_SUSPENSION: AskSuspensionForm,
    Verb.DECIDE_SUSPENSION: DecideForm,
    Verb.WITHDRAW_ASK: WithdrawAskForm,
    Verb.RESUME: ResumeForm,
    Verb.SUPERVISE: SuperviseForm,
    Verb.ANSWER_SUPERVISION: AnswerForm,
    Verb.LIFT: LiftForm,
}

__all__ = ["BY_HAND", "FORMS", "CaseForm", "Choices", "Files", "Named", "Offer", "Sent"]
