"""What the long stories share: a city of the real data, loaded in a database of its own, and a way to ask it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import connection

from civigrid.base import db
from civigrid.flow import conveyor, importer, packs
from civigrid.intake.channels.csvfile import read_map
from tests.realpacks import DATA, MADE_MAP, MAPS, PACKS

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)  # a Friday morning in China
PACK_LOADED = NOW - timedelta(days=1)


@dataclass(frozen=True)
class Real:
    """One real set: which pack, which file, which map, where the pack does not bring one with its own codes."""

    pack: str
    file: Path
    map: Path

    def load(self, folder: Path) -> None:
        loading = packs.load(PACKS[self.pack](folder), now=PACK_LOADED)
        assert loading.loaded, loading.faults[:5]

    def bring(self, rejects: Path) -> importer.Tally:
        made = rejects.parent / "pack" / MADE_MAP
        shape = read_map(made if made.exists() else self.map)
        return importer.import_file(self.file, shape, now=NOW, rejects=rejects)


HOTLINE = Real("hotline", DATA / "hotline_zh" / "messages_4326.csv.gz", MAPS / "hotline_messages.toml")
BOSTON = Real("boston", DATA / "boston311" / "requests.csv.gz", MAPS / "boston.toml")


@pytest.fixture(autouse=True)
def _needs_data(request: pytest.FixtureRequest) -> None:
    if request.node.get_closest_marker("data") and not DATA.is_dir():
        pytest.skip("the real data (../shared/data) is not beside the project")


@pytest.fixture
def ask(fresh_db: str) -> Callable[[str], list[tuple[object, ...]]]:
    """Runs a statement as the system role and returns its rows."""

    def run(statement: str) -> list[tuple[object, ...]]:
        with db.system(), connection.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchall()

    return run


def drain(now: datetime = NOW) -> conveyor.Tally:
    return conveyor.drain(clock=lambda: now)


@pytest.fixture
def command(fresh_db: str) -> Iterator[Callable[..., subprocess.Popen[bytes]]]:
    """Starts `civigrid ...` as a process of its own on the test's database; kills what is left."""
    started: list[subprocess.Popen[bytes]] = []
    settings = connection.settings_dict
    environ = {**os.environ, "DATABASE_URL": f"postgresql://civigrid@/{settings['NAME']}?host={settings['HOST']}"}

    def run(*arguments: str) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(
            [sys.executable, "-m", "civigrid.cli", *arguments],
            env=environ,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
        started.append(process)
        return process

    yield run
    for process in started:
        if process.poll() is None:
            process.kill()
        process.wait()
        if process.stderr:
            process.stderr.close()


def kill_when(process: subprocess.Popen[bytes], reached: Callable[[], bool], *, within: float = 60) -> None:
    """kill -9 as soon as `reached` says so."""
    end = time.monotonic() + within
    while not reached():
        assert process.poll() is None, process.stderr.read().decode() if process.stderr else ""
        assert time.monotonic() < end, "it never came so far"
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    process.wait()
