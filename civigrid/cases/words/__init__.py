"""Labels and messages of this area, by enum member or code."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from civigrid.cases.rules import (
    Arrival,
    AskKind,
    AskState,
    BackTo,
    Came,
    CheckResult,
    ClockEventKind,
    ClockKind,
    DeskLevel,
    EvidenceKind,
    Found,
    Happened,
    Light,
    Moment,
    Need,
    ReopenReason,
    Result,
    ReturnReason,
    Side,
    Stage,
    Supervision,
    TaskKind,
    TaskState,
    Told,
    Verb,
    VoidReason,
    WaitReason,
    Whether,
)
from civigrid.cases.rules.onmap import Standing
from civigrid.cases.words.refusals import REFUSALS as REFUSALS
from civigrid.catalog.rules import Family

Words = str | Promise

STAGES: dict[Stage, Words] = {
    Stage.COLLECT: pgettext_lazy("stage", "Collect"),
    Stage.ACCEPT: pgettext_lazy("stage", "Accept"),
    Stage.FILE: pgettext_lazy("stage", "File"),
    Stage.DISPATCH: pgettext_lazy("stage", "Dispatch"),
    Stage.HANDLE: pgettext_lazy("stage", "Handle"),
    Stage.FEEDBACK: pgettext_lazy("stage", "Feedback"),
    Stage.CHECK: pgettext_lazy("stage", "Check"),
    Stage.CLOSE: pgettext_lazy("stage", "Close"),
    Stage.EVALUATE: pgettext_lazy("stage", "Evaluate"),
}

MOMENTS: dict[Moment, Words] = {
    Moment.OPENED: pgettext_lazy("day of a case", "opened"),
    Moment.DISPATCHED: pgettext_lazy("day of a case", "dispatched"),
    Moment.DUE: pgettext_lazy("day of a case", "due"),
    Moment.OVERDUE: pgettext_lazy("day of a case", "overdue"),
    Moment.CLOSED: pgettext_lazy("day of a case", "closed"),
}

WHETHER: dict[Whether, Words] = {
    Whether.OPEN: pgettext_lazy("case", "open"),
    Whether.CLOSED: pgettext_lazy("case", "closed"),
}

SIDES: dict[Side, Words] = {
    Side.NOT_ACCEPTED: pgettext_lazy("case", "Not accepted"),
    Side.RETURNED: pgettext_lazy("case", "Returned by the unit"),
    Side.REWORKED: pgettext_lazy("case", "Sent back after the check"),
    Side.SELF_SETTLED: pgettext_lazy("case", "Settled at once by the grid worker"),
    Side.RAISED: pgettext_lazy("case", "Raised from a lower level"),
    Side.VOID: pgettext_lazy("case", "Void"),
    Side.REOPENED: pgettext_lazy("case", "Reopened"),
    Side.SUSPENDED: pgettext_lazy("case", "Suspended"),
    Side.JOINED: pgettext_lazy("case", "Joined to another case"),
    Side.TRANSFERRED: pgettext_lazy("case", "Transferred"),
}

# what a case of a family is called
CASES: dict[Family, Words] = {
    Family.HOTLINE: pgettext_lazy("case of a family", "Order"),
    Family.CITY: pgettext_lazy("case of a family", "Case"),
    Family.GRID: pgettext_lazy("case of a family", "Grid event"),
    Family.DISPUTE: pgettext_lazy("case of a family", "Dispute"),
}

TASK_KINDS: dict[TaskKind, Words] = {
    TaskKind.LEAD: pgettext_lazy("task", "Lead"),
    TaskKind.SUPPORT: pgettext_lazy("task", "Support"),
}

TASK_STATES: dict[TaskState, Words] = {
    TaskState.OFFERED: pgettext_lazy("task", "Waiting to be accepted"),
    TaskState.ACCEPTED: pgettext_lazy("task", "In hand"),
    TaskState.RETURNED: pgettext_lazy("task", "Returned"),
    TaskState.SUBMITTED: pgettext_lazy("task", "Waiting for signature"),
    TaskState.HANDLED: pgettext_lazy("task", "Feedback given"),
    TaskState.CANCELLED: pgettext_lazy("task", "Cancelled with the case"),
}

# how far an open case is, on the map
STANDINGS: dict[Standing, Words] = {
    Standing.RECEIVED: pgettext_lazy("on the map", "Received"),
    Standing.IN_HAND: pgettext_lazy("on the map", "In hand"),
    Standing.CHECKING: pgettext_lazy("on the map", "Being checked"),
    Standing.LATE: pgettext_lazy("on the map", "Overdue"),
}

# on buttons
VERBS: dict[Verb, Words] = {
    Verb.TRANSFER: pgettext_lazy("button", "Transfer to another body"),
    Verb.RECEIPT: pgettext_lazy("button", "Record what the target said"),
    Verb.END_WITHDRAWN: pgettext_lazy("button", "Close as withdrawn"),
    Verb.ACCEPT: pgettext_lazy("button", "Accept the report"),
    Verb.REFUSE: pgettext_lazy("button", "Do not accept"),
    Verb.FILE: pgettext_lazy("button", "File the case"),
    Verb.ASK_VERIFICATION: pgettext_lazy("button", "Have it verified first"),
    Verb.VERIFY: pgettext_lazy("button", "Record the verification"),
    Verb.DISPATCH: pgettext_lazy("button", "Dispatch"),
    Verb.ACCEPT_TASK: pgettext_lazy("button", "Accept the task"),
    Verb.RETURN_TASK: pgettext_lazy("button", "Return the task"),
    Verb.HANDLE: pgettext_lazy("button", "Give feedback"),
    Verb.CHECK: pgettext_lazy("button", "Record the check"),
    Verb.CLOSE: pgettext_lazy("button", "Close the case"),
    Verb.JOIN: pgettext_lazy("button", "Join into another case"),
    Verb.SPLIT: pgettext_lazy("button", "Split off"),
    Verb.ALSO: pgettext_lazy("button", "Add a further demand"),
    Verb.ASSIGN: pgettext_lazy("button", "Assign inside the unit"),
    Verb.SIGN_OFF: pgettext_lazy("button", "Sign off"),
    Verb.SEND_BACK: pgettext_lazy("button", "Send back to the handler"),
    Verb.RAISE: pgettext_lazy("button", "Raise to the level above"),
    Verb.HAND_DOWN: pgettext_lazy("button", "Hand down to the town"),
    Verb.MOVE: pgettext_lazy("button", "Correct the place"),
    Verb.VOID: pgettext_lazy("button", "Void the case"),
    Verb.REOPEN: pgettext_lazy("button", "Reopen the case"),
    Verb.ARRIVE: pgettext_lazy("button", "On the spot, or contact made"),
    Verb.ASK_EXTENSION: pgettext_lazy("button", "Ask for an extension"),
    Verb.DECIDE_EXTENSION: pgettext_lazy("button", "Decide on the extension"),
    Verb.ASK_SUSPENSION: pgettext_lazy("button", "Ask for a suspension"),
    Verb.DECIDE_SUSPENSION: pgettext_lazy("button", "Decide on the suspension"),
    Verb.WITHDRAW_ASK: pgettext_lazy("button", "Withdraw the application"),
    Verb.RESUME: pgettext_lazy("button", "End the suspension"),
    Verb.SUPERVISE: pgettext_lazy("button", "Supervise"),
    Verb.ANSWER_SUPERVISION: pgettext_lazy("button", "Answer the supervision"),
    Verb.LIFT: pgettext_lazy("button", "Lift the supervision"),
}

# in the record
TOLD: dict[Told, Words] = {
    Told.CHASED: pgettext_lazy("record", "Chased by who reported it"),
    Told.SUPPLEMENTED: pgettext_lazy("record", "Added to by who reported it"),
    Told.SENDER_WITHDREW: pgettext_lazy("record", "Withdrawn by who reported it"),
    Told.TRANSFERRED: pgettext_lazy("record", "Transferred"),
    Told.RECEIPT: pgettext_lazy("record", "Said by the target"),
    Told.CALLED: pgettext_lazy("record", "Called"),
    Told.OPENED: pgettext_lazy("record", "Opened"),
    Told.JOINED: pgettext_lazy("record", "Another report joined"),
    Told.MERGED: pgettext_lazy("record", "Joined into another case"),
    Told.TOOK_IN: pgettext_lazy("record", "Another case joined"),
    Told.SPLIT_OFF: pgettext_lazy("record", "Split off"),
    Told.RESTORED: pgettext_lazy("record", "Goes on by itself again"),
    Told.ALSO: pgettext_lazy("record", "A further demand of its report"),
    Told.WITHDRAWN: pgettext_lazy("record", "Task withdrawn"),
    Told.GIVEN_BACK: pgettext_lazy("record", "Task given back to the unit"),
    Told.ACCEPTED: pgettext_lazy("record", "Accepted"),
    Told.REFUSED: pgettext_lazy("record", "Not accepted"),
    Told.FILED: pgettext_lazy("record", "Filed"),
    Told.VERIFICATION_ASKED: pgettext_lazy("record", "Sent to be verified"),
    Told.VERIFIED: pgettext_lazy("record", "Verified"),
    Told.DISPATCHED: pgettext_lazy("record", "Dispatched"),
    Told.TASK_ACCEPTED: pgettext_lazy("record", "Task accepted"),
    Told.TASK_RETURNED: pgettext_lazy("record", "Task returned"),
    Told.HANDLED: pgettext_lazy("record", "Feedback given"),
    Told.CHECKED: pgettext_lazy("record", "Checked"),
    Told.CLOSED: pgettext_lazy("record", "Closed"),
    Told.ASSIGNED: pgettext_lazy("record", "Assigned inside the unit"),
    Told.SUBMITTED: pgettext_lazy("record", "Handled, waiting for signature"),
    Told.SENT_BACK: pgettext_lazy("record", "Sent back by the reviewer"),
    Told.SETTLED: pgettext_lazy("record", "Settled at once by the grid worker"),
    Told.RAISED: pgettext_lazy("record", "Raised a level"),
    Told.HANDED_DOWN: pgettext_lazy("record", "Handed down to the town"),
    Told.MOVED: pgettext_lazy("record", "Place corrected"),
    Told.VOIDED: pgettext_lazy("record", "Voided"),
    Told.REOPENED: pgettext_lazy("record", "Reopened"),
    Told.WARNED: pgettext_lazy("record", "Four fifths of the time used"),
    Told.OVERDUE: pgettext_lazy("record", "Time used up"),
    Told.REBASED: pgettext_lazy("record", "Time limit computed anew"),
    Told.ARRIVED: pgettext_lazy("record", "On the spot, or contact made"),
    Told.EXTENSION_ASKED: pgettext_lazy("record", "Extension asked for"),
    Told.EXTENDED: pgettext_lazy("record", "Extension granted"),
    Told.EXTENSION_REFUSED: pgettext_lazy("record", "Extension refused"),
    Told.SUSPENSION_ASKED: pgettext_lazy("record", "Suspension asked for"),
    Told.SUSPENSION_ENDORSED: pgettext_lazy("record", "Suspension endorsed, the duty chief decides"),
    Told.SUSPENDED: pgettext_lazy("record", "Suspended"),
    Told.SUSPENSION_REFUSED: pgettext_lazy("record", "Suspension refused"),
    Told.ASK_WITHDRAWN: pgettext_lazy("record", "Application withdrawn"),
    Told.RESUMED: pgettext_lazy("record", "Suspension over, the time runs again"),
    Told.SUPERVISED: pgettext_lazy("record", "Under supervision"),
    Told.SUPERVISION_ANSWERED: pgettext_lazy("record", "Supervision answered"),
    Told.LIFTED: pgettext_lazy("record", "Supervision lifted"),
    Told.FILES_ERASED: pgettext_lazy("record", "Evidence deleted by rule"),
    Told.FORGET: pgettext_lazy("record", "Texts deleted by rule"),
}

WAIT_REASONS: dict[WaitReason, Words] = {
    WaitReason.LOW_CONFIDENCE: _("The machine is not sure what it is about"),
    WaitReason.OUTSIDE_CITY: _("The place lies outside the city"),
    WaitReason.PLACE_UNKNOWN: _("The place is not known finely enough"),
    WaitReason.PLACE_KIND_UNKNOWN: _("The kind of place or its owner is not known"),
    WaitReason.OWNER_UNDECIDED: _("Nobody knows whose it is, and the duty list names nobody to act first"),
    WaitReason.NO_DUTY_ROW: _("No row of the duty list fits"),
    WaitReason.TWO_DUTY_ROWS: _("More than one row of the duty list fits"),
    WaitReason.TARGET_IS_UNIT: _("The only responsible unit is the one complained of"),
    WaitReason.TARGET_UNKNOWN: _("It is not clear which unit is complained of"),
    WaitReason.UNIT_TAKES_NO_TASKS: _("The duty list names somebody to whom reports are only transferred"),
    WaitReason.NO_STANDARD: _("No standard gives a time limit"),
    WaitReason.VERIFY: _("To be verified before it is filed"),
    WaitReason.NOT_FOUND: _("Verified: nothing was found"),
    WaitReason.NOT_REACHED: _("Could not be verified: nobody could get there"),
}

FOUND: dict[Found, Words] = {
    Found.AS_REPORTED: pgettext_lazy("verification", "As reported"),
    Found.OTHERWISE: pgettext_lazy("verification", "Otherwise than reported"),
    Found.NOT_FOUND: pgettext_lazy("verification", "Nothing found"),
    Found.NOT_REACHED: pgettext_lazy("verification", "Could not get there"),
}

# what is missing, as the object of "... is needed"
NEEDS: dict[Need, Words] = {
    Need.BEFORE_PHOTO: _("a photo or video of the spot as it was found"),
    Need.AFTER_PHOTO: _("a photo or video of the spot after the work"),
    Need.PAPER: _("a paper that shows the result"),
    Need.CHECK_PHOTO: _("a photo or video taken at the check, on the spot"),
    Need.CALL_SAID: _("whom you reached and what he said, in words"),
    Need.CALL_TRIES: _("three calls in vain at different times"),
}

DESK_LEVELS: dict[DeskLevel, Words] = {
    DeskLevel.COMMUNITY: pgettext_lazy("desk", "Community"),
    DeskLevel.TOWN: pgettext_lazy("desk", "Town"),
    DeskLevel.CITY: pgettext_lazy("desk", "City"),
}

VOID_REASONS: dict[VoidReason, Words] = {
    VoidReason.TEST: pgettext_lazy("void", "A test"),
    VoidReason.MISTAKE: pgettext_lazy("void", "Entered by mistake"),
    VoidReason.HARASSMENT: pgettext_lazy("void", "Harassment or advertising"),
    VoidReason.NOT_THERE: pgettext_lazy("void", "Verified: it does not exist"),
    VoidReason.UNVERIFIABLE: pgettext_lazy("void", "Cannot be verified"),
}

REOPEN_REASONS: dict[ReopenReason, Words] = {
    ReopenReason.NOT_SOLVED: pgettext_lazy("reopen", "Not solved"),
    ReopenReason.CAME_BACK: pgettext_lazy("reopen", "The problem came back"),
    ReopenReason.FALSE_FEEDBACK: pgettext_lazy("reopen", "The feedback was not true"),
    ReopenReason.NEW_FACTS: pgettext_lazy("reopen", "There are new facts"),
}

BACK_TO: dict[BackTo, Words] = {
    BackTo.DISPATCH: pgettext_lazy("reopen", "To be dispatched anew"),
    BackTo.LEAD: pgettext_lazy("reopen", "To the unit that led last"),
}

RETURN_REASONS: dict[ReturnReason, Words] = {
    ReturnReason.NOT_OUR_DUTY: _("T1 Not this unit's duty"),
    ReturnReason.NOT_OUR_AREA: _("T2 Not this unit's area"),
    ReturnReason.UNCLEAR: _("T3 Address or request unclear"),
    ReturnReason.DUPLICATE: _("T4 The same as another case"),
    ReturnReason.LEGAL_WAY: _("T5 Already in a legal procedure"),
    ReturnReason.HIGHER_LEVEL: _("T6 Needs a higher authority"),
    ReturnReason.OTHER_FIRST: _("T7 Another unit must act first"),
}

CHECK_RESULTS: dict[CheckResult, Words] = {
    CheckResult.PASSED: pgettext_lazy("check", "Passed"),
    CheckResult.FAILED: pgettext_lazy("check", "Not passed: to be done again"),
    CheckResult.IMPOSSIBLE: pgettext_lazy("check", "Could not be checked"),
}

RESULTS: dict[Result, Words] = {
    Result.SOLVED: pgettext_lazy("outcome", "Solved"),
    Result.PARTLY: pgettext_lazy("outcome", "Partly solved"),
    Result.PLANNED: pgettext_lazy("outcome", "Planned"),
    Result.EXPLAINED: pgettext_lazy("outcome", "Explained: rules do not allow it"),
    Result.UNFOUNDED: pgettext_lazy("outcome", "Unfounded"),
    Result.CANNOT_VERIFY: pgettext_lazy("outcome", "Could not be verified"),
    Result.STATUTORY: pgettext_lazy("outcome", "Under a statutory procedure"),
    Result.WITHDRAWN: pgettext_lazy("outcome", "Withdrawn by the sender"),
    Result.UNREACHABLE: pgettext_lazy("outcome", "The sender cannot be reached"),
}

# what the sender of a report is told; the facts are said beside it
HAPPENED: dict[Happened, Words] = {
    Happened.RECEIVED: pgettext_lazy("told the sender", "Received"),
    Happened.DISPOSED: pgettext_lazy("told the sender", "Settled without a case"),
    Happened.OPENED: pgettext_lazy("told the sender", "Registered"),
    Happened.ACCEPTED: pgettext_lazy("told the sender", "Accepted"),
    Happened.NOT_ACCEPTED: pgettext_lazy("told the sender", "Not accepted"),
    Happened.SENT: pgettext_lazy("told the sender", "Sent to the unit in charge"),
    Happened.JOINED: pgettext_lazy("told the sender", "Joined with reports of the same thing"),
    Happened.SPLIT: pgettext_lazy("told the sender", "Goes on by itself"),
    Happened.EXTENDED: pgettext_lazy("told the sender", "Takes longer than promised"),
    Happened.DONE: pgettext_lazy("told the sender", "Dealt with; it is being checked"),
    Happened.CLOSED: pgettext_lazy("told the sender", "Closed"),
    Happened.VOIDED: pgettext_lazy("told the sender", "Ended without action"),
    Happened.REOPENED: pgettext_lazy("told the sender", "Taken up again"),
    Happened.PAUSED: pgettext_lazy("told the sender", "Waits for something that must come first"),
    Happened.RESUMED: pgettext_lazy("told the sender", "Goes on"),
    Happened.TRANSFERRED: pgettext_lazy("told the sender", "Transferred to whoever is in charge"),
    Happened.TRANSFER_RECEIVED: pgettext_lazy("told the sender", "Received there"),
    Happened.TRANSFER_REFUSED: pgettext_lazy("told the sender", "Not taken there; it comes back"),
    Happened.TRANSFER_ANSWERED: pgettext_lazy("told the sender", "Answered there"),
}

EVIDENCE_KINDS: dict[EvidenceKind, Words] = {
    EvidenceKind.BEFORE: pgettext_lazy("evidence", "Before"),
    EvidenceKind.AFTER: pgettext_lazy("evidence", "After"),
    EvidenceKind.PAPER: pgettext_lazy("evidence", "Document"),
}

LIGHTS: dict[Light, Words] = {
    Light.GREEN: pgettext_lazy("light", "In time"),
    Light.YELLOW: pgettext_lazy("light", "Due soon"),
    Light.RED: pgettext_lazy("light", "Overdue"),
}

CLOCK_KINDS: dict[ClockKind, Words] = {
    ClockKind.FINISH: pgettext_lazy("clock", "To finish"),
    ClockKind.ARRIVE: pgettext_lazy("clock", "To be on the spot or make contact"),
    ClockKind.ANSWER: pgettext_lazy("clock", "To answer the supervision"),
}

ASK_KINDS: dict[AskKind, Words] = {
    AskKind.EXTENSION: pgettext_lazy("application", "Extension"),
    AskKind.SUSPENSION: pgettext_lazy("application", "Suspension"),
}

ASK_STATES: dict[AskState, Words] = {
    AskState.ASKED: pgettext_lazy("application", "Waiting for a decision"),
    AskState.ENDORSED: pgettext_lazy("application", "Endorsed, waiting for the duty chief"),
    AskState.GRANTED: pgettext_lazy("application", "Granted"),
    AskState.REFUSED: pgettext_lazy("application", "Refused"),
    AskState.WITHDRAWN: pgettext_lazy("application", "Withdrawn"),
}

ARRIVALS: dict[Arrival, Words] = {
    Arrival.ON_SITE: pgettext_lazy("arrival", "On the spot"),
    Arrival.CONTACTED: pgettext_lazy("arrival", "Contact made with the sender"),
}

SUPERVISIONS: dict[Supervision, Words] = {
    Supervision.NONE: pgettext_lazy("supervision", "Not supervised"),
    Supervision.REMIND: pgettext_lazy("supervision", "Reminded"),
    Supervision.URGE: pgettext_lazy("supervision", "Urged"),
    Supervision.ORDER: pgettext_lazy("supervision", "Supervision order"),
    Supervision.LEADER: pgettext_lazy("supervision", "Supervised by a leader"),
}

CLOCK_EVENTS: dict[ClockEventKind, Words] = {
    ClockEventKind.REBASE: pgettext_lazy("clock", "Computed anew"),
    ClockEventKind.PAUSE: pgettext_lazy("clock", "Stands still"),
    ClockEventKind.CONTINUE: pgettext_lazy("clock", "Goes on as if it had not stopped"),
    ClockEventKind.EXTEND: pgettext_lazy("clock", "Extended"),
    ClockEventKind.STOP: pgettext_lazy("clock", "Stopped"),
    ClockEventKind.RESTART: pgettext_lazy("clock", "Begun anew"),
    ClockEventKind.RESUME: pgettext_lazy("clock", "Runs again"),
}

CAME: dict[Came, Words] = {
    Came.REPORTED: pgettext_lazy("how a report came", "Reported"),
    Came.CHASED: pgettext_lazy("how a report came", "Chases the case"),
    Came.SUPPLEMENTED: pgettext_lazy("how a report came", "Adds to the case"),
    Came.WITHDREW: pgettext_lazy("how a report came", "Withdraws"),
}
