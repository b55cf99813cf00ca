"""Accounts, the posts they hold, and who acts under one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from civigrid.base import stamps
from civigrid.directory.models import Account, Post
from civigrid.directory.queries.stamp import AREA
from civigrid.directory.queries.units import below
from civigrid.directory.rules import Actor, Role, scope_of


@dataclass(frozen=True, slots=True)
class AccountRow:
    id: int
    username: str
    name: str
    name_en: str
    language: str
    is_active: bool


@dataclass(frozen=True, slots=True)
class PostRow:
    """A person in a unit with a role; `regions` are prefixes of national codes, "" is the whole city."""

    id: int
    account_id: int
    account_name: str
    account_name_en: str
    unit_id: int
    unit_code: str
    role: Role
    regions: tuple[str, ...]
    since: date


def account_by_id(account_id: int) -> AccountRow | None:
    """In a `system()` transaction: pages may read only an account's name."""
    return _account(Account.objects.filter(id=account_id).first())


def account_by_username(username: str) -> AccountRow | None:
    """In a `system()` transaction, as `account_by_id`."""
    return _account(Account.objects.filter(username=username).first())


def account_names(account_ids: Iterable[int]) -> dict[int, tuple[str, str]]:
    """(name, English name) by account id; the machine (0) is not among them."""
    found = Account.objects.filter(id__in=set(account_ids)).values_list("id", "name", "name_en")
    return {account_id: (name, name_en) for account_id, name, name_en in found}


@stamps.kept(AREA)
def holders(on: date) -> dict[tuple[int, Role], frozenset[int]]:
    """The accounts that hold each post of a day, by unit and role."""
    found: dict[tuple[int, Role], set[int]] = defaultdict(set)
    for account_id, unit_id, role in Post.objects.filter(valid__contains=on).values_list(
        "account_id", "unit_id", "role"
    ):
        found[unit_id, Role(role)].add(account_id)
    return {key: frozenset(accounts) for key, accounts in found.items()}


def actor_for(account_id: int, post_id: int | None, on: date) -> Actor | None:
    """The account acting under that post, or under its first where none is named; None where it holds no such post.

    In a `system()` transaction: an account that was switched off acts as nobody.
    """
    account = account_by_id(account_id)
    if account is None or not account.is_active:
        return None
    posts = [post for post in posts_of(account_id, on) if post_id in (None, post.id)]
    return actor_of(posts[0], on) if posts else None


def actor_of(post: PostRow, on: date) -> Actor:
    """Who acts under `post`."""
    unit_ids = below(post.unit_id, on)
    scope = scope_of(role=post.role, regions=post.regions, unit_ids=unit_ids)
    return Actor(post.account_id, post.id, post.unit_id, post.role, scope, post.account_name, unit_ids)


def posts_of(account_id: int, on: date) -> list[PostRow]:
    """The posts a person holds on a day, oldest first."""
    return _posts_by_account(on).get(account_id, [])


@stamps.kept(AREA)
def _posts_by_account(on: date) -> dict[int, list[PostRow]]:
    found: dict[int, list[PostRow]] = defaultdict(list)
    for post in posts(on):
        found[post.account_id].append(post)
    return dict(found)


def posts(on: date) -> list[PostRow]:
    """Every post held on a day, oldest first."""
    return [post_row(post) for post in named_posts().filter(valid__contains=on).order_by("id")]


def _account(account: Account | None) -> AccountRow | None:
    if account is None:
        return None
    return AccountRow(
        id=account.pk,
        username=account.username,
        name=account.name,
        name_en=account.name_en,
        language=account.language,
        is_active=account.is_active,
    )


def named_posts() -> QuerySet[Post]:
    """Posts with their people's names; pages may read no other column of an account."""
    found = Post.objects.select_related("account", "unit")
    return found.only(*_POST_COLUMNS, "account__name", "account__name_en", "unit__code")


_POST_COLUMNS = ("account_id", "unit_id", "role", "regions", "valid")


def post_row(post: Post) -> PostRow:
    return PostRow(
        id=post.pk,
        account_id=post.account_id,
        account_name=post.account.name,
        account_name_en=post.account.name_en,
        unit_id=post.unit_id,
        unit_code=post.unit.code,
        role=Role(post.role),
        regions=tuple(post.regions),
        since=post.valid.lower,
    )
