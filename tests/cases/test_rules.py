"""Who may do what to a case, when: tables, no database."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import product

import pytest

from civigrid.base.errors import Refused
from civigrid.base.permissions import EVERYWHERE, NOWHERE, Scope
from civigrid.cases.rules import (
    CaseFacts,
    CheckResult,
    DeskLevel,
    Light,
    NewCase,
    Side,
    Stage,
    TaskFacts,
    TaskKind,
    TaskState,
    Verb,
    WaitReason,
    after_accept,
    after_check,
    after_task,
    allowed,
    bar,
    ended_at,
    light,
    may,
    next_look,
    number,
    one_of,
    opens_at,
    own_tasks,
    still_waits,
    words,
)
from civigrid.catalog.rules import Carry, Family
from civigrid.directory.rules import MACHINE, Actor, Role
from civigrid.route.rules import SURE, Reason

COMMUNITY = "990181002001"
ROADS, CREW, CENTRE, PARKS = 10, 11, 1, 20
CASE = CaseFacts(1, "YT1", 1, Family.CITY, Stage.HANDLE, COMMUNITY, (ROADS,))
OFFERED = TaskFacts(5, ROADS, TaskKind.LEAD, TaskState.OFFERED, frozenset({ROADS, CREW}))
ACCEPTED = replace(OFFERED, state=TaskState.ACCEPTED)
SUBMITTED = replace(OFFERED, state=TaskState.SUBMITTED)
CANCELLED = replace(OFFERED, state=TaskState.CANCELLED)
HANDLED = replace(OFFERED, state=TaskState.HANDLED)
RETURNED = replace(OFFERED, state=TaskState.RETURNED)
SUPPORT = replace(OFFERED, id=6, kind=TaskKind.SUPPORT)
T = datetime(2026, 11, 23, 1, tzinfo=UTC)

# the standard's table (GB/T 30428.8, CJJ/T 106), written down a second time: post -> what it does at which stage
BEFORE = (Stage.ACCEPT, Stage.FILE, Stage.DISPATCH)
ACCEPTING = {(Stage.ACCEPT, "accept")} | {
    (stage, verb) for stage in BEFORE[:2] for verb in ("refuse_acceptance", "ask_verification")
}
DOWN = {(stage, "hand_down") for stage in BEFORE}
DUTIES = {
    Role.INTAKE: ACCEPTING,
    Role.DUTY_CHIEF: ACCEPTING
    | DOWN
    | {(Stage.FILE, "file"), (Stage.CLOSE, "close"), (Stage.EVALUATE, "reopen")}
    | {(stage, "void") for stage in BEFORE},  # at work too, and then nobody of a unit that has it
    Role.DISPATCHER: {(Stage.DISPATCH, "dispatch")} | DOWN,
    Role.GRID_CHIEF: ACCEPTING | {(Stage.FILE, "file"), (Stage.DISPATCH, "dispatch"), (Stage.CLOSE, "close")},
    Role.LIAISON: {(Stage.HANDLE, "accept_task"), (Stage.HANDLE, "return_task")},
    Role.HANDLER: {(Stage.HANDLE, "accept_task"), (Stage.HANDLE, "return_task")},
    Role.REVIEWER: {(Stage.HANDLE, "accept_task"), (Stage.HANDLE, "return_task")},
    Role.INSPECTOR: {(Stage.CHECK, "check")},
    Role.CALLER: {(Stage.CHECK, "check"), (Stage.EVALUATE, "reopen")},
    Role.GRID_WORKER: {(Stage.CHECK, "check")},
}

ON_THE_WAY = {verb for duties in DUTIES.values() for _, verb in duties} | {"handle", "assign", "sign_off", "send_back"}


def actor(role: Role | None, *, unit: int = CENTRE, account: int = 100, scope: Scope = EVERYWHERE) -> Actor:
    units = (ROADS, CREW) if unit == ROADS else (unit,)
    return Actor(account, 1, unit, role, scope, unit_ids=units)


def code(verb: Verb, who: Actor, case: CaseFacts, task: TaskFacts | None = None) -> str:
    try:
        may(verb, who, case, task)
    except Refused as no:
        return no.code
    return ""


@pytest.mark.parametrize("role", Role)
def test_every_post_does_its_own_step_and_no_other(role: Role) -> None:
    """With an offered task of the actor's unit at hand; every stage and every verb."""
    done = set()
    for stage in Stage:
        unit = ROADS if stage is Stage.HANDLE else CENTRE
        tasks = (OFFERED,) if stage is Stage.HANDLE else ()
        who = actor(role, unit=unit)
        done |= {(stage, verb.value) for verb in allowed(who, replace(CASE, stage=stage, tasks=tasks))}
    assert {(stage, verb) for stage, verb in done if verb in ON_THE_WAY} == DUTIES.get(role, set())


