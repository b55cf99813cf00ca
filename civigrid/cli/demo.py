"""`civigrid demo`: from an empty machine to a city at work in a browser; with --check, a machine looks at every page."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from civigrid.base import env
from civigrid.base.trouble import Trouble, gettext_noop
from civigrid.cli import filling, init, ports, serve, show
from civigrid.cli.boot import booted
from civigrid.cli.crawl import Found, Visitor
from civigrid.cli.filling import PASSWORD, Account
from civigrid.cli.speech import gettext as _

GRIDS = 708
VISITORS = 4


def demo(
    check: Annotated[
        bool,
        typer.Option("--check", help=_("Fetch every page of every role in a home of its own, print one JSON line.")),
    ] = False,
    port: Annotated[
        int | None, typer.Option(min=1, max=65535, help=_("Port to listen on; the next free one if taken."))
    ] = None,
    grids: Annotated[
        int | None,
        typer.Option(help=_("How many grids the city has, 7 to 20000; 708 if left out."), show_default=False),
    ] = None,
) -> None:
    if env.DATABASE_URL.text():
        raise Trouble(
            gettext_noop("The demonstration fills its own embedded database, but DATABASE_URL names another."),
            gettext_noop(
                "Unset DATABASE_URL for it; a real city starts with: civigrid init, civigrid pack load DIR, civigrid serve."
            ),
        )
    os.environ.setdefault(env.LOG_LEVEL.name, "WARNING")  # a demonstration is no log file
    host, wanted = env.HOST.text(), port or env.PORT.number()
    if check:
        raise typer.Exit(_check(host, wanted, grids))
    os.environ[env.HOME.name] = str(_home())
    accounts = prepare(grids)
    raise typer.Exit(serve.run_all(host, ports.next_free(host, wanted), ready=lambda: _introduce(accounts)))


def _home() -> Path:
    """Apart from a real city's home, unless CIVIGRID_HOME says where."""
    return env.home() if env.HOME.text() else env.home().with_name("civigrid-demo")


def prepare(grids: int | None = None) -> list[Account]:
    """Database, tables, city, people and first stock; what is there already stays as it is."""
    filling.require_size(grids)
    init.prepare()
    with booted():
        if not filling.filled():
            filling.fill(grids or GRIDS)
        return filling.accounts()


def _introduce(accounts: Sequence[Account]) -> None:
    table = Table(title=_("All demonstration accounts have the password {password}").format(password=PASSWORD))
    table.add_column(_("User name"), no_wrap=True, overflow="fold")
    for heading in (_("Role"), _("Name"), _("Unit")):
        table.add_column(heading)
    for account in accounts:
        table.add_row(account.username, account.role, account.name, account.unit)
    show.out.print(table)
    show.out.print(
        _(
            "Look first: as the duty chief file what waits, as the dispatcher dispatch it, as its unit accept and handle it."
        )
    )
    show.out.print(_("Ctrl+C stops; the data stays in {home}.").format(home=env.home()))


def _check(host: str, wanted: int, grids: int | None) -> int:
    """Everything once, in a home of its own; 0 only if every page answered."""
    began = time.monotonic()
    with _throw_away_home():
        accounts = prepare(grids)
        filled = time.monotonic()
        port = ports.next_free(host, wanted)
        with serve.serving(host, port) as started:
            served = time.monotonic()
            visits = _visit_all(f"http://{host}:{port}", accounts) if started else {}
    failures = [f"{username}: {failure}" for username, found in visits.items() for failure in found.failures]
    if not visits:
        failures.append("not started")
    line = {
        "ok": not failures,
        "roles": len(visits),
        "pages": sum(found.pages for found in visits.values()),
        "failures": failures[:50],
        "slowest": max((found.slowest for found in visits.values()), default=None),
        "seconds": {
            "fill": round(filled - began, 1),
            "start": round(served - filled, 1),
            "pages": round(time.monotonic() - served, 1),
            "all": round(time.monotonic() - began, 1),
        },
    }
    show.out.print(json.dumps(line, ensure_ascii=False), markup=False)
    return 0 if line["ok"] else 1


@contextmanager
def _throw_away_home() -> Iterator[None]:
    home = Path(tempfile.mkdtemp(prefix="civigrid-check-"))
    home.chmod(0o711)  # as root the database runs as another user, who must get through to its own folder
    os.environ[env.HOME.name] = str(home)
    try:
        yield
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _visit_all(base: str, accounts: Sequence[Account]) -> dict[str, Found]:
    with ThreadPoolExecutor(VISITORS) as pool:
        # pages of one kind are alike for all: the first visitor opens several of each, the others one
        found = pool.map(lambda account: _visit(base, account, 3 if account is accounts[0] else 1), accounts)
        return dict(zip((account.username for account in accounts), found, strict=True))


def _visit(base: str, account: Account, of_a_kind: int) -> Found:
    visitor = Visitor(base)
    if not visitor.sign_in(account.username, PASSWORD):
        return Found(failures=["sign-in"])
    return visitor.walk("/", of_a_kind=of_a_kind)
