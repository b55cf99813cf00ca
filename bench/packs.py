"""City packs: a city generated, checked, loaded, loaded again, and points found in its grids: `python -m bench.packs`."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np

from bench.frame import Database, Figure, main, timed

CITY = 708
SIZES = {7: None, CITY: 30.0, 20_000: None}  # grids: the most seconds the making may take
POINTS = 1_000_000
NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)


def figures(database: Database) -> list[Figure]:  # noqa: ARG001  # Django points at it
    with tempfile.TemporaryDirectory(prefix="cgbench") as folder:
        made = [figure for grids, most in SIZES.items() for figure in generated(Path(folder) / str(grids), grids, most)]
        return [*made, *loaded(Path(folder) / str(CITY)), *located()]


def generated(out: Path, grids: int, most: float | None) -> list[Figure]:
    """A city of that many grids, made by the command in a process of its own: seconds and the most memory it held."""
    command = [sys.executable, "-m", "civigrid.cli", "pack", "generate", "--out", str(out), "--grids", str(grids)]
    started = os.times().elapsed
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    seconds = os.times().elapsed - started
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"{command} ended with {process.returncode}")
    return [
        Figure(f"city of {grids:,} grids, made", seconds, "s", most=most),
        Figure(f"city of {grids:,} grids, memory", used.ru_maxrss / 1024, "MiB"),
    ]


def loaded(folder: Path) -> list[Figure]:
    """The city checked, loaded into an empty database, and the same again, which writes nothing."""
    from civigrid.catalog.rules.pack import check
    from civigrid.flow import packs

    loadings: list[packs.Loading] = []
    read = timed(lambda: check(packs.read(folder)))
    first = timed(lambda: loadings.append(packs.load(folder, now=NOW)))
    again = timed(lambda: loadings.append(packs.load(folder, now=NOW + timedelta(days=1))))
    if not loadings[0].loaded or loadings[1].changes:
        raise RuntimeError(f"{loadings[0].faults[:3]} {loadings[1].changes[:3]}")
    return [
        Figure(f"city of {CITY} grids, read and checked", read, "s"),
        Figure(f"city of {CITY} grids, read, checked and loaded", first, "s"),
        Figure(f"city of {CITY} grids, loaded again: nothing written", again, "s"),
    ]


def located() -> list[Figure]:
    """Points spread over the city against its grids."""
    from civigrid.base import db
    from civigrid.places import queries as places

    with db.system():
        index, shapes = places.grid_index(NOW.date()), places.shapes(NOW.date())
    bounds = np.array([shape.bounds for shape in shapes.values()])
    dice = np.random.default_rng(1)
    lons = dice.uniform(bounds[:, 0].min(), bounds[:, 2].max(), POINTS)
    lats = dice.uniform(bounds[:, 1].min(), bounds[:, 3].max(), POINTS)
    found: list[int] = []
    seconds = timed(lambda: found.append(int((index.locate(lons, lats) >= 0).sum())))
    if found[0] < POINTS // 2:
        raise RuntimeError(f"only {found[0]} of {POINTS} points lie in the city")
    return [Figure(f"point to grid, {len(index)} grids", POINTS / seconds, "points/s", least=500_000)]


if __name__ == "__main__":
    sys.exit(main(["packs", *sys.argv[1:]]))
