"""Real reports the whole way: `python -m bench.real`. Nothing where the data is not beside the project."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bench.frame import Database, Figure, main

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
KILLED_AFTER = {"intake_report": 500, "intake_disposition": 1_000}  # rows stored, rows processed


def figures(database: Database) -> list[Figure]:
    """Each set in a database of its own."""
    from bench.frame import database as new
    from tests.realpacks import DATA, PACKS

    if not DATA.is_dir():
        print("the real data (../shared/data) is not beside the project: nothing is measured", file=sys.stderr)
        return []
    found = []
    for name in PACKS:
        with tempfile.TemporaryDirectory() as scratch:
            found += whole_way(name, Path(scratch), new(database.cluster, f"real_{name}"))
    return found


def whole_way(name: str, scratch: Path, database: Database) -> list[Figure]:
    """Imported by the command, killed twice with -9 and run again: rows in = reports = sum of dispositions."""
    from civigrid.base import db, ledger
    from civigrid.cases.rules import Stage
    from civigrid.flow import importer, packs
    from civigrid.intake import queries
    from civigrid.intake.channels.csvfile import read_map
    from tests.realpacks import PACKS, file_of, map_of

    folder = PACKS[name](scratch / "pack")
    packs.load(folder, now=NOW - timedelta(days=1))
    words = ("import", str(file_of(name, folder)), "--map", str(map_of(name, folder)))
    for table, rows in KILLED_AFTER.items():
        killed(started(database, *words), table, rows)
    if started(database, *words).wait():
        raise RuntimeError(f"{name} could not be imported to the end")
    shape = read_map(map_of(name, folder))
    again = importer.import_file(file_of(name, folder), shape, now=NOW, rejects=scratch / "rejects.csv")
    with db.system():
        balance = queries.balance(datetime(1990, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC))
        waiting = waits()
        ledger_said = ledger.verify()
    return [
        Figure(f"{name}: rows in the file", again.rows, "rows"),
        Figure(f"{name}: killed with -9 on the way", len(KILLED_AFTER), "times"),
        Figure(f"{name}: reports stored", balance.reports, "reports", least=again.rows, most=again.rows),
        *(Figure(f"{name}: {kind.value}", count, "reports") for kind, count in sorted(balance.kinds.items())),
        Figure(f"{name}: sum of the dispositions", sum(balance.kinds.values()), "", least=again.rows, most=again.rows),
        Figure(f"{name}: without a disposition", balance.undisposed, "reports", most=0),
        Figure(f"{name}: case with its unit", waiting.pop(Stage.HANDLE, 0), "cases"),
        *(Figure(f"{name}: case waits, {reason}", count, "cases") for reason, count in sorted(waiting.items())),
        Figure(f"{name}: added by a second import", again.stored, "reports", most=0),
        Figure(f"{name}: lines of the ledger", ledger_said.lines, ""),
        Figure(f"{name}: faults of the ledger", ledger_said.faulty, "", most=0),
    ]


def started(database: Database, *words: str) -> subprocess.Popen[bytes]:
    """`civigrid ...` as a process of its own on the benchmark's database."""
    environ = {**os.environ, "DATABASE_URL": database.cluster.url(database.name)}
    command = [sys.executable, "-m", "civigrid.cli", *words]
    return subprocess.Popen(command, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def killed(process: subprocess.Popen[bytes], table: str, rows: int) -> None:
    """kill -9 as soon as the table has so many rows."""
    from civigrid.base import db
    from civigrid.base.bulk import execute

    def there() -> int:
        with db.system():
            return int(execute(f"SELECT count(*) FROM {table}")[0][0])

    while there() < rows:
        if process.poll() is not None:
            raise RuntimeError(f"the import ended by itself with {process.returncode}")
        time.sleep(0.01)
    process.kill()
    process.wait()


def waits() -> dict[str, int]:
    """Cases by what they wait for; those with their unit under the stage."""
    from civigrid.base.bulk import execute

    rows = execute("SELECT coalesce(nullif(waits_for, ''), stage), count(*) FROM cases_case GROUP BY 1")
    return {str(reason): int(count) for reason, count in rows}


if __name__ == "__main__":
    sys.exit(main(["real", *sys.argv[1:]]))
