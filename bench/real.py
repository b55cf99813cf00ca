"""Real reports the whole way: `python -m bench.real`. Nothing where the data is not beside the project."""

from __future__ import annotations

import sys
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bench.frame import Database, Figure, main, timed

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
SETS = {"hotline": "hotline_zh/messages_4326.csv.gz", "boston": "boston311/requests.csv.gz"}


def figures(database: Database) -> list[Figure]:
    """Each set in a database of its own."""
    from bench.frame import database as new
    from tests.realpacks import DATA

    if not DATA.is_dir():
        return []
    found = []
    for name, file in SETS.items():
        new(database.cluster, f"real_{name}")
        found += whole_way(name, DATA / file)
    return found


def whole_way(name: str, file: Path) -> list[Figure]:
    """Rows in = reports = sum of dispositions; how many need a person; a second import; the record."""
    from civigrid.base import db, ledger
    from civigrid.cases.rules import Stage
    from civigrid.flow import conveyor, importer, packs
    from civigrid.intake import queries
    from civigrid.intake.channels.csvfile import read_map
    from civigrid.intake.rules import DispositionKind
    from tests.realpacks import PACKS, map_of

    with tempfile.TemporaryDirectory() as scratch:
        packs.load(PACKS[name](Path(scratch) / "pack"), now=NOW - timedelta(days=1))

        def bring() -> importer.Tally:
            shape = read_map(map_of(name, Path(scratch) / "pack"))
            return importer.import_file(file, shape, now=NOW, rejects=Path(scratch) / "rejects.csv")

        first = bring()
        seconds = timed(lambda: conveyor.drain(clock=lambda: NOW))
        again = bring()
    with db.system():
        balance = queries.balance(NOW - timedelta(days=1), NOW + timedelta(days=1))
        waiting = waits()
        whole = ledger.verify().ok
    kinds = {kind: balance.kinds.get(kind, 0) for kind in (DispositionKind.OPENED, DispositionKind.JOINED)}
    assert balance.reports == first.stored == sum(balance.kinds.values()), (first, balance)
    return [
        Figure(f"{name}: rows in, all stored", first.rows, "rows", least=first.stored, most=first.stored),
        Figure(f"{name}: opened a case", kinds[DispositionKind.OPENED], "reports"),
        Figure(f"{name}: joined one", kinds[DispositionKind.JOINED], "reports"),
        Figure(f"{name}: with their unit", waiting.pop(Stage.HANDLE, 0), "cases"),
        *(Figure(f"{name}: waits, {reason}", count, "cases") for reason, count in sorted(waiting.items())),
        Figure(f"{name}: without a disposition", balance.undisposed, "reports", most=0),
        Figure(f"{name}: added by a second import", again.stored, "reports", most=0),
        Figure(f"{name}: ledger whole", float(whole), "", least=1),
        Figure(f"{name}: conveyor", first.stored / seconds, "reports/s"),
    ]


def waits() -> dict[str, int]:
    """Cases by what they wait for; those with their unit under the stage."""
    from civigrid.base.bulk import execute

    rows = execute("SELECT coalesce(nullif(waits_for, ''), stage), count(*) FROM cases_case GROUP BY 1")
    return {str(reason): int(count) for reason, count in rows}


if __name__ == "__main__":
    sys.exit(main(["real", *sys.argv[1:]]))
