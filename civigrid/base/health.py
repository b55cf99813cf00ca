"""Is it well, and what to do where it is not: for /healthz, /readyz and `civigrid doctor`.

Each check gives a `Check` and never raises for what it looks at. Words are in the language active when it is called.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from django.db import Error as DatabaseError
from django.utils.translation import gettext as _

from civigrid.base import crypto, db, env, keymark, migrate
from civigrid.base.bulk import execute
from civigrid.base.metrics import Gauge
from civigrid.base.trouble import Trouble

LEAST_FREE = 1 << 30  # bytes on the disk of CIVIGRID_HOME
MOST_SKEW = timedelta(seconds=5)  # between the database's clock and ours, and between our clock and its own past
MOST_WAIT = timedelta(minutes=5)  # the oldest thing in a queue
PATIENCE = 2  # seconds for a database that says nothing: who asks gives up after ten

# the roles the login may take on that row security binds
_ROLES = """
SELECT count(*) FROM pg_roles
WHERE rolname IN ('civigrid_owner', 'civigrid_web', 'civigrid_system')
  AND pg_has_role(session_user, oid, 'MEMBER') AND NOT rolsuper AND NOT rolbypassrls
"""
# tables with a policy that does not bind, and lines that could be changed
_OPEN = """
SELECT DISTINCT class.relname::text FROM pg_policy JOIN pg_class class ON class.oid = polrelid
WHERE NOT (relrowsecurity AND relforcerowsecurity)
UNION SELECT 'ledger_line' WHERE NOT (SELECT relforcerowsecurity FROM pg_class WHERE oid = 'ledger_line'::regclass)
  OR has_table_privilege('civigrid_system', 'ledger_line', 'UPDATE, DELETE, TRUNCATE')
  OR has_table_privilege('civigrid_web', 'ledger_line', 'INSERT, UPDATE, DELETE, TRUNCATE')
