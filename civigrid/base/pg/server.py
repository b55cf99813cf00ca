"""The embedded PostgreSQL: made, started, watched and stopped as a child of the process that owns it.

    with embedded(home) as url: ...          # a command: uses the running server, or runs one as long as it needs it
    cluster = Cluster(home); cluster.start() # `civigrid serve`: is its owner, or is told who is

The application logs in as `civigrid`, through a socket that only this user can reach, as the user the system says it is
(peer). Only this package connects as the database's administrator. Start from the main thread: on Linux the server is
told to stop when the thread that started it ends.
"""

from __future__ import annotations

import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg

from civigrid.base import env
from civigrid.base.lifeline import dies_with_us
from civigrid.base.pg import config, runner, tenants, trouble, wheel
from civigrid.base.pg.owner import Holder, Lock
from civigrid.base.pg.places import Places, check_private
from civigrid.base.pg.roles import database_statements, role_statements

DATABASE = "civigrid"
PATIENCE = ((signal.SIGINT, 60.0), (signal.SIGQUIT, 10.0), (signal.SIGKILL, 10.0))
GUEST_PATIENCE = 120.0

Progress = Callable[[str, float], None]  # what it does (making, clearing, starting, recovering, waiting), for how long


def silent(_step: str, _seconds: float) -> None:
    """No progress shown."""


class Cluster:
    """The server of one home. `throw_away` is for tests: nothing is fsynced."""

    def __init__(self, home: Path, version: str = "", *, progress: Progress = silent, throw_away: bool = False) -> None:
        self.places = Places(home.absolute())
        self._asked = version or env.PG_VERSION.text()
        self.progress = progress
        self._throw_away = throw_away
        self._lock = Lock(self.places.lock)
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def version(self) -> str:
        """The major version of the database there is; the asked one where there is none."""
        file = self.places.data / "PG_VERSION"
        with trouble.files_in(self.places.home):
            found = file.read_text().strip() if file.exists() else self._asked
        if found not in wheel.TREES:
            raise trouble.unknown_version(self.places.data, found, ", ".join(wheel.TREES))
        return found

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    def poll(self) -> int | None:
        """The exit code of a server that ended by itself; None while it runs or was never started."""
        return self._process.poll() if self._process else None

    def start(self) -> None:
        """Returns when the database answers. Raises PgTrouble; `Owned` where another process runs it."""
        with trouble.files_in(self.places.home):
            self.runner = runner.choose(self.places.data)
            self.places.require_passage(self.runner)
            self.places.prepare_ours()
            if not self._lock.take():
                raise self._owned()
        try:
            with trouble.files_in(self.places.home):
                self._start()
        except BaseException:
            self.stop()
            raise

    def _start(self) -> None:
        self.socket = self.places.prepare_servers(self.runner)
        self._lock.sign(self.socket)
        self._programs = wheel.programs_for(self.runner, self.version, self.places.home)
        tenants.clear(self.places.data, self.socket, told=lambda count: self.progress("clearing", float(count)))
        if not self.places.data.exists():
            self._make()
        conf = config.write(self.places, self.socket, invoker=runner.invoker(), throw_away=self._throw_away)
        self._spawn(conf)
        self._wait()
        self._furnish()

    def _owned(self) -> trouble.Owned:
        holder = self.holder() or Holder(0, "?", "?", "")
        return trouble.owned(self.places.home, pid=holder.pid, command=holder.command, host=holder.host)

    def _make(self) -> None:
        """A new, empty cluster: made beside and renamed, so that a half-made one is never taken for whole."""
        self.progress("making", 0.0)
        new = self.places.data.with_name("data.new")
        shutil.rmtree(new, ignore_errors=True)
        new.mkdir(mode=0o700)
        self.runner.give(new)
        done = self._initdb(new)
        if done.returncode:
            shutil.rmtree(new, ignore_errors=True)
            raise trouble.from_log(done.stderr, folder=self.places.home, log=self._starting_log)
        new.rename(self.places.data)

    def _initdb(self, folder: Path) -> subprocess.CompletedProcess[str]:
        # the builtin locale came with 17; before it the C library's does the same
        locale = ["--locale-provider=builtin"] if self.version != "16" else []
        asked: list[str | Path] = [
            self._programs / "initdb", "-D", folder, "-U", config.ADMINISTRATOR, "-A", "peer", "--data-checksums",
            *locale, "--locale=C.UTF-8", "--encoding=UTF8", *(["--no-sync"] if self._throw_away else []),
        ]  # fmt: skip
        return subprocess.run(asked, capture_output=True, text=True, check=False, **self.runner.popen())

    def _spawn(self, conf: Path) -> None:
        self._log_sizes = {path: path.stat().st_size for path in self.places.log.glob("*.log")}
        with self._starting_log.open("wb") as log:
            self._process = subprocess.Popen(
                [self._programs / "postgres", "-D", self.places.data, "-c", f"config_file={conf}"],
                stdout=log,
                stderr=log,
                start_new_session=True,  # a Ctrl-C in the terminal is for us; we stop it in its turn
                preexec_fn=dies_with_us(signal.SIGINT),
                **self.runner.popen(),
            )

    @property
    def _starting_log(self) -> Path:
        return self.places.conf / "start.log"

    def _wait(self) -> None:
        began = time.monotonic()
        while not self._ready():
            if self.poll() is not None:
                raise trouble.from_log(self._last_words(), folder=self.places.home, log=self.places.log)
            waited = time.monotonic() - began
            self.progress("recovering" if waited > 1 else "starting", waited)
            time.sleep(0.02 if waited < 1 else 0.2)

    def _ready(self) -> bool:
        """The server writes its state into the eighth line of its own file."""
        try:
            lines = (self.places.data / "postmaster.pid").read_text().splitlines()
        except OSError:
            return False
        return len(lines) >= 8 and lines[0] == str(self.pid) and lines[7].strip() == "ready"

    def _last_words(self) -> str:
        words = [self._starting_log.read_text(errors="replace")]
        for path in self.places.log.glob("*.log"):
            with path.open("rb") as file:
                file.seek(min(self._log_sizes.get(path, 0), path.stat().st_size))
                words.append(file.read(65536).decode(errors="replace"))
        return "\n".join(words)

    def _furnish(self) -> None:
        """Roles, database and rights; repeated at every start, so a start killed half-way is mended by the next."""
        with self.admin() as conn:
            for statement in role_statements():
                conn.execute(statement)
            if conn.execute("SELECT 1 FROM pg_database WHERE datname = %s", (DATABASE,)).fetchone() is None:
                conn.execute(f"CREATE DATABASE {DATABASE}")
        with self.admin(DATABASE) as conn:
            for statement in database_statements(DATABASE):
                conn.execute(statement)

    def admin(self, database: str = "postgres") -> psycopg.Connection[tuple[Any, ...]]:
        """A connection as the database's administrator, each statement its own transaction."""
        return psycopg.connect(host=str(self.socket), user=config.ADMINISTRATOR, dbname=database, autocommit=True)

    def url(self, database: str = DATABASE) -> str:
        """Where the application logs in."""
        return f"postgresql://{config.LOGIN}@/{database}?host={quote(str(self.socket), safe='/')}"

    def holder(self) -> Holder | None:
        """Who runs the server of this home, by its own word."""
        return self._lock.holder()

    def visit(self, socket: Path) -> None:
        """Uses the server another process runs. The socket's folder must be one only the server's user can make."""
        check_private(socket, runner.choose(self.places.data))
        self.socket = socket

    def stop(self) -> None:
        """Stops the server, cleanly if it will, and lets go of the home."""
        if self._process:
            for step, patience in PATIENCE:
                if self._process.poll() is not None:
                    break
                self._process.send_signal(step)
                with suppress(subprocess.TimeoutExpired):
                    self._process.wait(patience)
        self._process = None
        self._lock.release()


