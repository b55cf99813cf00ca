"""A folder is made beside the one that is wanted and takes its place at the end, so that nothing half-written stays."""

from __future__ import annotations

import errno
import fcntl
import os
import re
import shutil
import signal
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NoReturn

from civigrid.base.trouble import Trouble, gettext_noop

NEW, OLD = "new", "old"
_TERMINATED = 128 + signal.SIGTERM  # how a shell says that a program was asked to end
# what a folder says that cannot be written in
_UNWRITABLE = (errno.EACCES, errno.EPERM, errno.EROFS)
_FULL = (errno.ENOSPC, errno.EDQUOT)


@contextmanager
def beside(out: Path) -> Iterator[Path]:
    """A new folder beside `out` that takes its place at the end; whatever happens, nothing half-written stays.

    Raises Trouble where nothing can be written beside it, OSError where the disk is full.
    """
    scratch = _made(out)
    new, old = scratch / NEW, scratch / OLD
    try:
        with _held(scratch), named_errors(out):
            new.mkdir()
            yield new
            _replace(out, new, old)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _made(out: Path) -> Path:
    try:
        return Path(tempfile.mkdtemp(dir=out.parent, prefix=f".{out.name}-"))
    except OSError as error:  # /proc and /sys, where no folder is made, have errors of their own
        if error.errno in _FULL:
            raise
        raise _unwritable(out) from error


def _replace(out: Path, new: Path, old: Path) -> None:
    if out.exists():
        out.rename(old)
    try:
        new.rename(out)
    except BaseException:
        with suppress(FileNotFoundError):
            old.rename(out)
        raise


@contextmanager
def _held(scratch: Path) -> Iterator[None]:
    """Locked while it is used: a scratch folder without a lock is one of a run that was killed."""
    held = os.open(scratch, os.O_RDONLY)
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    finally:
        os.close(held)


def clear(out: Path) -> None:
    """Takes away what killed runs left beside `out`; a pack that one of them had put aside comes back first."""
    named = re.compile(re.escape(f".{out.name}-") + r"[a-z0-9_]{8}")
    with suppress(OSError):
        left = [path for path in out.parent.iterdir() if named.fullmatch(path.name) and path.is_dir()]
        for scratch in left:
            if {path.name for path in scratch.iterdir()} <= {NEW, OLD}:
                _take_away(scratch, out)


def _take_away(scratch: Path, out: Path) -> None:
    with suppress(BlockingIOError), _held(scratch):
        if (scratch / OLD).is_dir() and not out.exists():
            (scratch / OLD).rename(out)
        shutil.rmtree(scratch, ignore_errors=True)


@contextmanager
def named_errors(out: Path) -> Iterator[None]:
    """Errors of writing say which folder was asked for, not one that nobody knows. A full disk says which: writing to an
    open file tells no name."""
    try:
        yield
    except OSError as error:
        if error.errno in _FULL and not error.filename:
            error.filename = str(out)
        if error.errno in _UNWRITABLE and str(error.filename or "").startswith(str(out.parent)):
            raise _unwritable(out) from error
        raise


def _unwritable(out: Path) -> Trouble:
    return Trouble(
        gettext_noop("{out} cannot be written."),
        gettext_noop("Choose another folder, one that you may write in."),
        out=out,
    )


@contextmanager
def ending_on_term() -> Iterator[None]:
    """SIGTERM ends the block as Ctrl+C does, so that what is half-written is taken away."""

    def end(_number: int, _frame: object) -> NoReturn:
        raise SystemExit(_TERMINATED)

    before = signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
