"""The supervisor with small programs: order, restarts, refusals, and what becomes of children when it is killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from civigrid.base import supervise
from civigrid.base.supervise import REFUSED, Child, Program, Stopping, Supervisor
from civigrid.base.trouble import Trouble

SLEEPS = [sys.executable, "-c", "import time; time.sleep(600)"]
SUPERVISES = """
import sys
from civigrid.base.supervise import Child, Program, Supervisor
child = Child([sys.executable, "-c", {body!r}])
Supervisor([Program("one", child)], stopping=["one"]).run(told=lambda _: print(child.pid, flush=True))
"""


class Noted:
    """A process that exists only as notes in a list."""

    def __init__(self, name: str, notes: list[str], *, fails: int = 0) -> None:
        self.name, self.notes, self.fails = name, notes, fails
        self.code: int | None = None
        self.pid = None

    def start(self) -> None:
        self.code = None
        self.notes.append(f"{self.name} starts")
        if self.fails:
            self.fails -= 1
            raise Trouble("The disk is full.", "Free some.")

    def poll(self) -> int | None:
        return self.code

    def stop(self) -> None:
        self.notes.append(f"{self.name} stops")


def wait_until(true: Callable[[], bool], *, within: float = 30) -> None:
    until = time.monotonic() + within
    while not true():
        assert time.monotonic() < until, "it did not happen in time"
        time.sleep(0.02)


def lives(pid: int) -> bool:
    return psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE


def test_programs_start_in_order_each_when_the_one_before_is_ready_and_stop_as_asked() -> None:
    notes: list[str] = []
    names = ["database", "web", "work"]
    programs = [Program(name, Noted(name, notes)) for name in names]
    left = [2]

    def slow() -> bool:
        left[0] -= 1
        notes.append("database is getting ready")
        return left[0] <= 0

    programs[0].ready = slow
    supervisor = Supervisor(programs, stopping=["web", "work", "database"])

    def told(name: str) -> None:
        notes.append(f"{name} is ready")
        if name == "work":
            supervisor.stop()

    assert supervisor.run(told=told) == 0
    assert notes == [
        "database starts", "database is getting ready", "database is getting ready", "database is ready",
        "web starts", "web is ready", "work starts", "work is ready", "web stops", "work stops", "database stops",
    ]  # fmt: skip


def test_a_crashed_program_starts_again_and_the_others_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervise, "SHORTEST", 0.01)
    notes: list[str] = []
    crashes, stays = Noted("web", notes), Noted("work", notes)
    supervisor = Supervisor([Program("web", crashes, pause=0.01), Program("work", stays)], stopping=["web", "work"])

    def told(name: str) -> None:
        if name == "work":
            crashes.code = -9
            threading.Timer(0.5, supervisor.stop).start()

    assert supervisor.run(told=told) == 0
    assert notes.count("web starts") == 2
    assert notes.count("work starts") == 1


def test_what_does_not_start_again_is_tried_until_it_does(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervise, "LOOK", 0.005)
    notes: list[str] = []
    database = Noted("database", notes)
    supervisor = Supervisor([Program("database", database, pause=0.01)], stopping=["database"])

    def told(_name: str) -> None:
        database.code, database.fails = 1, 3
        threading.Timer(1.0, supervisor.stop).start()

    assert supervisor.run(told=told) == 0
    assert notes.count("database starts") == 5


def test_pauses_double_up_to_half_a_minute_and_a_healthy_hour_is_forgiven() -> None:
    program = Program("web", Noted("web", []))
    program.began = time.monotonic()
    pauses = []
    for _ in range(8):
        pauses.append(program.pause)
        program.put_off()
    assert pauses == [0.5, 1, 2, 4, 8, 16, 30, 30]
    program.began = time.monotonic() - 3600
    program.put_off()
    assert program.due is not None
    assert program.due - time.monotonic() == pytest.approx(0.5, abs=0.1)


def test_a_program_that_refuses_ends_everything_with_1() -> None:
    notes: list[str] = []
    web = Noted("web", notes)
    supervisor = Supervisor([Program("web", web)], stopping=["web"])

    def told(_name: str) -> None:
        web.code = REFUSED

    assert supervisor.run(told=told) == 1
    assert notes == ["web starts", "web stops"]


def test_a_trouble_at_the_first_start_stops_what_runs_and_passes_on() -> None:
    notes: list[str] = []
    programs = [Program("database", Noted("database", notes)), Program("web", Noted("web", notes, fails=1))]
    with pytest.raises(Trouble, match="disk is full"):
        Supervisor(programs, stopping=["web", "database"]).run()
    assert notes == ["database starts", "web starts", "web stops", "database stops"]


def test_a_slow_start_can_be_called_off() -> None:
    supervisor = Supervisor([], stopping=[])
    supervisor.check_stopping()
    supervisor.stop()
    with pytest.raises(Stopping):
        supervisor.check_stopping()


def test_a_child_that_ignores_sigterm_is_killed_with_all_it_started() -> None:
    stubborn = (
        "import signal, subprocess, sys, time; signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        "grandchild = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])\n"
        "time.sleep(600)"
    )
    child = Child([sys.executable, "-c", stubborn], grace=0.3)
    child.start()
    assert child.pid is not None
    process = psutil.Process(child.pid)
    wait_until(lambda: bool(process.children()))
    (grandchild,) = process.children()
    began = time.monotonic()
    child.stop()
    assert time.monotonic() - began < 2
    wait_until(lambda: not lives(process.pid) and not lives(grandchild.pid))


def started(body: str) -> tuple[subprocess.Popen[str], int]:
    supervisor = subprocess.Popen(
        [sys.executable, "-c", SUPERVISES.format(body=body)], stdout=subprocess.PIPE, text=True
    )
    assert supervisor.stdout is not None
    return supervisor, int(supervisor.stdout.readline())


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_no_child_outlives_its_supervisor(how: signal.Signals) -> None:
    supervisor, child = started("import time; time.sleep(600)")
    supervisor.send_signal(how)
    assert supervisor.wait(30) == (-9 if how == signal.SIGKILL else 0)
    wait_until(lambda: not lives(child))


ASKED_AT_ANY_MOMENT = """
import random, signal
from civigrid.base import supervise

