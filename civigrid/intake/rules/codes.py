"""The codes of the area and its numbers. Values only."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from civigrid.catalog.rules import Urgency as Urgency
from civigrid.places.rules import Crs


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


class Choice(StrEnum):
    """What a person at the desk decides about a report. Each but the first is a disposition of its own."""

    PROCESS = "process"  # 派单: the machine's way, to a case of its own or to the one it is known in
    ANSWER = "answer"  # 直接答复
    CHASE = "chase"  # 催办
    SUPPLEMENT = "supplement"  # 补充
    WITHDRAW = "withdraw"  # 撤诉
    REFUSE = "refuse"  # 不予受理
    TRANSFER = "transfer"  # 转出
    WAIT = "wait"  # 待补充
    INVALID = "invalid"  # 无效


class Missing(StrEnum):
    """待补充, 待核: what a report waits for."""

    PLACE = "place"
    DEMAND = "demand"  # what the sender wants is not clear
    CONTACT = "contact"
    PROOF = "proof"
    FINDING_OUT = "finding_out"  # somebody at the desk looks into it first
    TARGET_REFUSED = "target_refused"  # 退回: it was transferred, and came back


class Invalid(StrEnum):
    """无效: there is no demand in it."""

    HARASSMENT = "harassment"  # 骚扰
    ADVERTISING = "advertising"  # 广告
    SILENT = "silent"  # 静音
    TEST = "test"  # 测试
    MISTAKE = "mistake"  # 误录


class TransferState(StrEnum):
    """How far a transfer 转出 has come."""

    ASKED = "asked"  # 先转后录: somebody must call now
    SENT = "sent"  # 已转出
    RECEIVED = "received"  # 已接收
    REFUSED = "refused"  # 已退回
    ANSWERED = "answered"  # 已反馈: the target told its result


class PendingState(StrEnum):
    READY = "ready"
    PARKED = "parked"


class Purpose(StrEnum):
    """Why somebody unmasks a contact."""

    CALL_BACK = "call_back"
    ASK_MORE = "ask_more"
    ANSWER = "answer"
    RESCUE = "rescue"
    OWN_CASE = "own_case"  # the caller asks for what he reported before


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


RECEIPTS = frozenset({TransferState.RECEIVED, TransferState.REFUSED, TransferState.ANSWERED})  # what a target says
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
LONGEST_WORDS = 4_000  # characters of an answer or a reason
LEAST_DIGITS = 7  # of a telephone number: fewer are a short number of a service, which is nobody's own
MOST_OWN = 50  # reports of one caller that are shown
CALL_WITHIN = timedelta(hours=6)  # what happened longer ago is not called about any more
LONGEST_CONTACT = {"phone": 40, "name": 100, "email": 254, "on_behalf": 100}
LARGEST_EXTRA = 20_000  # characters of JSON
MOST_FILES = 20  # that come with one report
LONGEST_FILE_NAME = 200
LEAST_EXACT = 1_000_000.0  # metres of accuracy beyond which a position says nothing
# in which coordinates a position may be given; "": EPSG:4326
COORDINATES = frozenset({"", *Crs})
EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
CLOCKS_DIFFER = timedelta(days=1)  # how far in the future a sender's clock may be
LANGUAGES = frozenset({"zh-hans", "en"})
# what may stand in the record: a code, never a sentence
CODE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,39}")
