"""The codes of the area and its numbers. Values only."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from civigrid.catalog.rules import Urgency as Urgency


class Channel(StrEnum):
    """The door a report came through; with the sender's key it names the report. `source` says whose it is."""

    DESK = "desk"  # typed by an intake officer
    PUBLIC = "public"  # 随手拍, the resident's own page
    FIELD = "field"  # grid workers and inspectors
    UNIT = "unit"  # a department or a town
    IMPORT = "import"  # a file
    API = "api"
    OPEN311 = "open311"
    DEVICE = "device"


class ReportKind(StrEnum):
    """诉求性质; what machines and grid workers send is a field report 上报."""

    CONSULT = "consult"
    HELP = "help"
    COMPLAINT = "complaint"
    TIPOFF = "tipoff"
    SUGGESTION = "suggestion"
    PRAISE = "praise"
    FIELD = "field"
    OTHER = "other"


class DispositionKind(StrEnum):
    """去向: what became of a report."""

    ANSWERED = "answered"
    OPENED = "opened"
    JOINED = "joined"
    CHASED = "chased"
    SUPPLEMENTED = "supplemented"
    WITHDRAWN = "withdrawn"
    NOT_ACCEPTED = "not_accepted"
    TRANSFERRED = "transferred"
    WAITING = "waiting"
    INVALID = "invalid"


class NotAccepted(StrEnum):
    """Why a report is not accepted 不予受理; the caller is told."""

    LEGAL_WAY = "N1"  # a court, arbitration, review, petition or discipline has it
    OTHER_CITY = "N2"
    NOTHING_NEW = "N3"  # closed before, nothing new said
    CONFIDENTIAL = "N4"  # secrecy, privacy, public decency
    UNVERIFIABLE = "N5"  # nobody to ask and nothing to check
    PRIVATE_RIGHT = "N6"  # civil rights that mediation does not take
    ADVERTISING = "N7"


class PendingState(StrEnum):
    READY = "ready"
    PARKED = "parked"


class Purpose(StrEnum):
    """Why somebody unmasks a contact."""

    CALL_BACK = "call_back"
    ASK_MORE = "ask_more"
    ANSWER = "answer"
    RESCUE = "rescue"


class EraseReason(StrEnum):
    EXPIRED = "expired"
    REQUESTED = "requested"
    UNLAWFUL = "unlawful"  # it should never have been stored


class Altered(StrEnum):
    """What is wrong with a stored report, held against the record."""

    WORDS = "words"  # they are not those that were received
    FILES = "files"  # the same of what came with them
    NO_LINE = "no-line"  # the record does not know that it was received
    ERASED = "erased"  # it is blank, and the record does not say who erased it


ATTEMPTS = 3  # a report that fails so often is parked
TRIED_AGAIN_AFTER = timedelta(seconds=30)  # times the number of attempts so far
CONTACT_KEPT = timedelta(days=365)  # how long a way to answer is kept
LONGEST = {
    "key": 200,
    "source": 40,
    "title": 200,
    "text": 20_000,
    "place_text": 500,
    "target_text": 200,
    "matter_code": 100,
    "region_code": 15,
}
LONGEST_CONTACT = {"phone": 40, "name": 100, "email": 254}
LARGEST_EXTRA = 20_000  # characters of JSON
MOST_FILES = 20  # that come with one report
LONGEST_FILE_NAME = 200
LEAST_EXACT = 1_000_000.0  # metres of accuracy beyond which a position says nothing
# in which coordinates a position may be given; "": EPSG:4326
COORDINATES = frozenset({"", "EPSG:4326", "EPSG:4490", "GCJ-02", "BD-09"})
EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
CLOCKS_DIFFER = timedelta(days=1)  # how far in the future a sender's clock may be
LANGUAGES = frozenset({"zh-hans", "en"})
# what may stand in the record: a code, never a sentence
CODE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,39}")
