"""Saving units, people and posts. Batches, set-based, in the caller's transaction."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import date, datetime

from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import F, Func, Value

from civigrid.base import db, ledger, stamps, versions
from civigrid.base.errors import Outcome, Refused
from civigrid.base.ledger import Line
from civigrid.base.pinyin import pinyin_key
from civigrid.directory.models import Account, Post, Token, Unit, UnitVersion
from civigrid.directory.queries import AREA
from civigrid.directory.rules import (
    MACHINE,
    Actor,
    NewAccount,
    NewPost,
    NewToken,
    NewUnit,
    Role,
    check_token,
    may_grant,
    mixed_administrators,
    one_post,
)

_UNITS = versions.Tables(Unit, UnitVersion, "unit")
STREAM = "account"  # the kind of an account's stream in the ledger


def save_units(rows: Sequence[NewUnit], *, on: date) -> list[Outcome]:
    """Makes these the city's units from day `on`; see `base.versions.save` for the Outcomes."""
    db.require_transaction()
    ids = versions.identities(_UNITS, [{"code": row.code} for row in rows])
    outcomes = versions.save(_UNITS, [_unit(row, ids) for row in rows], on=on)
    if versions.written(outcomes):
        stamps.touch(AREA)
    return outcomes


def _unit(row: NewUnit, ids: dict[str, int]) -> versions.Row:
    return {
        "code": row.code,
        "name": row.name,
        "name_en": row.name_en,
        "pinyin": pinyin_key(row.name),
        "kind": row.kind.value,
        "parent_id": ids[row.parent_code] if row.parent_code else None,
        "region_code": row.region_code,
        "calendar_code": row.calendar_code,
        "night_duty": row.night_duty,
        "aliases": list(row.aliases),
    }


def save_accounts(rows: Sequence[NewAccount], *, now: datetime) -> list[Outcome]:
    """Makes missing accounts, without a usable password, and renames known ones. id = user name, made = account id.

    The language is what a new account begins with: known ones keep what their holders chose.
    """
    db.require_transaction()
    known = {account.username: account for account in Account.objects.filter(username__in=[r.username for r in rows])}
    outcomes = {row.username: _account_outcome(row, known.get(row.username)) for row in rows}
    Account.objects.bulk_create(
        [
            Account(
                username=row.username,
                name=row.name,
                name_en=row.name_en,
                language=row.language,
                password=make_password(None),
                made_at=now,
            )
            for row in rows
            if outcomes[row.username].code == versions.OPENED
        ],
        batch_size=5000,
    )
    changed = [row for row in rows if outcomes[row.username].code == versions.CHANGED]
    for row in changed:
        known[row.username].name, known[row.username].name_en = row.name, row.name_en
    Account.objects.bulk_update([known[row.username] for row in changed], ["name", "name_en"], batch_size=1000)
    ids = dict(Account.objects.filter(username__in=list(outcomes)).values_list("username", "id"))
    if versions.written(list(outcomes.values())):
        stamps.touch(AREA)
    return [Outcome(row.username, code=outcomes[row.username].code, made=ids[row.username]) for row in rows]


def _account_outcome(row: NewAccount, account: Account | None) -> Outcome:
    if account is None:
        return Outcome(row.username, code=versions.OPENED)
    same = (account.name, account.name_en) == (row.name, row.name_en)
    return Outcome(row.username, code=versions.SAME if same else versions.CHANGED, made=account.pk)


def save_posts(rows: Sequence[NewPost], *, on: date, now: datetime, actor: Actor = MACHINE) -> list[Outcome]:
    """Makes these the posts held from day `on`, ends the others, and writes both into the accounts' record.

    id = (user name, unit code, role), made = post id; ended posts follow with the code closed. Raises
    Refused("administrators_apart") where an administrator would hold another role, Refused("post_twice") where a post
    is named twice.
    """
    db.require_transaction()
    times = Counter(row.key for row in rows)
    if mixed := mixed_administrators((row.username, row.role) for row in rows):
        raise Refused("administrators_apart", usernames=mixed)
    if twice := sorted({row.username for row in rows if times[row.key] > 1}):
        raise Refused("post_twice", usernames=twice)
    held = {_key(post): post for post in _held(on)}
    outcomes = [_post_outcome(row, held.get(row.key)) for row in rows]
    wanted = {row.key for row in rows}
    ended = [post for key, post in held.items() if key not in wanted]
    changed = {outcome.id for outcome in outcomes if outcome.code == versions.CHANGED}
    _end([*ended, *(post for key, post in held.items() if key in changed)], on, now, actor)
    made = _begin([row for row, o in zip(rows, outcomes, strict=True) if o.code != versions.SAME], on, now, actor)
    if versions.written(outcomes) or ended:
        stamps.touch(AREA)
    return [Outcome(o.id, code=o.code, made=made.get(o.id, o.made)) for o in outcomes] + [
        Outcome(_key(post), code=versions.CLOSED, made=post.pk) for post in ended
    ]


def _held(on: date) -> list[Post]:
    return list(Post.objects.filter(valid__contains=on).select_related("account", "unit"))


def _key(post: Post) -> tuple[str, str, str]:
    return post.account.username, post.unit.code, post.role


def _post_outcome(row: NewPost, post: Post | None) -> Outcome:
    if post is None:
        return Outcome(row.key, code=versions.OPENED)
    same = tuple(post.regions) == row.regions
    return Outcome(row.key, code=versions.SAME if same else versions.CHANGED, made=post.pk)


def _end(posts: Sequence[Post], on: date, now: datetime, actor: Actor) -> None:
    period = Func(Func(F("valid"), function="lower"), Value(on), function="daterange")
    Post.objects.filter(id__in=[post.pk for post in posts]).update(valid=period)
    ledger.append([_line("post.ended", post, actor) for post in posts], now=now)