def test_the_machine_goes_no_farther_than_dispatch() -> None:
    done = {(stage, verb) for stage in Stage for verb in allowed(MACHINE, replace(CASE, stage=stage, tasks=(OFFERED,)))}
    assert done == {(Stage.ACCEPT, Verb.ACCEPT), (Stage.FILE, Verb.FILE), (Stage.DISPATCH, Verb.DISPATCH)}


@pytest.mark.parametrize(("verb", "scope"), list(product(Verb, [NOWHERE, Scope(("990182",)), Scope(units=(PARKS,))])))
def test_an_outsider_learns_nothing(verb: Verb, scope: Scope) -> None:
    """The same answer whatever the stage, the role and the case: it might as well not exist."""
    for stage, role in product(Stage, (*Role, None)):
        who = replace(actor(role), scope=scope)
        assert code(verb, who, replace(CASE, stage=stage), OFFERED) == "unknown_case"


@pytest.mark.parametrize(
    ("task", "verbs"),
    [
        (OFFERED, [Verb.ACCEPT_TASK, Verb.RETURN_TASK]),
        (ACCEPTED, [Verb.HANDLE, Verb.RETURN_TASK]),
        (SUBMITTED, []),
        (CANCELLED, []),
        (RETURNED, []),
        (HANDLED, []),
    ],
)
def test_a_unit_works_on_its_own_task_in_its_order(task: TaskFacts, verbs: list[Verb]) -> None:
    case = replace(CASE, tasks=(task,))
    assert [verb for verb in allowed(actor(Role.HANDLER, unit=ROADS), case) if verb in ON_THE_WAY] == verbs
    assert allowed(actor(Role.HANDLER, unit=PARKS), case) == []
    assert all(own_tasks(verb, actor(Role.HANDLER, unit=ROADS), case) == [task] for verb in verbs)


def test_a_unit_above_may_act_for_the_one_below_and_not_the_other_way() -> None:
    crews = replace(OFFERED, unit_id=CREW)
    assert code(Verb.ACCEPT_TASK, actor(Role.HANDLER, unit=ROADS), CASE, crews) == ""
    assert code(Verb.ACCEPT_TASK, actor(Role.HANDLER, unit=CREW), CASE, OFFERED) == "not_your_task"
    assert code(Verb.ACCEPT_TASK, actor(Role.HANDLER, unit=ROADS), CASE, None) == "unknown_task"


@pytest.mark.parametrize(
    ("who", "no"),
    [
        ({}, ""),
        ({"account": 7}, "you_handled"),
        ({"unit": ROADS}, "your_unit_handled"),
        ({"unit": CREW}, "your_unit_handled"),  # a section of the unit
        ({"unit": 30}, "your_unit_handled"),  # acted for another unit before
        ({"scope": Scope((COMMUNITY,))}, "your_community_handled"),
        ({"scope": Scope((COMMUNITY + "003",), (40,))}, "your_community_handled"),  # a grid of it
        ({"scope": Scope(("990181002",))}, ""),  # its town
        ({"scope": Scope(("990181002002",), (40,))}, ""),  # the next community
    ],
)
@pytest.mark.parametrize(("verb", "role", "stage"), [
    (Verb.CHECK, Role.INSPECTOR, Stage.CHECK), (Verb.CLOSE, Role.DUTY_CHIEF, Stage.CLOSE),
])  # fmt: skip
def test_whoever_handles_never_closes(verb: Verb, role: Role, stage: Stage, who: dict[str, object], no: str) -> None:
    of_community = TaskFacts(6, 40, TaskKind.SUPPORT, TaskState.HANDLED, frozenset({40}), COMMUNITY)
    case = replace(
        CASE, stage=stage, unit_ids=(ROADS, 40), tasks=(HANDLED, of_community), handled_by=frozenset({7}),
        handled_units=frozenset({30}), level=DeskLevel.COMMUNITY,
    )  # fmt: skip
    assert code(verb, actor(role, **who), case) == no  # type: ignore[arg-type]


