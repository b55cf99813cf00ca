"""Who runs the server of a home: a lock that the system takes back when the process dies, however it dies."""

from __future__ import annotations

import fcntl
import json
import os
import platform
import sys
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Holder:
    """What the owner says of itself, for the message a second one gets and for guests."""

    pid: int
    host: str
    command: str
    socket: str


class Lock:
    """A lock on a file, held as long as this process lives or until `release`."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: int | None = None

    @property
    def held(self) -> bool:
        return self._file is not None

    def take(self, *, shared: bool = False, wait: bool = False) -> bool:
        """True once it is ours. Raises OSError where the folder cannot be written or locked."""
        if self.held:
            return True
        file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
        kind = fcntl.LOCK_SH if shared else fcntl.LOCK_EX
        try:
            fcntl.flock(file, kind if wait else kind | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(file)
            return False
        except BaseException:
            os.close(file)
            raise
        self._file = file
        return True

    def sign(self, socket: Path) -> None:
        """Writes down who holds it and where the server answers."""
        assert self._file is not None
        program = Path(sys.argv[0]).name.replace("__main__.py", "civigrid")
        command = " ".join([program, *sys.argv[1:]])
        words = json.dumps(asdict(Holder(os.getpid(), platform.node(), command, str(socket))))
        os.ftruncate(self._file, 0)
        os.pwrite(self._file, words.encode(), 0)

    def holder(self) -> Holder | None:
        """Who signed it last; None where nobody has yet."""
        try:
            return Holder(**json.loads(self._path.read_text()))
        except (OSError, ValueError, TypeError):
            return None

    def release(self) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None
