"""The codes of this area: every one has words in both languages in `words.py`."""

from __future__ import annotations

from enum import IntEnum, StrEnum


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
    SELF_SETTLED = "self_settled"  # 自行处置: the grid worker who found it put it right at once
    RAISED = "raised"  # 上报: from a lower level
    VOID = "void"  # 作废
    REOPENED = "reopened"  # 重开
    JOINED = "joined"  # 并入: it goes on in another case
    TRANSFERRED = "transferred"  # 转出: it is another body's
    SUSPENDED = "suspended"  # 挂账: its clocks stand still until a date


class Came(StrEnum):
    """How a report came to its case: by itself, or because its sender has one already."""

    REPORTED = ""
    CHASED = "chased"  # 催办
    SUPPLEMENTED = "supplemented"  # 补充
    WITHDREW = "withdrew"  # 撤诉


class TaskKind(StrEnum):
    LEAD = "lead"  # 主办
    SUPPORT = "support"  # 协办


class TaskState(StrEnum):
    OFFERED = "offered"  # 待接单
    ACCEPTED = "accepted"  # 在办
    RETURNED = "returned"  # 已退回
    SUBMITTED = "submitted"  # 待审签: handled, and the unit's reviewer has not signed yet
    HANDLED = "handled"  # 已反馈
    CANCELLED = "cancelled"  # 已撤销: the case ended before the task did


OPEN = frozenset({TaskState.OFFERED, TaskState.ACCEPTED, TaskState.SUBMITTED})


class Verb(StrEnum):
    """What a person may do to a case."""

    ACCEPT = "accept"
    REFUSE = "refuse_acceptance"
    FILE = "file"
    ASK_VERIFICATION = "ask_verification"
    VERIFY = "verify"
    DISPATCH = "dispatch"
    ACCEPT_TASK = "accept_task"
    HANDLE = "handle"
    ASSIGN = "assign"
    SIGN_OFF = "sign_off"
    SEND_BACK = "send_back"
    RETURN_TASK = "return_task"
    CHECK = "check"
    CLOSE = "close"
    RAISE = "raise_case"
    HAND_DOWN = "hand_down"
    MOVE = "move"
    VOID = "void"
    REOPEN = "reopen"
    JOIN = "join"
    SPLIT = "split"
    ALSO = "also"
    TRANSFER = "transfer"
    RECEIPT = "receipt"
    END_WITHDRAWN = "end_withdrawn"
    ARRIVE = "arrive"
    ASK_EXTENSION = "ask_extension"
    DECIDE_EXTENSION = "decide_extension"
    ASK_SUSPENSION = "ask_suspension"
    DECIDE_SUSPENSION = "decide_suspension"
    WITHDRAW_ASK = "withdraw_ask"
    RESUME = "resume"
    SUPERVISE = "supervise"
    ANSWER_SUPERVISION = "answer_supervision"
    LIFT = "lift"


