"""The levels of the desk: community, town, city. Each accepts, files, dispatches and closes what stands at it or below."""

from __future__ import annotations

from collections.abc import Iterable

from civigrid.base.errors import Refused
from civigrid.cases.rules.codes import Verb
from civigrid.cases.rules.facts import CaseFacts, DeskLevel
from civigrid.catalog.rules import ListKind
from civigrid.directory.rules import Actor, Role
from civigrid.places.rules import DIGITS, Level

ORDER = list(DeskLevel)
DESK = frozenset(
    {
        Verb.ACCEPT, Verb.REFUSE, Verb.FILE, Verb.ASK_VERIFICATION, Verb.DISPATCH, Verb.CLOSE, Verb.RAISE,
        Verb.HAND_DOWN, Verb.MOVE, Verb.VOID, Verb.JOIN, Verb.SPLIT, Verb.ALSO, Verb.DECIDE_EXTENSION,
        Verb.DECIDE_SUSPENSION, Verb.TRANSFER, Verb.RECEIPT, Verb.END_WITHDRAWN,
    }
)  # fmt: skip
OF_DESK = frozenset({Role.INTAKE, Role.DUTY_CHIEF, Role.DISPATCHER, Role.GRID_CHIEF})
_UP_TO = ((DIGITS[Level.COUNTY], DeskLevel.CITY), (DIGITS[Level.TOWN], DeskLevel.TOWN))


def level_of(actor: Actor) -> DeskLevel:
    """By the widest region of the post; a post without one stands at the lowest."""
    digits = min((len(region) for region in actor.scope.regions), default=DIGITS[Level.COMMUNITY])
    return next((level for most, level in _UP_TO if digits <= most), DeskLevel.COMMUNITY)


def at_level(verb: Verb, actor: Actor, case: CaseFacts) -> None:
    """Refused("other_level") where the desk of a lower level would act on a case of a higher one."""
    if verb in DESK and ORDER.index(level_of(actor)) < ORDER.index(case.level):
        raise Refused("other_level", level=case.level.value)


def above(level: DeskLevel) -> DeskLevel:
    """Where 上报 leads. Refused("top_level") from the city."""
    if level is DeskLevel.CITY:
        raise Refused("top_level")
    return ORDER[ORDER.index(level) + 1]


def town_of(case: CaseFacts) -> str:
    """The town to which 下派 leads, by its code. Refused where the case is below the city or its place not so known."""
    if case.level is not DeskLevel.CITY:
        raise Refused("not_of_the_city")
    if len(case.region_code) < DIGITS[Level.TOWN]:
        raise Refused("town_unknown")
    return case.region_code[: DIGITS[Level.TOWN]]


def desk_at(level: DeskLevel, region_code: str) -> str:
    """The region whose desk of that level has what lies there; "" for the city's."""
    digits = next((most for most, each in _UP_TO if each is level), DIGITS[Level.COMMUNITY])
    return "" if level is DeskLevel.CITY else region_code[:digits]


def withdrawn(rows: Iterable[tuple[ListKind, str]], region_code: str) -> bool:
    """Whether a matter was taken back from the towns 上级收回 where a case lies. `rows`: of the matter's rows of the
    duty list the kind and the area.
    """
    return any(kind is ListKind.WITHDRAWN and region_code.startswith(area) for kind, area in rows)
