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
from tests.realpacks import DATA, PACKS, file_of, map_of

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)  # a Friday morning in China
PACK_LOADED = NOW - timedelta(days=1)


@dataclass(frozen=True)
class Real:
    """One real set in a folder of the test's own: its pack, its reports, and the map they are read by."""

    name: str
    folder: Path

    @property
    def file(self) -> Path:
        return file_of(self.name, self.folder / "pack")

    @property
    def map(self) -> Path:
        return map_of(self.name, self.folder / "pack")

    @property
    def rejects(self) -> Path:
        return self.folder / "rejects.csv"

    @property
    def command(self) -> tuple[str, ...]:
        """The words of `civigrid` that import it."""
        return "import", str(self.file), "--map", str(self.map), "--rejects", str(self.rejects)

    def load(self) -> Real:
        loading = packs.load(PACKS[self.name](self.folder / "pack"), now=PACK_LOADED)
        assert loading.loaded, loading.faults[:5]
        return self

    def bring(self, file: Path | None = None) -> importer.Tally:
        return importer.import_file(file or self.file, read_map(self.map), now=NOW, rejects=self.rejects)


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
