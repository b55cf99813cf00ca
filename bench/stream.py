"""Reports through the conveyor, and points into grids: `python -m bench.stream`. The budgets are those of issue four.
`BENCH_REPORTS=1000000` gives it a million reports with their matter instead of 100,000."""

from __future__ import annotations

import os
import resource
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import psycopg
import shapely

from bench.frame import Database, Figure, main, timed

PACK = Path(__file__).parents[1] / "packs" / "demo"
GIVEN, TEXTS, POINTS, WARM = int(os.environ.get("BENCH_REPORTS", "100000")), 6_000, 1_000_000, 500
Connection: TypeAlias = psycopg.Connection[tuple[Any, ...]]
EMPTY_FILE = 21  # bytes of a binary copy without rows
COPIED = 20_000  # reports whose rows are written once more by COPY
NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)


def figures(database: Database) -> list[Figure]:
    from civigrid.base import garbage

    texts = load()
    garbage.seldom()  # as `civigrid work` does
    conveyed(
        [raw(-n, text=texts[n % len(texts)]) for n in range(1, WARM)]
    )  # reads the lists and the map, which are kept
    west, south, east, north = border()
    lon, lat = (west + east) / 2, (south + north) / 2
    # each at a place of its own, in steps of a decimetre: what is said twice of one place would wait for the first
    raws = [
        raw(n, matter_code="C0118", lon=lon + n % 200 * 1e-6, lat=lat + n // 200 * 1e-6) for n in range(GIVEN + COPIED)
    ]
    before = peak()
    given = conveyed(raws[:GIVEN])
    grown = peak() - before
    ceiling = copied(database, raws[GIVEN:])
    told = conveyed([raw(GIVEN + COPIED + n, text=f"{texts[n % len(texts)]} 第{n}号") for n in range(TEXTS)])
    return [
        Figure(
            "conveyor, matter given",
            rate(given),
            "reports/s",
            least=5_000,
            key="conveyor_given_per_s",
            ceiling=ceiling,
            ceiling_is="reports/s, COPY of the rows it writes for them, with their indexes and nothing else",
        ),
        Figure(f"the same, last tenth of {GIVEN:,} to the first", slowing(given), "of its rate", least=0.75),
        Figure(f"the same, memory grown over {GIVEN:,}", grown, "MB", most=100),
        Figure("conveyor, text to classify", rate(told), "reports/s", least=800, key="conveyor_text_per_s"),
        Figure(
            "point to grid, 28 grids of the demo city",
            points_per_second(),
            "points/s",
            least=500_000,
            key="points_per_s",
        ),
    ]


def load() -> list[str]:
    """The demo city; the texts of its first stock."""
    from civigrid.base import db
    from civigrid.catalog.rules.pack import check
    from civigrid.flow import packs

    pack, faults = check(packs.read(PACK))
    assert pack is not None, faults
    with db.system():
        packs.load_pack(pack, now=NOW - timedelta(days=3))
    return [report.text for report in pack.reports]


def border() -> tuple[float, float, float, float]:
    """West, south, east and north of the city's grids, degrees."""
    from civigrid.base import db
    from civigrid.places import queries as places

    with db.system():
        shapes = places.shapes(NOW.date())
    west, south, east, north = shapely.total_bounds(list(shapes.values()))
    return float(west), float(south), float(east), float(north)


def raw(number: int, **more: object) -> object:
    from civigrid.intake.rules import Channel, RawReport

    return RawReport(channel=Channel.IMPORT, key=str(number), source="04", **more)  # type: ignore[arg-type]


def conveyed(raws: list[object]) -> list[tuple[float, int]]:
    """From "stored" to "with its unit or waiting for a person", commit by commit of 500: after how many seconds how many
    were done, from (0, 0) on."""
    received(raws)
    return drained()


def received(raws: list[object]) -> None:
    from civigrid.base import db
    from civigrid.flow import conveyor, pipeline

    for start in range(0, len(raws), conveyor.BATCH):
        with db.system():
            pipeline.receive(raws[start : start + conveyor.BATCH], now=NOW)  # type: ignore[arg-type]


def drained() -> list[tuple[float, int]]:
    from civigrid.flow import conveyor

    marks, started = [(0.0, 0)], time.perf_counter()
    conveyor.drain(
        clock=lambda: NOW,
        progress=lambda tally: marks.append((time.perf_counter() - started, tally.processed)),
        hands=conveyor.HANDS,
    )
    return marks


def copied(database: Database, raws: list[object]) -> float:
    """Reports a second when the rows that the conveyor writes for these are only copied in once more: into tables with the
    same indexes, durably, without row security, foreign keys and checks."""
    received(raws)
    with database.admin() as admin, tempfile.TemporaryDirectory() as folder:
        [(since,)] = admin.execute("SELECT pg_current_xact_id()::text::bigint").fetchall()
        drained()
        files = [found for name in tables(admin) if (found := written(admin, name, since, Path(folder)))]
        seconds = timed(lambda: copy(admin, files))
        assert admin.execute("SELECT count(*) FROM raw_cases_case").fetchone() == (len(raws),)
        return len(raws) / seconds


def tables(admin: Connection) -> list[str]:
    names = admin.execute(
        "SELECT relname::text FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
    )
    return sorted(name for (name,) in names)


def written(admin: Connection, name: str, since: int, folder: Path) -> tuple[str, Path] | None:
    """The rows that came into a table since a transaction, in a file; beside it an empty table like it."""
    path = folder / name
    with (
        path.open("wb") as file,
        admin.cursor().copy(
            f"COPY (SELECT * FROM {name} WHERE xmin::text::bigint > {since}) TO STDOUT (FORMAT binary)"
        ) as out,
    ):
        for chunk in out:
            file.write(chunk)
    if path.stat().st_size <= EMPTY_FILE:
        return None
    admin.execute(f"CREATE TABLE raw_{name} (LIKE {name} INCLUDING INDEXES)")
    return f"raw_{name}", path


def copy(admin: Connection, files: list[tuple[str, Path]]) -> None:
    with admin.transaction():
        for name, path in files:
            with path.open("rb") as file, admin.cursor().copy(f"COPY {name} FROM STDIN (FORMAT binary)") as into:
                while chunk := file.read(1 << 20):
                    into.write(chunk)


def rate(marks: list[tuple[float, int]]) -> float:
    """Reports a second between the first mark and the last."""
    (since, before), (until, after) = marks[0], marks[-1]
    return (after - before) / (until - since)


def slowing(marks: list[tuple[float, int]]) -> float:
    tenth = len(marks) // 10
    return rate(marks[-tenth - 1 :]) / rate(marks[: tenth + 1])


def peak() -> float:
    """The most memory this process had so far, MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def points_per_second() -> float:
    from civigrid.base import db
    from civigrid.places import queries as places

    dice = np.random.default_rng(1)
    with db.system():
        index = places.grid_index(NOW.date())
    west, south, east, north = border()
    lons, lats = dice.uniform(west, east, POINTS), dice.uniform(south, north, POINTS)
    return POINTS / timed(lambda: index.locate(lons, lats))


if __name__ == "__main__":
    sys.exit(main(["stream", *sys.argv[1:]]))