ORDER BY 1
"""
_FAILED_JOBS = "SELECT count(*) FROM procrastinate_jobs WHERE status = 'failed'"


@dataclass(frozen=True, slots=True)
class Check:
    """`remedy` is "" where `ok`. `needed`: without it the program cannot serve (what /readyz answers from)."""

    name: str
    ok: bool
    detail: str
    remedy: str = ""
    needed: bool = True


@dataclass(frozen=True, slots=True)
class Waiting:
    """What a queue holds: how many, since when the oldest waits (None where it is empty), how many wait for a person."""

    count: int
    since: datetime | None
    parked: int = 0

    def age(self, now: datetime) -> timedelta:
        return max(now - self.since, timedelta()) if self.since else timedelta()


_queues: dict[str, tuple[Callable[[], Waiting], bool]] = {}
_started: tuple[datetime, float] | None = None


def add_queue(name: str, waiting: Callable[[], Waiting], *, needed: bool = True) -> None:
    """`waiting` is asked inside `base.db.system()`. The area that owns the queue registers it. `needed`: requests should go
    elsewhere while it waits too long.
    """
    _queues[name] = waiting, needed


def alive() -> dict[str, object]:
    """/healthz: the process answers; nothing else is asked, so a lost database restarts nobody."""
    return {"ok": True}


def ready(*, now: datetime) -> tuple[bool, dict[str, object]]:
    """/readyz: (may requests come, what is wrong by name). No detail leaves the house through this door."""
    found = [check for check in checks(now=now, needed=True) if check.needed]
    return all(check.ok for check in found), {check.name: check.ok for check in found}


def checks(*, now: datetime, needed: bool = False) -> list[Check]:
    """All checks, or the `needed` ones; those that need the database or its tables only where they are there."""
    found = [keys_file(), disk(), clock(now=now), database()]
    if not found[-1].ok:
        return found
    found.append(migrations())
    if not found[-1].ok:
        return found
    inside: dict[str, Callable[[], Check]] = {"key mark": key_mark, "roles": roles}
    if not needed:
        inside["database clock"] = partial(database_clock, now=now)
    asked = [name for name, (_asked, queue_needed) in sorted(_queues.items()) if queue_needed or not needed]
    inside |= {f"queue {name}": partial(queue, name, now=now) for name in asked}
    if not needed:
        inside |= {"parked": parked, "jobs": jobs}
    return found + [_guarded(name, check) for name, check in inside.items()]


def keys_file() -> Check:
    try:
        keys = crypto.Keys.load()
    except Trouble as trouble:
        return Check("keys", False, *trouble.said(_))
    return Check("keys", True, _("{path}; number of keys: {count}").format(path=keys.path, count=len(keys.sealing)))


def key_mark() -> Check:
    """Whether the key file is the one this database was used with."""
    try:
        keymark.require()
    except Trouble as trouble:
        return Check("key mark", False, *trouble.said(_))
    return Check("key mark", True, _("the keys are those of this database"))


def disk() -> Check:
    place = _place()
    free = shutil.disk_usage(place).free
    detail = _("{place}: {free} MB free").format(place=place, free=free >> 20)
    if not os.access(place, os.W_OK | os.X_OK):
        remedy = _("Let this user write there, or set CIVIGRID_HOME to a folder where it may.")
        return Check("disk", False, _("{place} cannot be written to").format(place=place), remedy)
    if free < LEAST_FREE:
        return Check("disk", False, detail, _("Make room: at least {least} MB.").format(least=LEAST_FREE >> 20))
    return Check("disk", True, detail)


def clock(*, now: datetime) -> Check:
    """Whether the wall clock went with the steady one since this process first looked."""
    global _started
    steady = time.monotonic()
    if _started is None:
        _started = now, steady
    jump = (now - _started[0]) - timedelta(seconds=steady - _started[1])
    if abs(jump) > MOST_SKEW:
        _started = now, steady  # said once; from here it is the clock
        detail = _("the clock jumped by {seconds} s").format(seconds=round(jump.total_seconds()))
        return Check("clock", False, detail, _("Let a time service keep the clock; it must not be set by hand."), False)
    return Check("clock", True, now.isoformat(timespec="seconds"))


def database() -> Check:
    try:
        migrate.knock(PATIENCE)
        with db.system():
            version = str(execute("SHOW server_version")[0][0])
    except (DatabaseError, Trouble) as error:
        return Check("database", False, *_trouble(error).said(_))
    return Check("database", True, f"PostgreSQL {version}")


def migrations() -> Check:
    try:
        migrate.require_ready()
    except (DatabaseError, Trouble) as error:
        return Check("migrations", False, *_trouble(error).said(_))
    return Check("migrations", True, _("the tables are those of this program"))


def roles() -> Check:
    if execute(_ROLES)[0][0] != 3:
        remedy = _("Log in as civigrid; `civigrid init --print-roles` prints the SQL that makes it.")
        return Check("roles", False, _("a role is missing, may not be taken on, or is above row security"), remedy)
    loose = ", ".join(name for (name,) in execute(_OPEN))
    if loose:
        detail = _("row security or rights were changed on: {tables}").format(tables=loose)
        return Check("roles", False, detail, _("Somebody altered these tables by hand: restore their rights."))
    return Check("roles", True, _("row security is forced, lines cannot be changed"))


def database_clock(*, now: datetime) -> Check:
    skew = abs(execute("SELECT clock_timestamp()")[0][0] - now)
    detail = _("{seconds} s apart").format(seconds=round(skew.total_seconds(), 1))
    remedy = "" if skew <= MOST_SKEW else _("Let both machines keep their clocks by the same time service.")
    return Check("database clock", skew <= MOST_SKEW, detail, remedy, needed=False)


def queue(name: str, *, now: datetime) -> Check:
    asked, needed = _queues[name]
    waiting = asked()
    age = waiting.age(now)
    detail = _("{count} waiting, the oldest for {seconds} s").format(
        count=waiting.count, seconds=int(age.total_seconds())
    )
    remedy = "" if age <= MOST_WAIT else _("Look whether `civigrid work` runs, and at its log.")
    return Check(f"queue {name}", age <= MOST_WAIT, detail, remedy, needed)


def parked() -> Check:
    """Whether something was given up after several trials. Everything else goes on, so requests may come."""
    count = sum(asked().parked for asked, _needed in _queues.values())
    detail = _("{count} that no stage could process").format(count=count)
    remedy = _("Correct the cause, then “Try again” on the page of parked reports.") if count else ""
    return Check("parked", not count, detail, remedy, needed=False)


def figures(now: datetime) -> list[Gauge]:
    """What /metrics tells of the queues, in one transaction. Raises where the database is away, and at once: the other
    figures are wanted then."""
    migrate.knock(PATIENCE)
    with db.system():
        waiting: dict[tuple[str, ...], Waiting] = {(name,): asked() for name, (asked, _needed) in _queues.items()}
        failed = _failed_jobs()
    count = {name: float(each.count) for name, each in waiting.items()}
    age = {name: each.age(now).total_seconds() for name, each in waiting.items()}
    given_up = {name: float(each.parked) for name, each in waiting.items()}
    return [
        Gauge("civigrid_queue_waiting", "How many wait for the worker.", count, ["queue"]),
        Gauge("civigrid_queue_oldest_seconds", "How long the oldest waits.", age, ["queue"]),
        Gauge("civigrid_queue_parked", "How many no stage could process; a person decides.", given_up, ["queue"]),
        Gauge("civigrid_jobs_failed", "Periodic jobs that failed in the last days.", {(): failed}),
    ]


def room(_now: datetime) -> list[Gauge]:
    """What /metrics tells of the disk of CIVIGRID_HOME, in bytes."""
    usage = shutil.disk_usage(_place())
    return [
        Gauge("civigrid_disk_free_bytes", "Room left on the disk of CIVIGRID_HOME.", {(): usage.free}),
        Gauge("civigrid_disk_bytes", "Size of the disk of CIVIGRID_HOME.", {(): usage.total}),
    ]


def jobs() -> Check:
    failed = _failed_jobs()
    detail = _("{count} failed in the last days").format(count=failed)
    return Check("jobs", not failed, detail, _("The log says why.") if failed else "", needed=False)


def _failed_jobs() -> int:
    return int(execute(_FAILED_JOBS)[0][0])


def _trouble(error: DatabaseError | Trouble) -> Trouble:
    return error if isinstance(error, Trouble) else migrate.unreachable(str(error))


def _place() -> Path:
    """CIVIGRID_HOME, or before it is made the folder it will be made in."""
    home = env.home()
    return next(folder for folder in (home, *home.parents) if folder.exists())


def _guarded(name: str, check: Callable[[], Check]) -> Check:
    """A check in a transaction of its own; what the database says instead of an answer is the answer."""
    try:
        with db.system():
            return check()
    except DatabaseError as error:
        return Check(name, False, str(error).splitlines()[0], _("The database refused the question: see its log."))
