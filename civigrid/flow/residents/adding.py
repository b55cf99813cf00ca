"""催办, 补充, 撤回, 没有解决: what a sender says of his own report later. Each is a report of its own, of the same sender.

Of a case that is open its desk and units are told at once. What has no open case waits for a person at the desk: a report
that is still to be understood, and a case whose sender says that it is not solved.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from civigrid.base import db
from civigrid.base.errors import Refused
from civigrid.cases import actions as cases
from civigrid.cases import queries as case_queries
from civigrid.cases.rules import Came, HeardCase, Hearing
from civigrid.directory.rules import MACHINE
from civigrid.flow import deciding, pipeline
from civigrid.flow.deciding import CAME
from civigrid.intake import actions as intake
from civigrid.intake import queries as reports_of
from civigrid.intake.rules import BECOMES, Choice, Disposed, DispositionKind, Missing, RawReport

# what a sender may do himself, and how it comes to his case
MAY_ADD: Mapping[str, Choice] = {
    "chase": Choice.CHASE,
    "supplement": Choice.SUPPLEMENT,
    "withdraw": Choice.WITHDRAW,
    "unsolved": Choice.WAIT,
}


def add(first_id: int, raw: RawReport, choice: Choice, *, number: str = "", now: datetime) -> DispositionKind:
    """`raw`: what he says, about his report `first_id`; `number`: which of its cases, "" where it has none. What became of
    it. A key that is known makes nothing new.

    Refused: no_such_slip; unknown_case for a case that is not his; case_over where only an open one can be chased or taken
    back; no_case where there is none yet.
    """
    return db.retrying(lambda: _added(first_id, raw, choice, number, now))


def _added(first_id: int, raw: RawReport, choice: Choice, number: str, now: datetime) -> DispositionKind:
    with db.system():
        if reports_of.slip_of(first_id) is None:
            raise Refused("no_such_slip")
        case = _case(first_id, number, choice)
        [outcome] = pipeline.receive([raw], now=now)
        if not outcome.ok:
            raise Refused(outcome.code, **outcome.facts)
        if outcome.code:
            return reports_of.disposed([outcome.made])[outcome.made].kind
        intake.say_with_slip(outcome.made, first_id)
        return _became(outcome.made, raw, choice, case, first_id, now)


def _case(first_id: int, number: str, choice: Choice) -> HeardCase | None:
    """The open case it is about, locked. None: it waits for a person."""
    if not number:
        if choice not in (Choice.SUPPLEMENT, Choice.WAIT):
            raise Refused("no_case")
        return None
    case = case_queries.hold_heard([number]).get(number)
    if case is None or first_id not in case.report_ids:
        raise Refused("unknown_case")
    if case.over and choice in (Choice.CHASE, Choice.WITHDRAW):
        raise Refused("case_over", number=case.number)
    return None if case.over or choice is Choice.WAIT else case


def _became(
    report_id: int, raw: RawReport, choice: Choice, case: HeardCase | None, first_id: int, now: datetime
) -> DispositionKind:
    if deciding.danger(
        raw.text
    ):  # whoever may be in danger waits for nobody: somebody is to call, beside a case of its own
        pipeline.process([report_id], now=now)
        return reports_of.disposed([report_id])[report_id].kind
    intake.finish([report_id])
    if case is None:
        became = Disposed(report_id, DispositionKind.WAITING, Missing.FINDING_OUT)
    else:
        came: Came = CAME[choice]
        cases.hear([Hearing(report_id, case, came, (first_id,))], actor=MACHINE, now=now)
        became = Disposed(report_id, BECOMES[choice], "", (case.number,))
    intake.dispose([became], now=now, actor=MACHINE)
    return became.kind
