"""What every benchmark needs: a durable database of its own, a clock, and one way to tell what came out.

A benchmark is a module of this folder with `figures(database: Database) -> list[Figure]`.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import TYPE_CHECKING, Any

import django
import psycopg
from rich.console import Console
from rich.table import Table

if TYPE_CHECKING:
    from civigrid.base.pg.server import Cluster

_STATEMENT = re.compile(r" civigrid LOG:  (?:statement|execute [^:]*):")
LOGGED_AFTER = 0.5  # seconds until what was logged stands in the file
FRAME = {"frame", "rows", "__main__"}
KEYED = ["http", "stream", "search"]  # whose figures have keys


@dataclass(frozen=True, slots=True)
class Figure:
    """`least` or `most` is what the design asks for. `ceiling` is what the machine can do at best, in the same unit. `key`:
    what it is called in the line that `--json` prints."""

    name: str
    value: float
    unit: str
    least: float | None = None
    most: float | None = None
    ceiling: float | None = None
    ceiling_is: str = ""
    key: str = ""

    @property
    def ok(self) -> bool:
        return (self.least is None or self.value >= self.least) and (self.most is None or self.value <= self.most)


@dataclass(frozen=True, slots=True)
class Database:
    """A migrated database with the product's default, durable settings, and Django pointed at it."""

    name: str
    cluster: Cluster

    def admin(self) -> psycopg.Connection[tuple[Any, ...]]:
        """Its administrator, for ceilings without row security."""
        return self.cluster.admin(self.name)


def timed(work: Callable[[], object]) -> float:
    """Seconds of wall clock."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def middle(seconds: list[float]) -> float:
    """The median: one disturbed run changes nothing."""
    return statistics.median(seconds)


def modules() -> list[str]:
    return sorted(module.name for module in iter_modules([str(Path(__file__).parent)]) if module.name not in FRAME)


def main(names: list[str]) -> int:
    """Runs benchmarks (all when none is named) and prints a table, with --markdown one for docs/evidence.md; with --json (where
    none is named, of those that have a key) at the end one line of keys and figures. 1 when one misses its mark."""
    wanted = [name for name in names if not name.startswith("--")] or (KEYED if "--json" in names else modules())
    console = Console(stderr=True)
    found: list[Figure] = []
    with server() as cluster:
        for name in wanted:
            with console.status(name):
                found += import_module(f"bench.{name}").figures(database(cluster, name))
                drop(cluster, name)
    if "--markdown" in names:
        print(markdown(found))
    else:
        (console if "--json" in names else Console()).print(table(found))
    if "--json" in names:
        print(json.dumps({figure.key: round(figure.value, 3) for figure in found if figure.key}))
    return 0 if all(figure.ok for figure in found) else 1


def table(found: list[Figure]) -> Table:
    shown = Table("what", "measured", "asked", "ceiling in this run", "share", "")
    for figure in found:
        share = f"{figure.value / figure.ceiling:.0%}" if figure.ceiling else ""
        ceiling = f"{figure.ceiling:,.0f} {figure.ceiling_is}" if figure.ceiling else ""
        mark = "[green]ok[/]" if figure.ok else "[red]missed[/]"
        shown.add_row(figure.name, f"{figure.value:,.6g} {figure.unit}", asked(figure), ceiling, share, mark)
    return shown


def markdown(found: list[Figure]) -> str:
    """Figures named "thing: what" stand side by side, a column for each thing."""
    things = list(dict.fromkeys(figure.name.split(": ")[0] for figure in found if ": " in figure.name))
    if not things:
        return _lines(["what", "seen", "asked"], [[each.name, _seen(each), asked(each)] for each in found])
    seen = {tuple(figure.name.split(": ", 1)): _seen(figure) for figure in found}
    whats = dict.fromkeys(what for _, what in seen)
    return _lines(["", *things], [[what, *(seen.get((thing, what), "") for thing in things)] for what in whats])


def _seen(figure: Figure) -> str:
    return f"{figure.value:,.6g} {figure.unit}".strip()


def _lines(head: list[str], rows: list[list[str]]) -> str:
    return "\n".join(f"| {' | '.join(row)} |" for row in (head, ["---"] * len(head), *rows))


def asked(figure: Figure) -> str:
    if figure.least is not None:
        return f">= {figure.least:,.6g}"
    return f"<= {figure.most:,.6g}" if figure.most is not None else ""


@contextmanager
def server() -> Iterator[Cluster]:
    """The embedded server of a throw-away home, durable as in production."""
    home = Path(tempfile.mkdtemp(prefix="cgbench"))
    home.chmod(0o711)  # as root the server runs as an ordinary user, who must get in
    os.environ.update(
        CIVIGRID_HOME=str(home), CIVIGRID_KEYS_FILE=str(home / "keys.json"), DJANGO_SETTINGS_MODULE="civigrid.settings"
    )
    from civigrid.base.crypto import Keys
    from civigrid.base.pg.server import Cluster

    Keys.make()
    cluster = Cluster(home)
    try:
        cluster.start()
        os.environ["DATABASE_URL"] = cluster.url()
        django.setup()
        yield cluster
    finally:
        cluster.stop()
        shutil.rmtree(home, ignore_errors=True)


def database(cluster: Cluster, name: str) -> Database:
    """A new database, migrated; Django's connections go there from now on, each thread with one of its own."""
    from django.db import connection

    from civigrid.base.migrate import migrate
    from civigrid.base.pg.roles import database_statements

    with cluster.admin() as admin:
        admin.execute(f"CREATE DATABASE bench_{name}")
    with cluster.admin(f"bench_{name}") as admin:
        for statement in database_statements(f"bench_{name}"):
            admin.execute(statement)
    connection.close()
    connection.settings_dict["NAME"] = f"bench_{name}"
    connection.settings_dict["OPTIONS"].pop("pool", None)
    migrate()
    return Database(f"bench_{name}", cluster)


def drop(cluster: Cluster, name: str) -> None:
    """What is left of one benchmark would be vacuumed and written out while the next one runs."""
    from django.db import connection

    connection.close()
    with cluster.admin() as admin:
        admin.execute(f"DROP DATABASE bench_{name} WITH (FORCE)")
        admin.execute("CHECKPOINT")


@contextmanager
def logged(database: Database) -> Iterator[Callable[[], int]]:
    """The server writes every statement into its log; the function counts those of the program so far: BEGIN, COMMIT and
    what sets the role included."""

    def statements() -> int:
        time.sleep(LOGGED_AFTER)
        logs = sorted(database.cluster.places.log.glob("*.log"))
        return sum(len(_STATEMENT.findall(path.read_text(errors="replace"))) for path in logs)

    with database.admin() as admin:
        admin.execute("ALTER SYSTEM SET log_statement = 'all'")
        admin.execute("SELECT pg_reload_conf()")
        time.sleep(LOGGED_AFTER)
        try:
            yield statements
        finally:
            admin.execute("ALTER SYSTEM RESET log_statement")
            admin.execute("SELECT pg_reload_conf()")
