"""The codes of this area: every one has words in both languages in `words.py`."""

from __future__ import annotations

from enum import StrEnum


class Stage(StrEnum):
    """A case's stage is the step that is waited for, in the order of the stage bar. `EVALUATE` is a closed case."""

    COLLECT = "collect"  # 信息收集: over when there is a case
    ACCEPT = "accept"  # 受理
    FILE = "file"  # 立案
    DISPATCH = "dispatch"  # 派遣
    HANDLE = "handle"  # 处置
    FEEDBACK = "feedback"  # 反馈: what handling ends with
    CHECK = "check"  # 核查
    CLOSE = "close"  # 结案
    EVALUATE = "evaluate"  # 评价


class Side(StrEnum):
    """What is out of the ordinary about a case."""

    NONE = ""
    NOT_ACCEPTED = "not_accepted"  # 不予受理
    RETURNED = "returned"  # 已退单: the lead unit gave it back
    REWORKED = "reworked"  # 返工: a check failed


class TaskKind(StrEnum):
    LEAD = "lead"  # 主办
    SUPPORT = "support"  # 协办


class TaskState(StrEnum):
    OFFERED = "offered"  # 待接单
    ACCEPTED = "accepted"  # 在办
    RETURNED = "returned"  # 已退回
    HANDLED = "handled"  # 已反馈


OPEN = frozenset({TaskState.OFFERED, TaskState.ACCEPTED})


class Verb(StrEnum):
    """What a person may do to a case."""

    ACCEPT = "accept"
    REFUSE = "refuse_acceptance"
    FILE = "file"
    DISPATCH = "dispatch"
    ACCEPT_TASK = "accept_task"
    RETURN_TASK = "return_task"
    HANDLE = "handle"
    CHECK = "check"
    CLOSE = "close"


class Told(StrEnum):
    """The verbs of a case's record."""

    OPENED = "opened"
    JOINED = "joined"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    FILED = "filed"
    DISPATCHED = "dispatched"
    TASK_ACCEPTED = "task_accepted"
    TASK_RETURNED = "task_returned"
    HANDLED = "handled"
    CHECKED = "checked"
    CLOSED = "closed"
    WARNED = "warned"
    OVERDUE = "overdue"
    REBASED = "rebased"
    FILES_ERASED = "files_erased"  # evidence let go by rule
    FORGET = "forget"  # the ledger's own word: texts were deleted by rule


class WaitReason(StrEnum):
    """Why a person must look at a case before it goes on. `Case.waits_for` is one of these or "".

    All but the last two are the reasons for which `route` names no unit.
    """

    LOW_CONFIDENCE = "low_confidence"
    OUTSIDE_CITY = "outside_city"
    PLACE_UNKNOWN = "place_unknown"
    PLACE_KIND_UNKNOWN = "place_kind_unknown"
    OWNER_UNDECIDED = "owner_undecided"
    NO_DUTY_ROW = "no_duty_row"
    TWO_DUTY_ROWS = "two_duty_rows"
    TARGET_IS_UNIT = "target_is_unit"  # the only unit whose duty it is, is the one complained of
    TARGET_UNKNOWN = "target_unknown"  # who is complained of may be that unit
    UNIT_TAKES_NO_TASKS = "unit_takes_no_tasks"  # the duty list names somebody whom reports are transferred to
    NO_STANDARD = "no_standard"


# what filing does not settle: the dispatcher still sees why the machine named no unit
UNTIL_DISPATCH = frozenset(WaitReason) - {WaitReason.LOW_CONFIDENCE, WaitReason.OUTSIDE_CITY, WaitReason.NO_STANDARD}


class ReturnReason(StrEnum):
    """退单理由."""

    NOT_OUR_DUTY = "T1"
    NOT_OUR_AREA = "T2"
    UNCLEAR = "T3"
    DUPLICATE = "T4"
    LEGAL_WAY = "T5"
    HIGHER_LEVEL = "T6"
    OTHER_FIRST = "T7"


class CheckResult(StrEnum):
    """核查结果. What cannot be checked goes on to the duty chief, who sees it."""

    PASSED = "passed"
    FAILED = "failed"
    IMPOSSIBLE = "impossible"


class Result(StrEnum):
    """办理结果: what handling came to, and the outcome a case is closed with."""

    SOLVED = "solved"
    PARTLY = "partly"
    PLANNED = "planned"
    EXPLAINED = "explained"
    UNFOUNDED = "unfounded"
    CANNOT_VERIFY = "cannot_verify"
    STATUTORY = "statutory"
    WITHDRAWN = "withdrawn"
    UNREACHABLE = "unreachable"


class EvidenceKind(StrEnum):
    BEFORE = "before"  # 处置前
    AFTER = "after"  # 处置后
    PAPER = "paper"  # 材料


class Light(StrEnum):
    """Green to 80 % of the working time, yellow to 100 %, red after."""

    GREEN = "green"
    YELLOW = "yellow"
    RED = "red"


class ClockEventKind(StrEnum):
    """What befell a clock after its start, which stands on the clock itself."""

    REBASE = "rebase"  # another limit or another calendar
    STOP = "stop"
