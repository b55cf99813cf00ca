"""Where the embedded database keeps its things under CIVIGRID_HOME, and who may enter.

    database/data     the cluster itself       the server's user, 0700
    database/log      its log                  the server's user, 0700
    database/conf     its configuration        ours, readable by the server
    run/owner.lock    who runs it              ours, 0600
    run/socket        where it answers         the server's user, 0700

Only folders made here get a mode and an owner; those found are left as they are.
"""

from __future__ import annotations

import hashlib
import os
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path

from civigrid.base.pg import trouble
from civigrid.base.pg.runner import Runner

SOCKET = ".s.PGSQL.5432"
LONGEST = 100  # bytes of a socket's path that every system takes


@dataclass(frozen=True, slots=True)
class Places:
    home: Path

    @property
    def data(self) -> Path:
        return self.home / "database" / "data"

    @property
    def log(self) -> Path:
        return self.home / "database" / "log"

    @property
    def conf(self) -> Path:
        return self.home / "database" / "conf"

    @property
    def lock(self) -> Path:
        return self.home / "run" / "owner.lock"

    @property
    def guests(self) -> Path:
        return self.home / "run" / "guests.lock"

    def require_passage(self, runner: Runner) -> None:
        """Asked before anything is made: what is there already must let the server's user through."""
        ways = (self.home / "database", self.home, *self.home.parents)
        if not runner.reaches(next(way for way in ways if way.exists())):
            raise trouble.unreachable(self.home, runner.name)

    def prepare_ours(self) -> None:
        """The folders we keep ourselves. As root others may pass through them, but not look inside."""
        passage = 0o711 if os.geteuid() == 0 else 0o700
        for folder in (self.home, self.home / "database", self.home / "run"):
            made(folder, passage)

    def prepare_servers(self, runner: Runner) -> Path:
        """The folders the server writes; returns the one for its socket."""
        made(self.conf, 0o755)
        for folder in (self.log, socket := self.socket(runner)):
            if made(folder, 0o700):
                runner.give(folder)
        check_private(socket, runner)
        return socket

    def socket(self, runner: Runner) -> Path:
        """`run/socket`; where that path is too long for a socket, a short one in the runtime folder."""
        near = self.home / "run" / "socket"
        if len(os.fsencode(near / SOCKET)) <= LONGEST:
            return near
        name = f"civigrid-{runner.uid}-{hashlib.sha256(os.fsencode(self.home)).hexdigest()[:16]}"
        return _runtime_folder(runner) / name


def made(folder: Path, mode: int) -> bool:
    """Makes the folder with this very mode, its missing parents open to pass through; False where it was there."""
    if folder.is_dir():
        return False
    for parent in reversed(folder.parents):
        if not parent.exists():
            parent.mkdir(mode=0o755)
    try:
        folder.mkdir(mode=mode)
    except FileExistsError:
        return False
    folder.chmod(mode)  # whatever the umask
    return True


def check_private(folder: Path, runner: Runner) -> None:
    """The folder must be one only the server's user can enter: in a shared runtime folder anyone could have made it."""
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != runner.uid or found.st_mode & 0o077:
        raise trouble.not_private(folder)


def _runtime_folder(runner: Runner) -> Path:
    chosen = os.environ.get("XDG_RUNTIME_DIR", "")
    if chosen and not runner.dropped and os.access(chosen, os.W_OK) and len(os.fsencode(chosen)) < LONGEST // 3:
        return Path(chosen)
    folder = Path(tempfile.gettempdir())
    return folder if len(os.fsencode(folder)) < LONGEST // 3 else Path("/tmp")  # noqa: S108 - checked to be private
