"""What single verbs ask beyond the table: each refuses by its own code."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from civigrid.base.errors import Refused
from civigrid.cases.rules.codes import Side, TaskKind, TaskState, Verb, WaitReason
from civigrid.cases.rules.facts import CaseFacts, TaskFacts
from civigrid.cases.rules.levels import above, town_of
from civigrid.directory.rules import Actor, Role

MOST_RETURNS = 2  # then the centre designates, and the designated unit keeps it
MOST_REOPENED = 2
# the ends of cases that go on elsewhere or never were any: nothing to reopen
ENDED_EARLY = frozenset({Side.NOT_ACCEPTED, Side.VOID, Side.JOINED, Side.TRANSFERRED})


@dataclass(frozen=True, slots=True)
class Attempt:
    """Who would do it to which case, and to which of its tasks."""

    actor: Actor
    case: CaseFacts
    task: TaskFacts | None = None


def _asks_to_be_verified(tried: Attempt) -> None:
    if tried.case.waits_for != WaitReason.VERIFY:
        raise Refused("nothing_to_verify")


def _not_designated(tried: Attempt) -> None:
    if tried.task and tried.task.kind is TaskKind.LEAD and returns(tried.case) >= MOST_RETURNS:
        raise Refused("designated", returns=MOST_RETURNS)


def returns(case: CaseFacts) -> int:
    """How often units that led gave the case back."""
    return sum(task.kind is TaskKind.LEAD and task.state is TaskState.RETURNED for task in case.tasks)


def _signed_by_another(tried: Attempt) -> None:
    if tried.task and tried.task.account_id == tried.actor.account_id:
        raise Refused("your_own_work")


def _sampled(tried: Attempt) -> None:
    """A self-settled case is checked by an inspector from elsewhere: not the worker's community, whoever sent him."""
    if tried.case.side is not Side.SELF_SETTLED:
        return
    if tried.actor.role is not Role.INSPECTOR:
        raise Refused("inspectors_only")
    community = tried.case.community
    if community and any(region.startswith(community) for region in tried.actor.scope.regions):
        raise Refused("your_community_handled")


def _below_the_city(tried: Attempt) -> None:
    above(tried.case.level)


def _in_a_town(tried: Attempt) -> None:
    town_of(tried.case)


def _unhandled(tried: Attempt) -> None:
    if any(each.state in (TaskState.SUBMITTED, TaskState.HANDLED) for each in tried.case.tasks):
        raise Refused("handled_already")


def _reopens(tried: Attempt) -> None:
    if tried.case.side in ENDED_EARLY:
        raise Refused("nothing_to_reopen")
    if tried.case.reopened >= MOST_REOPENED:
        raise Refused("reopened_enough", most=MOST_REOPENED)


def _transferred(tried: Attempt) -> None:
    if tried.case.side is not Side.TRANSFERRED:
        raise Refused("not_transferred")


def _withdrawn(tried: Attempt) -> None:
    if not tried.case.withdrawn:
        raise Refused("not_withdrawn")


GUARDS: Mapping[Verb, Callable[[Attempt], None]] = {
    Verb.VERIFY: _asks_to_be_verified,
    Verb.RETURN_TASK: _not_designated,
    Verb.SIGN_OFF: _signed_by_another,
    Verb.SEND_BACK: _signed_by_another,
    Verb.CHECK: _sampled,
    Verb.RAISE: _below_the_city,
    Verb.HAND_DOWN: _in_a_town,
    Verb.VOID: _unhandled,
    Verb.JOIN: _unhandled,
    Verb.REOPEN: _reopens,
    Verb.RECEIPT: _transferred,
    Verb.END_WITHDRAWN: _withdrawn,
}
