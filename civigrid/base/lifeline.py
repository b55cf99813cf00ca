"""A child dies with its parent, however the parent dies.

Linux does it itself (PR_SET_PDEATHSIG). It must be asked for after the child has changed its user, in the child, and
holds for the *thread* that started it; elsewhere a child of our own looks twice a second whether it was orphaned.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import threading
import time
from collections.abc import Callable

PR_SET_PDEATHSIG = 1
PARENT = "CIVIGRID_PARENT"  # the number of the process that starts us and that we shall not outlive
_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def dies_with_us(last_signal: signal.Signals = signal.SIGKILL) -> Callable[[], None]:
    """For `Popen(preexec_fn=...)`: runs in the child, after it has dropped to its user."""
    parent = os.getpid()

    def bind() -> None:
        _bind(parent, last_signal)

    return bind


def die_with_parent(parent: int, last_signal: signal.Signals = signal.SIGKILL) -> None:
    """For a child of our own: asks the system, and where it cannot, watches."""
    if not _bind(parent, last_signal):
        threading.Thread(target=watch, args=(parent, last_signal), name="lifeline", daemon=True).start()


def watch(parent: int, last_signal: signal.Signals, *, pause: float = 0.5) -> None:
    """Returns never: ends this process once `parent` is no longer its parent."""
    while os.getppid() == parent:
        time.sleep(pause)
    os.kill(os.getpid(), last_signal)


def _bind(parent: int, last_signal: signal.Signals) -> bool:
    if _libc is None or _libc.prctl(PR_SET_PDEATHSIG, int(last_signal), 0, 0, 0) != 0:
        return False
    if os.getppid() != parent:  # it died before we asked
        os.kill(os.getpid(), signal.SIGKILL)
    return True