class Told(StrEnum):
    """The verbs of a case's record."""

    OPENED = "opened"
    JOINED = "joined"
    MERGED = "merged"  # into another case, and ended there
    TOOK_IN = "took_in"  # another case, with its reports
    SPLIT_OFF = "split_off"  # reports left it
    RESTORED = "restored"  # split off again, it goes on where it stood
    ALSO = "also"  # its report asks for more: a further case
    WITHDRAWN = "withdrawn"  # a unit's task
    GIVEN_BACK = "given_back"  # the same task, to the same unit
    ACCEPTED = "accepted"
    REFUSED = "refused"
    FILED = "filed"
    VERIFICATION_ASKED = "verification_asked"
    VERIFIED = "verified"
    DISPATCHED = "dispatched"
    TASK_ACCEPTED = "task_accepted"
    TASK_RETURNED = "task_returned"
    ASSIGNED = "assigned"
    SUBMITTED = "submitted"
    SENT_BACK = "sent_back"
    HANDLED = "handled"  # by a unit with a reviewer: signed off
    CHECKED = "checked"
    CLOSED = "closed"
    SETTLED = "settled"
    RAISED = "raised"
    HANDED_DOWN = "handed_down"
    MOVED = "moved"  # to another place
    VOIDED = "voided"
    REOPENED = "reopened"
    CHASED = "chased"  # 催办, by who reported it
    SUPPLEMENTED = "supplemented"  # 补充
    SENDER_WITHDREW = "sender_withdrew"  # 撤诉
    TRANSFERRED = "transferred"
    RECEIPT = "receipt"  # what the target of a transfer, or whoever was called, said
    CALLED = "called"  # 先转后录
    WARNED = "warned"
    OVERDUE = "overdue"
    REBASED = "rebased"
    ARRIVED = "arrived"
    EXTENSION_ASKED = "extension_asked"
    EXTENDED = "extended"
    EXTENSION_REFUSED = "extension_refused"
    SUSPENSION_ASKED = "suspension_asked"
    SUSPENSION_ENDORSED = "suspension_endorsed"
    SUSPENDED = "suspended"
    SUSPENSION_REFUSED = "suspension_refused"
    ASK_WITHDRAWN = "ask_withdrawn"
    RESUMED = "resumed"
    SUPERVISED = "supervised"
    SUPERVISION_ANSWERED = "supervision_answered"
    LIFTED = "lifted"
    FILES_ERASED = "files_erased"  # evidence let go by rule
    FORGET = "forget"  # the ledger's own word: texts were deleted by rule


class WaitReason(StrEnum):
    """Why a person must look at a case before it goes on. `Case.waits_for` is one of these or "".

    The last four come of a case itself; all others but LOW_CONFIDENCE and OUTSIDE_CITY are reasons for which `route`
    names no unit.
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
    VERIFY = "verify"  # 待核实: somebody looks before it is filed
    NOT_FOUND = "not_found"  # looked for, and not there
    NOT_REACHED = "not_reached"  # nobody could get there


UNVERIFIED = frozenset({WaitReason.VERIFY, WaitReason.NOT_FOUND, WaitReason.NOT_REACHED})

# what filing does not settle: the dispatcher still sees why the machine named no unit
UNTIL_DISPATCH = frozenset(WaitReason) - UNVERIFIED - {
    WaitReason.LOW_CONFIDENCE, WaitReason.OUTSIDE_CITY, WaitReason.NO_STANDARD
}  # fmt: skip


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


class ClockKind(StrEnum):
    """What a clock counts towards. One of each kind for a case and for a task."""

    FINISH = "finish"  # 办结
    ARRIVE = "arrive"  # 到场, 先行联系
    ANSWER = "answer"  # 督办答复


class ClockEventKind(StrEnum):
    """What befell a clock after its start, which stands on the clock itself."""

    REBASE = "rebase"  # another limit or another calendar
    PAUSE = "pause"  # it stands still until a moment
    RESUME = "resume"  # it runs again, and what was between does not count
    CONTINUE = "continue"  # as if it had never been stopped: what was between counts
    EXTEND = "extend"  # the limit is longer
    RESTART = "restart"  # the promise is given anew: the case was reopened
    STOP = "stop"


class AskKind(StrEnum):
    """What a unit or the desk applies for."""

    EXTENSION = "extension"  # 延期
    SUSPENSION = "suspension"  # 挂账


class AskState(StrEnum):
    ASKED = "asked"  # 待审批
    ENDORSED = "endorsed"  # 一审通过: a second person decides
    GRANTED = "granted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


PENDING = frozenset({AskState.ASKED, AskState.ENDORSED})


class Arrival(StrEnum):
    """到场 or 先行联系."""

    ON_SITE = "on_site"
    CONTACTED = "contacted"


class Supervision(IntEnum):
    """督办: the rungs of a case's ladder."""

    NONE = 0
    REMIND = 1  # 提醒
    URGE = 2  # 催办
    ORDER = 3  # 督办单: to be answered
    LEADER = 4  # 领导批示督办: to be answered
