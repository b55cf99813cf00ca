"""Runs programs side by side: starts them in order, restarts what crashes, stops them in the order asked for.

Each program is a process that dies with this one, however this one dies (see `base.lifeline`). A program that crashes
is started again after a pause that doubles up to half a minute; one that ends with `REFUSED` has said itself why it
cannot run, and everything is stopped. Runs in the main thread.
"""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Protocol

from civigrid.base.lifeline import PARENT, dies_with_us
from civigrid.base.trouble import Trouble

REFUSED = 78  # sysexits' EX_CONFIG: a known trouble, told to the operator; starting again would not help
SHORTEST, LONGEST = 0.5, 30.0  # seconds between a crash and the next start
HEALTHY = 60.0  # seconds after which a crash counts as the first again
LOOK = 0.1  # seconds between looks at the programs
READY_WITHIN = 60.0  # seconds the next program waits for one that is slow to get ready
LEAST_CLAIM = 19  # of `nice`

log = logging.getLogger("civigrid.supervise")


class Stopping(Exception):
    """Raised inside a slow start when the supervisor was asked to stop meanwhile."""


class Process(Protocol):
    """What is supervised. `start` may be called again after a crash and cleans up what that left."""

    @property
    def pid(self) -> int | None: ...
    def start(self) -> None: ...
    def poll(self) -> int | None: ...
    def stop(self) -> None: ...


class Child:
    """A command in a session of its own, so that whatever it starts can be ended with it.

    `environ` is asked at each start for what to add to ours; `grace` is seconds between SIGTERM and SIGKILL.
    """

    def __init__(
        self, command: Sequence[str], *, environ: Callable[[], Mapping[str, str]] = dict, grace: float = 5.0
    ) -> None:
        self._command = list(command)
        self._environ = environ
        self._grace = grace
        self._popen: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int | None:
        return self._popen.pid if self._popen else None

    def start(self) -> None:
        self._end_group()
        self._popen = subprocess.Popen(
            self._command,
            env={**os.environ, **self._environ(), PARENT: str(os.getpid())},
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=dies_with_us(),
        )

    def poll(self) -> int | None:
        return self._popen.poll() if self._popen else None

    def stop(self) -> None:
        """SIGTERM, and after the grace SIGKILL to it and all it started."""
        if self._popen and self._popen.poll() is None:
            self._popen.terminate()
            with suppress(subprocess.TimeoutExpired):
                self._popen.wait(self._grace)
        self._end_group()
        self._popen = None

    def _end_group(self) -> None:
        if self._popen:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self._popen.pid, signal.SIGKILL)
            self._popen.wait()


async def alongside(command: Sequence[str]) -> int:
    """Runs a command of our own to its end beside what we do, with the least claim to the processors; its exit code.
    It ends with us, and when whoever waits for it is cancelled.
    """

    def bind() -> None:
        os.nice(LEAST_CLAIM)
        dies()

    dies = dies_with_us()
    process = await asyncio.create_subprocess_exec(
        *command,
        env={**os.environ, PARENT: str(os.getpid())},
        stdin=subprocess.DEVNULL,
        start_new_session=True,
        preexec_fn=bind,
    )
    try:
        return await process.wait()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


def python(*arguments: str) -> list[str]:
    """A command that runs this very Python with `-m`."""
    return [sys.executable, "-m", *arguments]


@dataclass(slots=True)
class Program:
    """One supervised process. `ready` is asked until it is true before the next one is started."""

    name: str
    process: Process
    ready: Callable[[], bool] = lambda: True
    pause: float = SHORTEST
    began: float = 0.0
    due: float | None = field(default=None)  # when to start again; None while it runs

    def start(self) -> None:
        self.began, self.due = time.monotonic(), None
        self.process.start()
        log.info("%s started", self.name, extra={"pid": self.process.pid})

    def stop(self) -> None:
        self.process.stop()
        if self.began:
            log.info("%s stopped", self.name)

    def put_off(self) -> None:
        """Plans the next start; longer each time it crashes soon."""
        now = time.monotonic()
        self.pause = SHORTEST if now - self.began > HEALTHY else self.pause
        self.due, self.pause = now + self.pause, min(self.pause * 2, LONGEST)


Told = Callable[[str], None]


def unheard(_name: str) -> None:
    """Nobody wants to know."""


class Supervisor:
    """`programs` in the order they start; they stop in the order of `stopping` (names)."""

    def __init__(self, programs: Sequence[Program], *, stopping: Sequence[str]) -> None:
        self._programs = {program.name: program for program in programs}
        self._order = list(stopping)
        self._asked = False  # no Event: to set one inside a signal handler waits for ever where we were inside its wait

    def stop(self) -> None:
        """Asks `run` to end; for signal handlers and tests."""
        self._asked = True

    def check_stopping(self) -> None:
        """For long work inside a start: raises Stopping once we were asked to stop."""
        if self._asked:
            raise Stopping

    def run(self, *, told: Told = unheard) -> int:
        """Runs until stopped; 0 after a stop, 1 when a program refused. `told` hears the name of each ready program.

        A Trouble while starting for the first time passes on, after everything started has been stopped.
        """
        with _signals(self.stop), suppress(Stopping), self._stopped_at_the_end():
            if self._start_all(told):
                self._watch()
        return 0 if self._asked else 1

    @contextmanager
    def running(self, *, told: Told = unheard) -> Iterator[bool]:
        """Starts all and stops them at the end of the block, for as long as it takes; False where one did not start."""
        with _signals(self.stop), self._stopped_at_the_end():
            yield self._start_all(told)

    @contextmanager
    def _stopped_at_the_end(self) -> Iterator[None]:
        try:
            yield
        finally:
            for program in (self._programs[name] for name in self._order):
                program.stop()

    def _start_all(self, told: Told) -> bool:
        """False when it is over before all were started."""
        for program in self._programs.values():
            program.start()
            if not self._await(program):
                return False
            told(program.name)
        return True

    def _await(self, program: Program) -> bool:
        """True once it is ready (or slow, which is no reason to hold up the rest); False when it is over."""
        until = time.monotonic() + READY_WITHIN
        while not program.ready() and time.monotonic() < until:
            if not self._look_after_all():
                return False
        return not self._asked

    def _watch(self) -> None:
        while self._look_after_all():
            pass

    def _look_after_all(self) -> bool:
        """One round; False when it is time to stop."""
        for program in self._programs.values():
            if program.process.poll() == REFUSED:
                return False
            self._look_after(program)
        if not self._asked:
            time.sleep(LOOK)
        return not self._asked

    def _look_after(self, program: Program) -> None:
        code = program.process.poll()
        if program.due is None and code is not None:
            program.put_off()
            log.error("%s ended", program.name, extra={"code": code, "seconds": round(program.pause, 1)})
        elif program.due is not None and time.monotonic() >= program.due:
            self._again(program)

    def _again(self, program: Program) -> None:
        try:
            program.start()
        except (Trouble, OSError) as error:  # e.g. a full disk: it may be mended while we run
            program.put_off()
            log.error("%s does not start: %s", program.name, error, extra={"seconds": round(program.pause, 1)})


@contextmanager
def _signals(stop: Callable[[], None]) -> Iterator[None]:
    """SIGTERM, SIGINT and SIGHUP ask for an orderly stop; a second one changes nothing."""
    wanted = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
    before = {number: signal.signal(number, lambda *_: stop()) for number in wanted}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