def test_also_a_unit_that_gave_its_task_back_has_had_it() -> None:
    case = replace(CASE, stage=Stage.CHECK, tasks=(RETURNED, replace(HANDLED, id=6, unit_id=PARKS, line=frozenset())))
    assert code(Verb.CHECK, actor(Role.INSPECTOR, unit=ROADS), case) == "your_unit_handled"


@pytest.mark.parametrize(
    ("tasks", "task", "state", "stage"),
    [
        ((OFFERED,), OFFERED, TaskState.ACCEPTED, Stage.HANDLE),
        ((ACCEPTED,), ACCEPTED, TaskState.HANDLED, Stage.CHECK),
        ((ACCEPTED,), ACCEPTED, TaskState.RETURNED, Stage.DISPATCH),
        # a case is checked when the last of its open tasks is done
        ((ACCEPTED, SUPPORT), ACCEPTED, TaskState.HANDLED, Stage.HANDLE),
        ((ACCEPTED, replace(SUPPORT, state=TaskState.RETURNED)), ACCEPTED, TaskState.HANDLED, Stage.CHECK),
        # a support task given back is not dispatched anew
        ((HANDLED, SUPPORT), SUPPORT, TaskState.RETURNED, Stage.CHECK),
        ((ACCEPTED, SUPPORT), SUPPORT, TaskState.RETURNED, Stage.HANDLE),
    ],
)  # fmt: skip
def test_where_a_task_leads(tasks: tuple[TaskFacts, ...], task: TaskFacts, state: TaskState, stage: Stage) -> None:
    assert after_task(replace(CASE, tasks=tasks), task, state) is stage


def test_where_a_check_leads() -> None:
    assert [after_check(result) for result in CheckResult] == [Stage.CLOSE, Stage.HANDLE, Stage.CLOSE]


@pytest.mark.parametrize(
    ("carry", "family", "waits_for", "standard", "unit", "begins"),
    [
        (Carry.ACCEPT, Family.CITY, "", True, 1, (Stage.ACCEPT, "")),
        (Carry.ACCEPT, Family.CITY, "low_confidence", False, None, (Stage.ACCEPT, "low_confidence")),
        (Carry.FILE, Family.CITY, "", True, 1, (Stage.FILE, "")),
        (Carry.FILE, Family.HOTLINE, "", True, 1, (Stage.DISPATCH, "")),
        (Carry.FILE, Family.HOTLINE, "two_duty_rows", True, None, (Stage.FILE, "two_duty_rows")),
        (Carry.DISPATCH, Family.CITY, "", True, 1, (Stage.HANDLE, "")),
        (Carry.DISPATCH, Family.HOTLINE, "", True, 1, (Stage.HANDLE, "")),
        (Carry.DISPATCH, Family.CITY, "outside_city", True, 1, (Stage.FILE, "outside_city")),
        (Carry.DISPATCH, Family.CITY, "", False, 1, (Stage.FILE, "no_standard")),
        (Carry.DISPATCH, Family.HOTLINE, "", True, None, (Stage.DISPATCH, "")),
    ],
)  # fmt: skip
def test_where_a_case_begins(
    carry: Carry, family: Family, waits_for: str, standard: bool, unit: int | None, begins: tuple[Stage, str]
) -> None:
    new = NewCase(1, "01", 3, T, unit_id=unit, waits_for=waits_for)
    assert opens_at(new, family=family, carry=carry, has_standard=standard) == begins


@pytest.mark.parametrize("carry", list(Carry))
@pytest.mark.parametrize("waits_for", ["", "low_confidence"])
def test_a_person_reads_a_confidential_report_first(carry: Carry, waits_for: str) -> None:
    new = NewCase(1, "01", 3, T, confidential=True, unit_id=1, waits_for=waits_for)
    assert opens_at(new, family=Family.HOTLINE, carry=carry, has_standard=True) == (Stage.ACCEPT, waits_for)


