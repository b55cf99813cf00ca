"""The user of this machine PostgreSQL runs as. It refuses root, so as root we drop to an ordinary one."""

from __future__ import annotations

import os
import pwd
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from civigrid.base.pg import trouble

PREFERRED = ("civigrid", "postgres", "nobody")


@dataclass(frozen=True, slots=True)
class Runner:
    name: str
    uid: int
    gid: int
    dropped: bool

    def popen(self) -> dict[str, Any]:
        """Keyword arguments for subprocess: whose process it is, in which folder, with which environment."""
        environ = {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"}
        who = {"user": self.uid, "group": self.gid, "extra_groups": []} if self.dropped else {}
        return {"cwd": "/", "env": environ, "stdin": subprocess.DEVNULL, **who}

    def reaches(self, path: Path) -> bool:
        """Whether this user may enter the folder, or run the file."""
        if not self.dropped:
            return os.access(path, os.X_OK)
        asked = ["/bin/sh", "-c", 'test -x "$1"', "sh", str(path)]
        return subprocess.run(asked, check=False, **self.popen()).returncode == 0

    def give(self, path: Path) -> None:
        """Hands over a folder that we have just made."""
        if self.dropped:
            os.chown(path, self.uid, self.gid)


def invoker() -> str:
    """The name of the user who runs this program."""
    return _named(os.geteuid()).pw_name


def choose(data: Path) -> Runner:
    """Ourselves; as root the owner of the database there is, or the first ordinary user of `PREFERRED`."""
    me = os.geteuid()
    owner = data.stat().st_uid if data.exists() else None
    if me == 0:
        return _dropped(data, owner)
    if owner not in (None, me):
        raise trouble.wrong_owner(data, _named(owner).pw_name, invoker())
    entry = _named(me)
    return Runner(entry.pw_name, me, entry.pw_gid, dropped=False)


def _dropped(data: Path, owner: int | None) -> Runner:
    if owner == 0:
        raise trouble.root_owned(data, _ordinary().pw_name)
    entry = _ordinary() if owner is None else _named(owner)
    return Runner(entry.pw_name, entry.pw_uid, entry.pw_gid, dropped=True)


def _ordinary() -> pwd.struct_passwd:
    known = {entry.pw_name: entry for entry in pwd.getpwall() if entry.pw_uid != 0}
    for name in PREFERRED:
        if name in known:
            return known[name]
    raise trouble.no_ordinary_user()


def _named(uid: int) -> pwd.struct_passwd:
    try:
        return pwd.getpwuid(uid)
    except KeyError:
        raise trouble.no_user(uid) from None