def _begin(rows: Sequence[NewPost], on: date, now: datetime, actor: Actor) -> dict[tuple[str, str, str], int]:
    accounts = dict(Account.objects.filter(username__in=[r.username for r in rows]).values_list("username", "id"))
    units = dict(Unit.objects.filter(code__in=[r.unit_code for r in rows]).values_list("code", "id"))
    posts = [
        Post(
            account_id=accounts[row.username],
            unit_id=units[row.unit_code],
            role=row.role.value,
            regions=list(row.regions),
            valid=DateRange(on, None),
        )
        for row in rows
    ]
    Post.objects.bulk_create(posts, batch_size=5000)
    ledger.append([_line("post.begun", post, actor) for post in posts], now=now)
    return {row.key: post.pk for row, post in zip(rows, posts, strict=True)}


def _line(verb: str, post: Post, actor: Actor) -> Line:
    facts: dict[str, int | str] = {"post": post.pk, "unit": post.unit_id, "role": str(post.role)}
    return Line(STREAM, post.account_id, verb, facts, account=actor.account_id, post=actor.post_id)


def set_password(
    usernames: Sequence[str], password: str, *, now: datetime, actor: Actor = MACHINE, weak: bool = False
) -> list[Outcome]:
    """Gives these accounts the password. Refuses a weak one with the validators' codes, unless `weak` is allowed
    (a demonstration's); unknown accounts are refused, the others set.
    """
    db.require_transaction()
    if not weak:
        _require_strong(password)
    accounts = {account.username: account for account in Account.objects.filter(username__in=usernames)}
    encoded = make_password(password)  # slow on purpose, and who set it for all knows that all are alike
    for account in accounts.values():
        account.password = encoded
    Account.objects.bulk_update(accounts.values(), ["password"], batch_size=1000)
    lines = [
        Line(STREAM, account.pk, "password.set", account=actor.account_id, post=actor.post_id)
        for account in accounts.values()
    ]
    ledger.append(lines, now=now)
    return [_password_outcome(username, accounts.get(username)) for username in usernames]


def _require_strong(password: str) -> None:
    try:
        validate_password(password)
    except ValidationError as error:
        raise Refused("weak_password", why=[each.code for each in error.error_list]) from error


def _password_outcome(username: str, account: Account | None) -> Outcome:
    if account is None:
        return Outcome.refused(username, Refused("unknown_account", username=username))
    return Outcome(username, made=account.pk)


def give_tokens(rows: Sequence[NewToken], *, on: date, now: datetime, actor: Actor) -> list[Outcome]:
    """Tokens for programs, each in the record of its account. Outcome: id = the user name, made = the token's id."""
    db.require_transaction()
    posts = Post.objects.filter(account__username__in=[row.username for row in rows], valid__contains=on)
    held: dict[str, list[Post]] = defaultdict(list)
    for post in posts.select_related("account", "unit").order_by("id"):
        held[post.account.username].append(post)
    found = [_token(row, held[row.username], now, actor) for row in rows]
    tokens = [each for each in found if isinstance(each, Token)]
    Token.objects.bulk_create(tokens)
    ledger.append([_token_line("token.given", token, actor) for token in tokens], now=now)
    return [
        Outcome(row.username, made=each.pk) if isinstance(each, Token) else Outcome.refused(row.username, each)
        for row, each in zip(rows, found, strict=True)
    ]


def _token(row: NewToken, posts: Sequence[Post], now: datetime, actor: Actor) -> Token | Refused:
    try:
        post_id = one_post([(post.pk, post.unit.code, Role(post.role)) for post in posts], row)
        post = next(each for each in posts if each.pk == post_id)
        may_grant(actor, post.account_id)
        check_token(row, Role(post.role), now=now)
    except Refused as no:
        return no
    return Token(
        post=post,
        name=row.name.strip(),
        digest=row.digest,
        scopes=sorted(scope.value for scope in row.scopes),
        made_at=now,
        made_by=actor.account_id,
        expires_at=row.expires_at,
    )


def revoke_tokens(token_ids: Sequence[int], *, now: datetime, actor: Actor) -> list[Outcome]:
    """They open nothing any more, in every process within seconds. One Outcome a token: done, or "unknown_token"."""
    db.require_transaction()
    living = Token.objects.filter(id__in=token_ids, revoked_at__isnull=True).select_related("post").order_by("id")
    tokens = {token.pk: token for token in living.select_for_update(of=("self",), no_key=True)}
    outcomes = [_revocation(token_id, tokens.get(token_id), actor) for token_id in token_ids]
    gone = [tokens[outcome.id] for outcome in outcomes if outcome.ok]
    Token.objects.filter(id__in=[token.pk for token in gone]).update(revoked_at=now)
    ledger.append([_token_line("token.revoked", token, actor) for token in gone], now=now)
    return outcomes


def _revocation(token_id: int, token: Token | None, actor: Actor) -> Outcome:
    try:
        if token is None:
            raise Refused("unknown_token")
        may_grant(actor, token.post.account_id)
    except Refused as no:
        return Outcome.refused(token_id, no)
    return Outcome(token_id)


def note_token_used(token_id: int, *, on: date) -> None:
    """That it was used that day; no finer, and once a day."""
    db.require_transaction()
    Token.objects.filter(id=token_id).exclude(seen_on=on).update(seen_on=on)


def _token_line(verb: str, token: Token, actor: Actor) -> Line:
    facts: dict[str, int | str] = {"token": token.pk, "post": token.post_id, "scopes": "+".join(token.scopes)}
    return Line(STREAM, token.post.account_id, verb, facts, account=actor.account_id, post=actor.post_id)