def test_a_hotline_case_files_itself_unless_something_is_in_doubt() -> None:
    assert after_accept(Family.HOTLINE, waits_for="") is Stage.DISPATCH
    assert after_accept(Family.HOTLINE, waits_for="low_confidence") is Stage.FILE
    assert {after_accept(family, waits_for="") for family in set(Family) - {Family.HOTLINE}} == {Stage.FILE}


def test_filing_settles_the_matter_and_not_the_unit() -> None:
    assert still_waits("low_confidence") == still_waits("outside_city") == still_waits("no_standard") == ""
    assert still_waits("no_duty_row") == "no_duty_row"


def test_cases_know_every_reason_the_route_gives() -> None:
    """All but those that name a unit."""
    assert {reason.value for reason in set(Reason) - SURE} <= {reason.value for reason in WaitReason}


@pytest.mark.parametrize(
    ("now", "shown", "look"),
    [
        (T, Light.GREEN, T + timedelta(hours=8)),
        (T + timedelta(hours=8, microseconds=-1), Light.GREEN, T + timedelta(hours=8)),
        (T + timedelta(hours=8), Light.YELLOW, T + timedelta(hours=10, microseconds=1)),
        (T + timedelta(hours=10), Light.YELLOW, T + timedelta(hours=10, microseconds=1)),
        (T + timedelta(hours=10, microseconds=1), Light.RED, None),
    ],
)
def test_lights(now: datetime, shown: Light, look: datetime | None) -> None:
    ends = {"warn_at": T + timedelta(hours=8), "due_at": T + timedelta(hours=10), "now": now}
    assert light(**ends) is shown
    assert next_look(**ends) == look


def test_numbers() -> None:
    assert number("YT{date}-{seq}", date(2026, 11, 22), 123) == "YT20261122-000123"
    assert number("{date}{seq}", date(2026, 1, 2), 12_345_678) == "2026010212345678"


def test_the_stage_bar() -> None:
    shown = dict(bar(Stage.CHECK))
    assert [stage for stage, state in shown.items() if state == "done"] == [
        Stage.COLLECT, Stage.ACCEPT, Stage.FILE, Stage.DISPATCH, Stage.HANDLE, Stage.FEEDBACK,
    ]  # fmt: skip
    assert shown[Stage.CHECK] == "now"
    assert shown[Stage.CLOSE] == shown[Stage.EVALUATE] == "ahead"


@pytest.mark.parametrize(
    ("lines", "side", "done"),
    [
        ([("opened", "accept"), ("refused", "evaluate")], Side.NOT_ACCEPTED, 1),
        ([("opened", "accept"), ("accepted", "file"), ("refused", "evaluate")], Side.NOT_ACCEPTED, 2),
        ([("opened", "file"), ("joined", ""), ("refused", "evaluate")], Side.NOT_ACCEPTED, 2),
        ([("opened", "file"), ("filed", "dispatch"), ("voided", "evaluate")], Side.VOID, 3),
        ([("opened", "file"), ("filed", "dispatch"), ("dispatched", ""), ("voided", "evaluate")], Side.VOID, 4),
    ],
)
def test_the_stage_bar_of_a_case_that_ended_early_ends_there(
    lines: list[tuple[str, str]], side: Side, done: int
) -> None:
    states = [state for _, state in bar(Stage.EVALUATE, side, ended_at=ended_at(lines))]
    assert states == ["done"] * done + ["ended"] + ["ahead"] * (len(Stage) - done - 1)


def test_what_somebody_writes() -> None:
    assert words("  已修复\x00 ", needed=True) == "已修复"
    assert words("", needed=False) == ""
    for text in ("", " \n", "\x00"):
        with pytest.raises(Refused, match="words_needed"):
            words(text, needed=True)
    with pytest.raises(Refused, match="too_long"):
        words("长" * 4001, needed=False)


def test_codes_are_taken_from_their_list() -> None:
    assert one_of(Side, "returned") == "returned"
    with pytest.raises(Refused, match="unknown_code"):
        one_of(CheckResult, "passed; DROP TABLE")