class Idle:
    pid = None
    def start(self): pass
    def poll(self): return None
    def stop(self): pass

def soon(_name):
    signal.signal(signal.SIGALRM, signal.getsignal(signal.SIGTERM))
    signal.setitimer(signal.ITIMER_REAL, random.uniform(0.0002, 0.0012))

supervise.LOOK = 1e-6  # so that hardly a moment is spent asleep
for _ in range(2_000):
    supervisor = supervise.Supervisor([supervise.Program("one", Idle())], stopping=["one"])
    assert supervisor.run(told=soon) == 0
"""


def test_a_signal_stops_it_whatever_it_is_doing() -> None:
    subprocess.run([sys.executable, "-c", ASKED_AT_ANY_MOMENT], check=True, timeout=60)


def test_a_clock_that_jumps_changes_no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pauses are measured by the monotonic clock; the wall clock may go where it likes."""
    monkeypatch.setattr(time, "time", lambda: 0.0)
    program = Program("web", Noted("web", []))
    program.start()
    program.put_off()
    assert program.due is not None
    assert 0 < program.due - time.monotonic() <= 0.5


WATCHES = """
import os, signal, sys, threading
from civigrid.base import lifeline
lifeline._libc = None  # as on a system without prctl
lifeline.die_with_parent(int(sys.argv[1]))
print(os.getpid(), flush=True)
threading.Event().wait()
"""


def test_without_the_systems_help_a_child_notices_itself_that_it_is_orphaned(tmp_path: Path) -> None:
    between = f"import os, subprocess, sys, time\nsubprocess.Popen([sys.executable, '-c', {WATCHES!r}, str(os.getpid())])\ntime.sleep(600)"
    parent = subprocess.Popen([sys.executable, "-c", between], stdout=subprocess.PIPE, text=True, cwd=os.getcwd())
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    assert lives(child)
    parent.kill()
    parent.wait()
    wait_until(lambda: not lives(child))
