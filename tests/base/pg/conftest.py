"""Homes for servers, reachable by the ordinary user PostgreSQL runs as when the tests run as root."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from civigrid.base.pg.server import Cluster


@pytest.fixture
def place() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="cgp"))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def home(place: Path) -> Path:
    return place / "home"


@pytest.fixture
def cluster(home: Path) -> Iterator[Cluster]:
    cluster = Cluster(home)
    yield cluster
    cluster.stop()


@pytest.fixture
def run() -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Starts a Python program in a process of its own; killed at the end if it still lives."""
    started: list[subprocess.Popen[str]] = []

    def start(program: str, *arguments: object, **more: object) -> subprocess.Popen[str]:
        environ = {**os.environ, **more.pop("environ", {})}  # type: ignore[dict-item]
        environ.pop("DATABASE_URL", None) if "DATABASE_URL" not in environ else None
        child = subprocess.Popen(
            [sys.executable, "-c", program, *map(str, arguments)],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environ, **more,  # type: ignore[call-overload]
        )  # fmt: skip
        started.append(child)
        return child

    yield start
    for child in started:
        child.kill()
        child.wait()
        child.stdout.close()
