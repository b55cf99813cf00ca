"""Who may hold which post. Values in, values out."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256

from civigrid.base.errors import Refused
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


class TokenScope(StrEnum):
    """What a token lets a program do, within what its post may do anyway."""

    WRITE_REPORTS = "reports:write"
    READ_REPORTS = "reports:read"
    READ_CASES = "cases:read"
    ACT_ON_CASES = "cases:act"


TOKEN_MARK = "cgt_"  # noqa: S105  # begins every secret, so that one that leaked is found
SECRET = re.compile(TOKEN_MARK + r"[A-Za-z0-9_-]{43}")
LONGEST_TOKEN = timedelta(days=366)  # what nobody renews within a year nobody needs
LONGEST_TOKEN_NAME = 100


@dataclass(frozen=True, slots=True)
class NewToken:
    """`digest`: SHA-256 of the secret, which nobody keeps. `unit_code`, `role`: which post, where the account has several."""

    username: str
    name: str
    digest: bytes
    scopes: frozenset[TokenScope]
    expires_at: datetime
    unit_code: str = ""
    role: Role | None = None


@dataclass(frozen=True, slots=True)
class Granted:
    """A program that signed in: who it acts as, and what its token is for."""

    token_id: int
    actor: Actor
    scopes: frozenset[TokenScope]
    expires_at: datetime


def secret_digest(secret: str) -> bytes:
    """What is kept of a token. The secret is 256 random bits: a plain hash of it cannot be turned round."""
    return sha256(secret.encode()).digest()


def may_grant(actor: Actor, account_id: int) -> None:
    """三员分立: the system administrator makes accounts, the security administrator says what they may; none himself."""
    if actor.role is not Role.SECURITY_ADMIN:
        raise Refused("not_your_role")
    if actor.account_id == account_id:
        raise Refused("not_to_oneself")


def check_token(new: NewToken, role: Role, *, now: datetime) -> None:
    """Refused(code) where no such token is given out."""
    if role in ADMINISTRATORS:
        raise Refused("no_token_for_administrators")
    if not new.scopes:
        raise Refused("token_without_scope")
    if not new.name.strip() or len(new.name) > LONGEST_TOKEN_NAME or not new.name.isprintable():
        raise Refused("bad_token_name", most=LONGEST_TOKEN_NAME)
    if not now < new.expires_at <= now + LONGEST_TOKEN:
        raise Refused("bad_token_time", most=LONGEST_TOKEN.days)


def one_post(posts: Collection[tuple[int, str, Role]], new: NewToken) -> int:
    """The post a token acts under, of those the account holds (id, unit code, role): a program has exactly one."""
    fitting = [post for post in posts if new.unit_code in ("", post[1]) and new.role in (None, post[2])]
    if not fitting:
        raise Refused("no_such_post", username=new.username)
    if len(fitting) > 1:
        raise Refused("several_posts", username=new.username)
    return fitting[0][0]


def mixed_administrators(posts: Iterable[tuple[str, Role]]) -> list[str]:
    """三员分立: the persons (of (person, role) pairs) who hold an administrator's post and any other role beside it."""
    roles: dict[str, set[Role]] = defaultdict(set)
    for person, role in posts:
        roles[person].add(role)
    return sorted(person for person, held in roles.items() if len(held) > 1 and held & ADMINISTRATORS)
