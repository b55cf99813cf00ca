"""`civigrid token ...`: what programs sign in with at `/api/v1/`."""

from __future__ import annotations

import secrets
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer
from rich.table import Table

from civigrid.cli import show
from civigrid.cli.boot import booted
from civigrid.cli.speech import gettext as _

if TYPE_CHECKING:
    from civigrid.directory.rules import Actor

app = typer.Typer(help=_("Tokens with which programs use the API."), no_args_is_help=True)

E = TypeVar("E", bound=StrEnum)
By = Annotated[
    str, typer.Option("--by", help=_("The user name of the security administrator who decides it."), show_default=False)
]


@app.command("create", help=_("Give a program a token. It is shown once."))
def create(
    username: Annotated[str, typer.Argument(help=_("The account it acts as, as in people.csv."), show_default=False)],
    by: By,
    scope: Annotated[
        list[str],
        typer.Option(help=_("What it may do; once for each: reports:write, reports:read, cases:read, cases:act.")),
    ],
    name: Annotated[str, typer.Option(help=_("What it is for."), show_default=False)],
    days: Annotated[int, typer.Option(min=1, max=366, help=_("How long it is good for."))] = 365,
    unit: Annotated[str, typer.Option(help=_("The unit of its post, where the account has several."))] = "",
    role: Annotated[str, typer.Option(help=_("The role of its post, where the account has several."))] = "",
) -> None:
    with booted():
        from civigrid.base import db
        from civigrid.base.errors import Refused
        from civigrid.directory import actions
        from civigrid.directory.rules import TOKEN_MARK, NewToken, Role, TokenScope, secret_digest

        now, secret = datetime.now(UTC), f"{TOKEN_MARK}{secrets.token_urlsafe(32)}"
        new = NewToken(
            username,
            name,
            secret_digest(secret),
            frozenset(_one_of(TokenScope, each, "--scope") for each in scope),
            now + timedelta(days=days),
            unit_code=unit,
            role=_one_of(Role, role, "--role") if role else None,
        )
        with db.system():
            actor, on = _decides(by, now)
            _account(username)
            (outcome,) = actions.give_tokens([new], on=on, now=now, actor=actor)
        if not outcome.ok:
            raise Refused(outcome.code, **outcome.facts)
    show.done(_("Token {id} for {username}. It is not shown again:").format(id=outcome.made, username=username))
    show.out.print(secret, markup=False)


@app.command("list", help=_("All tokens, the newest first; never their secrets."))
def listed() -> None:
    with booted():
        from civigrid.base import db
        from civigrid.directory import queries

        with db.system():
            rows = queries.tokens()
    if not rows:
        show.out.print(_("No program has a token yet. See: civigrid token create --help"))
        return
    table = Table(
        *(_("Id"), _("Account"), _("Post"), _("Name"), _("Scopes"), _("Good until"), _("Last used"), _("Revoked")),
        box=None,
    )
    for row in rows:
        dates = (row.expires_at.date(), row.seen_on or "", row.revoked_at.date() if row.revoked_at else "")
        table.add_row(
            str(row.id), row.username, f"{row.unit_code} {row.role}", row.name, " ".join(row.scopes), *map(str, dates)
        )
    show.out.print(table)


@app.command("revoke", help=_("It opens nothing any more, in every process within seconds."))
def revoke(
    token_id: Annotated[int, typer.Argument(help=_("Its id, as in the list."), show_default=False)], by: By
) -> None:
    with booted():
        from civigrid.base import db
        from civigrid.base.errors import Refused
        from civigrid.directory import actions

        now = datetime.now(UTC)
        with db.system():
            actor, _on = _decides(by, now)
            (outcome,) = actions.revoke_tokens([token_id], now=now, actor=actor)
        if not outcome.ok:
            raise Refused(outcome.code, **outcome.facts)
    show.done(_("Token {id} is revoked.").format(id=token_id))


def _decides(username: str, now: datetime) -> tuple[Actor, date]:
    """Who it is under his first post, and the day. Whoever has the console is believed: it is the operator's to guard."""
    from civigrid.base.errors import Refused
    from civigrid.catalog import queries as catalog
    from civigrid.directory import queries

    on = now.astimezone(catalog.city().zone).date()
    actor = queries.actor_for(_account(username), None, on)
    if actor is None:
        raise Refused("no_such_post", username=username)
    return actor, on


def _account(username: str) -> int:
    from civigrid.base.errors import Refused
    from civigrid.directory import queries

    account = queries.account_by_username(username)
    if account is None:
        raise Refused("unknown_account", username=username)
    return account.id


def _one_of(kind: type[E], code: str, option: str) -> E:
    try:
        return kind(code)
    except ValueError as error:
        known = ", ".join(each.value for each in kind)
        raise typer.BadParameter(known, param_hint=option) from error