@contextmanager
def embedded(home: Path | None = None, *, progress: Progress = silent) -> Iterator[str]:
    """The address of the database, for as long as a command needs it.

    DATABASE_URL where it is set; else the server another process runs in this home; else one of our own.
    """
    if chosen := env.DATABASE_URL.text():
        yield chosen
        return
    cluster = Cluster(home or env.home(), progress=progress)
    stay = _own_or_join(cluster)
    try:
        yield cluster.url()
    finally:
        if stay is None:
            stay = _guests_gone(cluster, progress)
            cluster.stop()
        stay.release()


def _own_or_join(cluster: Cluster) -> Lock | None:
    """None once the server is ours; a guest's lock once another's server takes us in."""
    began = time.monotonic()
    while True:
        try:
            cluster.start()
            return None
        except trouble.Owned:
            if stay := _join(cluster):
                return stay
            if time.monotonic() - began > GUEST_PATIENCE:
                holder = cluster.holder()
                raise trouble.silent(cluster.places.home, pid=holder.pid if holder else 0) from None
            time.sleep(0.2)


def _join(cluster: Cluster) -> Lock | None:
    """Takes a guest's lock, for which the owner waits before it stops, and looks whether the database answers."""
    stay, holder = Lock(cluster.places.guests), cluster.holder()
    if holder is None or not stay.take(shared=True):
        return None
    try:
        cluster.visit(Path(holder.socket))
        psycopg.connect(cluster.url(), connect_timeout=5).close()
    except (OSError, psycopg.OperationalError):
        stay.release()
        return None
    return stay


def _guests_gone(cluster: Cluster, progress: Progress) -> Lock:
    """Another command may be using our server; it is not taken away under its feet."""
    lock, began = Lock(cluster.places.guests), time.monotonic()
    while not lock.take():
        progress("waiting", time.monotonic() - began)
        time.sleep(0.2)
    return lock
