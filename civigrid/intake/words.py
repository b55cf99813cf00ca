"""Labels and messages of this area, by enum member or code."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from civigrid.intake.rules import (
    Altered,
    Channel,
    Choice,
    DispositionKind,
    EraseReason,
    Invalid,
    Missing,
    NotAccepted,
    PendingState,
    Purpose,
    ReportKind,
    TransferState,
)

CHANNELS: dict[Channel, str | Promise] = {
    Channel.DESK: pgettext_lazy("channel", "Service desk"),
    Channel.PUBLIC: pgettext_lazy("channel", "Residents' page"),
    Channel.FIELD: pgettext_lazy("channel", "Field work"),
    Channel.UNIT: pgettext_lazy("channel", "Unit"),
    Channel.IMPORT: pgettext_lazy("channel", "Imported file"),
    Channel.API: pgettext_lazy("channel", "Connected system"),
    Channel.OPEN311: pgettext_lazy("channel", "Open311 app"),
    Channel.DEVICE: pgettext_lazy("channel", "Sensor"),
}

KINDS: dict[ReportKind, str | Promise] = {
    ReportKind.CONSULT: pgettext_lazy("kind of report", "Question"),
    ReportKind.HELP: pgettext_lazy("kind of report", "Request for help"),
    ReportKind.COMPLAINT: pgettext_lazy("kind of report", "Complaint"),
    ReportKind.TIPOFF: pgettext_lazy("kind of report", "Tip-off"),
    ReportKind.SUGGESTION: pgettext_lazy("kind of report", "Suggestion"),
    ReportKind.PRAISE: pgettext_lazy("kind of report", "Praise"),
    ReportKind.FIELD: pgettext_lazy("kind of report", "Field report"),
    ReportKind.OTHER: pgettext_lazy("kind of report", "Other"),
}

DISPOSITIONS: dict[DispositionKind, str | Promise] = {
    DispositionKind.ANSWERED: pgettext_lazy("disposition", "Answered at once"),
    DispositionKind.OPENED: pgettext_lazy("disposition", "Case opened"),
    DispositionKind.JOINED: pgettext_lazy("disposition", "Joined to a known case"),
    DispositionKind.CHASED: pgettext_lazy("disposition", "Case chased"),
    DispositionKind.SUPPLEMENTED: pgettext_lazy("disposition", "Added to a case"),
    DispositionKind.WITHDRAWN: pgettext_lazy("disposition", "Withdrawn"),
    DispositionKind.NOT_ACCEPTED: pgettext_lazy("disposition", "Not accepted"),
    DispositionKind.TRANSFERRED: pgettext_lazy("disposition", "Transferred"),
    DispositionKind.WAITING: pgettext_lazy("disposition", "Waiting for more"),
    DispositionKind.INVALID: pgettext_lazy("disposition", "Invalid"),
}

NOT_ACCEPTED: dict[NotAccepted, str | Promise] = {
    NotAccepted.LEGAL_WAY: _("It belongs to a court, arbitration, review, petition or discipline procedure."),
    NotAccepted.OTHER_CITY: _("It is not about this city."),
    NotAccepted.NOTHING_NEW: _("It has been closed, and nothing new is said."),
    NotAccepted.CONFIDENTIAL: _("It is about secrets or privacy, or offends public decency."),
    NotAccepted.UNVERIFIABLE: _("Nobody can be reached and nothing can be verified."),
    NotAccepted.PRIVATE_RIGHT: _("It is a private claim that mediation does not take."),
    NotAccepted.ADVERTISING: _("It is advertising or harassment."),
}

CHOICES: dict[Choice, str | Promise] = {
    Choice.PROCESS: pgettext_lazy("decision", "To be worked on"),
    Choice.ANSWER: pgettext_lazy("decision", "Answer at once"),
    Choice.CHASE: pgettext_lazy("decision", "Chases an own case"),
    Choice.SUPPLEMENT: pgettext_lazy("decision", "Adds to an own case"),
    Choice.WITHDRAW: pgettext_lazy("decision", "Withdraws an own case"),
    Choice.REFUSE: pgettext_lazy("decision", "Do not accept"),
    Choice.TRANSFER: pgettext_lazy("decision", "Transfer"),
    Choice.WAIT: pgettext_lazy("decision", "Wait for more"),
    Choice.INVALID: pgettext_lazy("decision", "Invalid"),
}

MISSING: dict[Missing, str | Promise] = {
    Missing.PLACE: pgettext_lazy("what is missing", "Where it is"),
    Missing.DEMAND: pgettext_lazy("what is missing", "What is wanted"),
    Missing.CONTACT: pgettext_lazy("what is missing", "How the sender can be reached"),
    Missing.PROOF: pgettext_lazy("what is missing", "Proof"),
    Missing.FINDING_OUT: pgettext_lazy("what is missing", "The desk finds out more first"),
    Missing.TARGET_REFUSED: pgettext_lazy("what is missing", "A decision: the target of the transfer refused it"),
}

INVALID: dict[Invalid, str | Promise] = {
    Invalid.HARASSMENT: pgettext_lazy("why invalid", "Harassment"),
    Invalid.ADVERTISING: pgettext_lazy("why invalid", "Advertising"),
    Invalid.SILENT: pgettext_lazy("why invalid", "Nobody spoke"),
    Invalid.TEST: pgettext_lazy("why invalid", "Test"),
    Invalid.MISTAKE: pgettext_lazy("why invalid", "Registered by mistake"),
}

TRANSFER_STATES: dict[TransferState, str | Promise] = {
    TransferState.ASKED: pgettext_lazy("transfer", "Call now"),
    TransferState.SENT: pgettext_lazy("transfer", "Sent"),
    TransferState.RECEIVED: pgettext_lazy("transfer", "Received"),
    TransferState.REFUSED: pgettext_lazy("transfer", "Refused"),
    TransferState.ANSWERED: pgettext_lazy("transfer", "Result told"),
}

PENDING: dict[PendingState, str | Promise] = {
    PendingState.READY: pgettext_lazy("pending report", "Waiting to be processed"),
    PendingState.PARKED: pgettext_lazy("pending report", "Parked after repeated errors"),
}

PURPOSES: dict[Purpose, str | Promise] = {
    Purpose.CALL_BACK: pgettext_lazy("purpose", "Call back after closing"),
    Purpose.ASK_MORE: pgettext_lazy("purpose", "Ask for what is missing"),
    Purpose.ANSWER: pgettext_lazy("purpose", "Give the answer"),
    Purpose.RESCUE: pgettext_lazy("purpose", "Help in danger"),
    Purpose.OWN_CASE: pgettext_lazy("purpose", "The caller asks for an own case"),
}

ERASED: dict[EraseReason, str | Promise] = {
    EraseReason.EXPIRED: pgettext_lazy("why erased", "Kept as long as the rules say"),
    EraseReason.REQUESTED: pgettext_lazy("why erased", "The sender asked for it"),
    EraseReason.UNLAWFUL: pgettext_lazy("why erased", "It should not have been stored"),
}

ALTERED: dict[Altered, str | Promise] = {
    Altered.WORDS: pgettext_lazy("altered report", "Its words are not those that were received"),
    Altered.FILES: pgettext_lazy("altered report", "Its files are not those that were received"),
    Altered.NO_LINE: pgettext_lazy("altered report", "The record does not know that it was received"),
    Altered.ERASED: pgettext_lazy("altered report", "It is blank, and the record does not say who erased it"),
}

REFUSALS: dict[str, str | Promise] = {
    "missing": _("Something that is needed is missing."),
    "unknown_code": _("The value “%(value)s” is not known."),
    "unstorable_text": _("The text has characters that cannot be stored."),
    "too_long": _("This is too long: at most %(longest)s characters."),
    "nothing_said": _("Please say what it is about."),
    "bad_point": _("The position is not a place on the earth."),
    "time_without_zone": _("The time has no time zone."),
    "absurd_time": _("The time is in the future or too long ago."),
    "unknown_file": _("The file is not there any more. Choose it again."),
    "too_many_files": _("At most %(most)s files may come with one report."),
    "key_reused": _("Another report has been stored under this number."),
    "reason_needed": _("A reason from the list is needed."),
    "number_needed": _("The number of the case is needed."),
    "words_needed": _("Write what the caller is told, or why."),
    "danger_goes_on": _(
        "Its words tell of danger: put the caller through first, then save it to be worked on. Nothing else may become of it."
    ),
    "chief_decides": _("Its words tell of danger. That there is none, only the duty chief may say."),
    "not_answered_at_once": _(
        "Only questions, suggestions and praise are answered at once. This is a demand: let it be worked on."
    ),
    "nothing_beside": _("Only what is worked on opens further cases or joins one."),
    "no_turn": _("What became of the report cannot turn into this any more."),
    "decided_already": _("What became of the report is decided already."),
    "erased": _("What was said has been deleted by rule."),
    "not_own_case": _(
        "The caller's number is with no report of this case. Register what he says, and join it by hand."
    ),
    "case_over": _("The case %(number)s is over. Reopen it, or register a new report."),
    "takes_no_transfers": _("Reports are not transferred to this unit: dispatch a case to it."),
    "target_is_unit": _("The report complains of this unit or its line. Choose another unit."),
    "unknown_case": _("There is no such case, or it is not yours to see."),
    "no_such_transfer": _("There is no such transfer."),
    "no_such_turn": _("The transfer has come farther already."),
    "case_has_it": _("The receipt is given on the page of the case %(number)s."),
    "not_a_number": _("This is no telephone number of one person: it is too short, or all its digits are the same."),
    "purpose_needed": _("A purpose from the list is needed."),
    "out_of_scope": _("This lies outside your post's area."),
    "not_your_role": _("Your post does not allow this."),
    "no_such_slip": _("Number and query code do not belong together. Look at both once more."),
    "no_case": _("There is no case yet. You can add something; the desk reads it."),
    "no_contact": _("There is no contact, or it has been deleted."),
    "not_pending": _("The report is not waiting to be processed."),
    "not_parked": _("The report is not parked."),
    "no_such_report": _("There is no such report."),
    "nothing_to_erase": _("There is nothing to erase."),
    # of files and their maps
    "bad_map": _("The map %(path)s is wrong at “%(key)s”: %(problem)s"),
    "no_column": _("The file has no column “%(column)s”. It has: %(found)s"),
    "no_sheet": _("The file has no sheet “%(sheet)s”. It has: %(found)s"),
    "empty_file": _("%(path)s has no header row."),
    "wrong_encoding": _("Line %(line)s is not in the encoding %(encoding)s. Name the right one in the map."),
    "broken_csv": _("The file is broken at line %(line)s: %(problem)s"),
    "broken_file": _("The file cannot be read: %(problem)s"),
    "bad_value": _("The value “%(value)s” cannot be read in this column."),
    "too_few_cells": _("The row has fewer cells than the header."),
    "too_many_cells": _("The row has more cells than the header."),
}
