"""Whose duty a report is, by the duty list."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import lru_cache
from typing import Any

from civigrid.catalog.rules import UNKNOWN_OWNER
from civigrid.route.rules.targets import Targets, UnitName


class Reason(StrEnum):
    """Why this unit, or why a person must decide."""

    DUTY_ROW = "duty_row"  # exactly one row of the duty list fits best
    OWNER_UNKNOWN = (
        "owner_unknown"  # nobody knows whose the thing is: this unit makes it safe, the office decides later
    )
    LAST_RESORT = "last_resort"  # no row is for this kind of place or owner; this unit takes what is nobody's 兜底
    OWNER_UNDECIDED = "owner_undecided"  # rows differ by owner, who is not known, and no unit makes safe first
    LOW_CONFIDENCE = "low_confidence"
    OUTSIDE_CITY = "outside_city"
    NO_DUTY_ROW = "no_duty_row"
    TWO_DUTY_ROWS = "two_duty_rows"
    PLACE_UNKNOWN = "place_unknown"  # rows of the matter name areas, and the report's place is not known so finely
    PLACE_KIND_UNKNOWN = "place_kind_unknown"  # rows differ by kind of place or owner, and it is not known
    TARGET_IS_UNIT = "target_is_unit"  # the only unit is the one complained of, or of its line
    TARGET_UNKNOWN = "target_unknown"  # nobody knows which unit is complained of, so it might be the one


SURE = frozenset({Reason.DUTY_ROW, Reason.OWNER_UNKNOWN, Reason.LAST_RESORT})  # these name a unit


@dataclass(frozen=True, slots=True)
class ProposalRow:
    """One report's route. `unit_id` is None wherever a person must decide.

    `facts` of the chosen row and each of `alternatives`: unit_id, unit (its name), duty_row_version_id, row (its code),
    matter_id, region_code, place_kind, owner, load (the unit's open tasks).
    """

    report_id: int
    unit_id: int | None
    duty_row_version_id: int | None
    standard_version_id: int | None
    reason: Reason
    facts: Mapping[str, Any] = field(default_factory=dict)
    alternatives: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class Duty:
    """One row of the duty list. `owner`: whose assets it is for, a unit's code or UNKNOWN_OWNER; "" is anybody's.

    `leads` is False for rows that tell a town what it helps with 配合, or what was taken back from it 上级收回: nobody
    gets a case by them.
    """

    version_id: int
    code: str
    matter_id: int
    region_code: str
    place_kind: str
    lead_id: int
    owner: str = ""
    last_resort_id: int | None = None
    leads: bool = True


@dataclass(frozen=True, slots=True)
class Limit:
    """One standard of a matter."""

    version_id: int
    matter_id: int
    urgency: int
    is_default: bool


@dataclass(frozen=True, slots=True)
class Request:
    """What is routed: a label's matter and candidates, a spot's region and kind of place, the target complained of.

    `owner`: the code of the unit whose asset it is about; UNKNOWN_OWNER where an asset has an owner and nobody knows
    whom; None where no asset is known. `disputed`: what is said of the place does not agree, so a person says which it is.
    """

    report_id: int
    matter_id: int | None
    sure: bool
    outside: bool
    region_code: str
    place_kind: str
    urgency: int
    target: str = ""
    candidates: tuple[int, ...] = ()
    owner: str | None = None
    disputed: bool = False


SHOWN = 3  # alternatives
REMEMBERED = 50_000  # answers a router keeps


Judged = tuple[Reason, list[Duty]]


class Router:
    """Built once per edition of the lists and units; afterwards read-only and safe to share between threads."""

    def __init__(
        self, duties: Sequence[Duty], limits: Sequence[Limit], units: Sequence[UnitName], city: str = ""
    ) -> None:
        self._duties: dict[int, list[Duty]] = defaultdict(list)
        for duty in duties:
            if duty.leads:
                self._duties[duty.matter_id].append(duty)
        self._limits: dict[int, list[Limit]] = defaultdict(list)
        for limit in limits:
            self._limits[limit.matter_id].append(limit)
        self._units = {unit.id: unit for unit in units}
        self.targets = Targets(units, city)
        # many reports ask the same: one matter, one region, one kind of place
        self._fitting = lru_cache(maxsize=REMEMBERED)(self._look)

    def choose(self, request: Request, load: Mapping[int, int]) -> ProposalRow:
        """The unit of the one row that fits best, or None and the reason why a person must decide."""
        standard = self.standard(request.matter_id, request.urgency) if request.sure else None
        reason, duties = self._judge(request)
        unit_id = duties[0].lead_id if reason in SURE else None
        return ProposalRow(
            report_id=request.report_id,
            unit_id=unit_id,
            duty_row_version_id=duties[0].version_id if unit_id else None,
            standard_version_id=standard,
            reason=reason,
            facts=self._facts(duties[0], load) if unit_id else {},
            alternatives=tuple(self._facts(duty, load) for duty in duties[1 if unit_id else 0 :][:SHOWN]),
        )

    def _judge(self, request: Request) -> Judged:
        """The reason, and the rows it is about: for one that names a unit the chosen one first."""
        if request.outside:
            return Reason.OUTSIDE_CITY, []
        barred = self.targets.barred(request.target)
        if not request.sure or request.matter_id is None:
            return Reason.LOW_CONFIDENCE, _free(self._of_candidates(request), barred)
        reason, duties = self._asked(request.matter_id, request)
        free = _free(duties, barred)
        if request.disputed:
            return Reason.PLACE_UNKNOWN, free
        if reason in SURE and barred is None:
            return Reason.TARGET_UNKNOWN, free
        if reason in SURE and duties[0] not in free:
            return Reason.TARGET_IS_UNIT, free
        return reason, free

    def _asked(self, matter_id: int, request: Request) -> Judged:
        return self._fitting(matter_id, request.region_code, request.place_kind, request.owner)

    def _look(self, matter_id: int, region: str, kind: str, owner: str | None) -> Judged:
        """The rows of the matter for the place and owner; where none is, the unit that takes what is nobody's."""
        rows = self._duties.get(matter_id, [])
        found = _by_owner(rows, region, kind, owner)
        return _by_last_resort(rows, region) if found[0] is Reason.NO_DUTY_ROW else found

    def _of_candidates(self, request: Request) -> list[Duty]:
        """Whose duty it would be, were it one of the matters it may be."""
        found = (self._asked(matter, request) for matter in request.candidates)
        return [duties[0] for reason, duties in found if reason in SURE]

    def standard(self, matter_id: int | None, urgency: int) -> int | None:
        """The matter's standard for this urgency where it is above the ordinary, else its default one."""
        limits = self._limits.get(matter_id or 0, [])
        default = next((limit for limit in limits if limit.is_default), limits[0] if limits else None)
        if default is None:
            return None
        if urgency < default.urgency:
            as_urgent = [limit for limit in limits if urgency <= limit.urgency < default.urgency]
            default = min(as_urgent, key=lambda limit: limit.urgency, default=default)
        return default.version_id

    def _facts(self, duty: Duty, load: Mapping[int, int]) -> dict[str, Any]:
        unit = self._units.get(duty.lead_id)
        return {
            "unit_id": duty.lead_id,
            "unit": unit.names[0] if unit else "",
            "duty_row_version_id": duty.version_id,
            "row": duty.code,
            "matter_id": duty.matter_id,
            "region_code": duty.region_code,
            "place_kind": duty.place_kind,
            "owner": duty.owner,
            "load": load.get(duty.lead_id, 0),
        }


def _by_owner(rows: Sequence[Duty], region: str, kind: str, owner: str | None) -> Judged:
    """A known owner's rows come before those for anybody's, whichever the kind of place. While nobody knows the owner, no
    owner's row holds: the row for that case makes safe first, or a person decides."""
    of_owners = [duty for duty in rows if duty.owner and _may_hold(duty, region, kind)]
    theirs = [duty for duty in of_owners if duty.owner == (owner or UNKNOWN_OWNER)]
    others = [duty for duty in of_owners if duty not in theirs]
    anybodys = _by_place([duty for duty in rows if not duty.owner], region, kind)
    known = owner not in (None, UNKNOWN_OWNER)
    if not of_owners or (known and not theirs) or (owner is None and anybodys[0] is not Reason.NO_DUTY_ROW):
        return anybodys
    if not theirs:
        return Reason.OWNER_UNDECIDED, [*others, *anybodys[1]]
    reason, duties = _by_place(theirs, region, kind)
    if reason is Reason.DUTY_ROW and not known:
        return Reason.OWNER_UNKNOWN, [*duties, *others]
    return reason, [*duties, *anybodys[1]]


def _by_place(rows: Sequence[Duty], region: str, kind: str) -> Judged:
    """The kind of place named before any kind, then the longest region.

    Who looks after a place decides before who lives around it: a city road in a town stays the city's. A row is not sure
    while a finer one, of another unit, may hold: were the place, or its kind, known better.
    """
    fitting = [duty for duty in rows if region.startswith(duty.region_code) and duty.place_kind in ("", kind)]
    ranked = sorted(fitting, key=_rank, reverse=True)
    best = [duty for duty in ranked if _rank(duty) == _rank(ranked[0])]
    finer = _finer(rows, region, kind, best)
    if finer:
        kinds_differ = any(region.startswith(duty.region_code) for duty in finer)
        return (Reason.PLACE_KIND_UNKNOWN if kinds_differ else Reason.PLACE_UNKNOWN), [*finer, *best]
    if len(best) == 1:
        return Reason.DUTY_ROW, ranked
    return (Reason.TWO_DUTY_ROWS, best) if best else (Reason.NO_DUTY_ROW, [])


def _by_last_resort(rows: Sequence[Duty], region: str) -> Judged:
    """The unit that the rows of the area name for what is nobody's, where they name one."""
    last = {
        (duty.region_code, duty.last_resort_id): replace(duty, lead_id=duty.last_resort_id, place_kind="", owner="")
        for duty in reversed(rows)  # of two that say the same the first is kept
        if duty.last_resort_id is not None
    }
    reason, duties = _by_place(list(last.values()), region, "")
    return Reason.LAST_RESORT if reason is Reason.DUTY_ROW else reason, duties


def _rank(duty: Duty) -> tuple[bool, int]:
    return bool(duty.place_kind), len(duty.region_code)


def _free(duties: list[Duty], barred: frozenset[int] | None) -> list[Duty]:
    """Those whose unit is not complained of."""
    return [duty for duty in duties if duty.lead_id not in barred] if barred else duties


def _finer(rows: Sequence[Duty], region: str, kind: str, best: Sequence[Duty]) -> list[Duty]:
    """The rows that would come before `best` and give another unit, were more known of the place than this."""
    leads = {duty.lead_id for duty in best}
    return [
        duty
        for duty in rows
        if _may_hold(duty, region, kind) and (not best or (_rank(duty) > _rank(best[0]) and leads != {duty.lead_id}))
    ]


def _may_hold(duty: Duty, region: str, kind: str) -> bool:
    here = region.startswith(duty.region_code) or duty.region_code.startswith(region)
    return here and (duty.place_kind in ("", kind) or not kind)
