"""Labels and messages of this area, by enum member or code."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from civigrid.cases.rules import (
    CheckResult,
    ClockEventKind,
    EvidenceKind,
    Light,
    Result,
    ReturnReason,
    Side,
    Stage,
    TaskKind,
    TaskState,
    Told,
    Verb,
    WaitReason,
)
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

SIDES: dict[Side, Words] = {
    Side.NOT_ACCEPTED: pgettext_lazy("case", "Not accepted"),
    Side.RETURNED: pgettext_lazy("case", "Returned by the unit"),
    Side.REWORKED: pgettext_lazy("case", "Sent back after the check"),
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
    TaskState.HANDLED: pgettext_lazy("task", "Feedback given"),
}

# on buttons
VERBS: dict[Verb, Words] = {
    Verb.ACCEPT: pgettext_lazy("button", "Accept the report"),
    Verb.REFUSE: pgettext_lazy("button", "Do not accept"),
    Verb.FILE: pgettext_lazy("button", "File the case"),
    Verb.DISPATCH: pgettext_lazy("button", "Dispatch"),
    Verb.ACCEPT_TASK: pgettext_lazy("button", "Accept the task"),
    Verb.RETURN_TASK: pgettext_lazy("button", "Return the task"),
    Verb.HANDLE: pgettext_lazy("button", "Give feedback"),
    Verb.CHECK: pgettext_lazy("button", "Record the check"),
    Verb.CLOSE: pgettext_lazy("button", "Close the case"),
}

# in the record
TOLD: dict[Told, Words] = {
    Told.OPENED: pgettext_lazy("record", "Opened"),
    Told.JOINED: pgettext_lazy("record", "Another report joined"),
    Told.ACCEPTED: pgettext_lazy("record", "Accepted"),
    Told.REFUSED: pgettext_lazy("record", "Not accepted"),
    Told.FILED: pgettext_lazy("record", "Filed"),
    Told.DISPATCHED: pgettext_lazy("record", "Dispatched"),
    Told.TASK_ACCEPTED: pgettext_lazy("record", "Task accepted"),
    Told.TASK_RETURNED: pgettext_lazy("record", "Task returned"),
    Told.HANDLED: pgettext_lazy("record", "Feedback given"),
    Told.CHECKED: pgettext_lazy("record", "Checked"),
    Told.CLOSED: pgettext_lazy("record", "Closed"),
    Told.WARNED: pgettext_lazy("record", "Four fifths of the time used"),
    Told.OVERDUE: pgettext_lazy("record", "Time used up"),
    Told.REBASED: pgettext_lazy("record", "Time limit computed anew"),
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

CLOCK_EVENTS: dict[ClockEventKind, Words] = {
    ClockEventKind.REBASE: pgettext_lazy("clock", "Computed anew"),
    ClockEventKind.STOP: pgettext_lazy("clock", "Stopped"),
}

REFUSALS: dict[str, Words] = {
    "unknown_case": _("There is no such case, or it is not yours to see."),
    "unknown_task": _("There is no such task in this case."),
    "not_your_role": _("Your post does not do this. Ask the colleague whose step it is."),
    "wrong_stage": _("The case is at another stage now. Reload the page and see what is to be done."),
    "not_your_task": _("The task belongs to another unit."),
    "wrong_task_state": _("The task is in another state now. Reload the page and see what is to be done."),
    "you_handled": _("Whoever handles a case neither checks nor closes it. Leave this to a colleague of another unit."),
    "your_unit_handled": _("Your unit has handled this case: somebody of another unit checks and closes it."),
    "your_community_handled": _("Your community has handled this case: somebody from elsewhere checks and closes it."),
    "words_needed": _("Say why, in words."),
    "too_long": _("The text is too long: at most %(longest)s characters are taken."),
    "unknown_code": _("There is no code %(value)s here. Choose one from the list."),
    "unknown_matter": _("The matter is not in the list of the day."),
    "unknown_unit": _("There is no such unit today."),
    "unit_takes_no_tasks": _("This unit is not dispatched to: the report is transferred to it."),
    "target_is_unit": _("A report of this case complains of this unit or its line. Choose another unit."),
    "unknown_duty_row": _("The row is not in the duty list of the day."),
    "other_duty_row": _(
        "The duty row belongs to another matter or another unit. Choose it again, or dispatch by hand."
    ),
    "no_standard": _(
        "The matter has no standard that gives a time limit. Add one to the list, or choose another matter."
    ),
    "other_matters_standard": _("The standard belongs to another matter."),
    "no_calendar": _("The city pack has no work calendar: load one, then try again."),
    "unknown_file": _("The file did not arrive. Send it again."),
    "no_open_case": _("The case was closed meanwhile."),
    "bad_cursor": _("This place in the list does not exist. Start at the first page."),
    "stale": _("Somebody else changed the case meanwhile. Look at it again, then decide."),
}
