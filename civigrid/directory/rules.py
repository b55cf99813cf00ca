"""Who may hold which post. Values in, values out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from civigrid.base.permissions import EVERYWHERE, NOWHERE, Scope


class UnitKind(StrEnum):
    """What a unit is; the letters are those city packs use."""

    PARTY = "party"
    GOVERNMENT = "government"
    JUSTICE = "justice"
    VERTICAL = "vertical"
    INSTITUTION = "institution"
    COMPANY = "company"
    TOWN = "town"
    TOWN_OFFICE = "town_office"
    COMMUNITY = "community"
    CENTRE = "centre"
    UPPER = "upper"
    OUTSIDE = "outside"


class Role(StrEnum):
    """The posts of the work, as GB/T 30428 and the hotline name them."""

    INTAKE = "intake"  # 受理员
    DUTY_CHIEF = "duty_chief"  # 值班长
    DISPATCHER = "dispatcher"  # 派遣员
    LIAISON = "liaison"  # 单位联络员: accepts the unit's tasks
    HANDLER = "handler"  # 承办人
    REVIEWER = "reviewer"  # 审核人 of the unit
    INSPECTOR = "inspector"  # 信息采集员: verifies and checks
    CALLER = "caller"  # 回访员
    GRID_WORKER = "grid_worker"  # 网格员
    GRID_CHIEF = "grid_chief"  # 总网格长
    OFFICE = "office"  # 社治委办公室
    LEADER = "leader"  # 领导
    AUDITOR = "auditor"  # reads the record, changes nothing
    SYSTEM_ADMIN = "system_admin"  # 系统管理员
    SECURITY_ADMIN = "security_admin"  # 安全管理员
    AUDIT_ADMIN = "audit_admin"  # 审计管理员


# whose post sees the whole of its region, and whose only its unit's work; the three administrators see no case at all
_BY_REGION = {
    Role.INTAKE, Role.DUTY_CHIEF, Role.DISPATCHER, Role.INSPECTOR, Role.CALLER, Role.OFFICE, Role.LEADER,
    Role.AUDITOR, Role.GRID_CHIEF, Role.GRID_WORKER,
}  # fmt: skip
_BY_UNIT = {Role.LIAISON, Role.HANDLER, Role.REVIEWER}
ADMINISTRATORS = frozenset({Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN})


@dataclass(frozen=True, slots=True)
class Actor:
    """Who does a thing: an account acting under exactly one post. The machine is `MACHINE`."""

    account_id: int
    post_id: int
    unit_id: int
    role: Role | None
    scope: Scope
    name: str = ""
    unit_ids: tuple[int, ...] = ()  # the post's unit and the units below it

    @property
    def is_machine(self) -> bool:
        return self.role is None


MACHINE = Actor(account_id=0, post_id=0, unit_id=0, role=None, scope=EVERYWHERE)


def scope_of(*, role: Role, regions: tuple[str, ...], unit_ids: tuple[int, ...]) -> Scope:
    """What a post sees: `regions` its prefixes (and those of abolished predecessors), `unit_ids` its unit and below."""
    if role in ADMINISTRATORS:
        return NOWHERE
    if role in _BY_REGION:
        return Scope(regions=regions)
    assert role in _BY_UNIT
    return Scope(units=unit_ids)


@dataclass(frozen=True, slots=True)
class NewUnit:
    """A unit as a city pack gives it; `parent_code` "" at the top of the tree. `aliases`: other names people use."""

    code: str
    name: str
    kind: UnitKind
    name_en: str = ""
    parent_code: str = ""
    region_code: str = ""
    calendar_code: str = ""
    night_duty: bool = False
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NewAccount:
    """A person who may sign in once somebody gives him a password."""

    username: str
    name: str
    name_en: str = ""
    language: str = "zh-hans"


@dataclass(frozen=True, slots=True)
class NewPost:
    """`regions`: prefixes of national codes, with those of abolished predecessors; ("",) is the whole city."""

    username: str
    unit_code: str
    role: Role
    regions: tuple[str, ...]

    @property
    def key(self) -> tuple[str, str, Role]:
        """A person holds a role in a unit once."""
        return self.username, self.unit_code, self.role


def mixed_administrators(posts: Iterable[tuple[str, Role]]) -> list[str]:
    """三员分立: the persons (of (person, role) pairs) who hold an administrator's post and any other role beside it."""
    roles: dict[str, set[Role]] = defaultdict(set)
    for person, role in posts:
        roles[person].add(role)
    return sorted(person for person, held in roles.items() if len(held) > 1 and held & ADMINISTRATORS)
