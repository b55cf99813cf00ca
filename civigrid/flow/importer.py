"""`civigrid import FILE --map MAP.toml`: a file's rows become reports, 500 to a transaction.

The key of a row makes a second run, or a run resumed after a kill, add nothing. Rows that cannot be taken go to a rejects
file with their number, column and reason; they never stop the rest.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TextIO

from civigrid.base import db
from civigrid.base.errors import Outcome
from civigrid.flow import pipeline, tx
from civigrid.intake import actions as intake
from civigrid.intake.channels.csvfile import ImportMap, Numbered, Reject, rows

BATCH = 500


@dataclass(slots=True)
class Tally:
    """Rows in = stored + repeated + rejected, always."""

    rows: int = 0
    stored: int = 0
    repeated: int = 0
    rejected: int = 0
    rejects_file: Path | None = None
    reasons: dict[str, int] = field(default_factory=dict)

    @property
    def whole(self) -> bool:
        return self.rows == self.stored + self.repeated + self.rejected


def import_file(
    path: Path,
    import_map: ImportMap,
    *,
    now: datetime,
    rejects: Path,
    dry_run: bool = False,
    progress: Callable[[Tally], None] = lambda _: None,
) -> Tally:
    """Reads `path` as `import_map` says. With `dry_run` nothing is stored; what would be is counted as stored, with the
    same checks: until something else is stored meanwhile, its numbers are those of the real run.
    """
    tally, seen = Tally(), dict[tuple[str, str], bytes]()
    with _Rejects(rejects) as out:
        for batch in _batches(rows(path, import_map)):
            good = [row for row in batch if isinstance(row, Numbered)]
            for reject in (row for row in batch if isinstance(row, Reject)):
                out.write(reject, tally)
            outcomes = _check(good, seen, now=now) if dry_run else _store(good, now=now)
            for row, outcome in zip(good, outcomes, strict=True):
                _count(row, outcome, out, tally)
            tally.rows += len(batch)
            progress(tally)
    tally.rejects_file = rejects if tally.rejected else None
    return tally


def _store(good: list[Numbered], *, now: datetime) -> list[Outcome]:
    reports = [row.report for row in good]
    return tx.whole(partial(pipeline.receive, reports, now=now)) if good else []


def _check(good: list[Numbered], seen: dict[tuple[str, str], bytes], *, now: datetime) -> list[Outcome]:
    with db.system():
        return intake.check([row.report for row in good], now=now, seen=seen)


def _count(row: Numbered, outcome: Outcome, out: _Rejects, tally: Tally) -> None:
    if not outcome.ok:
        out.write(Reject(row.number, str(outcome.facts.get("field", "")), outcome.code, ""), tally)
    elif outcome.code == "repeated":
        tally.repeated += 1
    else:
        tally.stored += 1


def _batches(found: Iterable[Numbered | Reject]) -> Iterator[list[Numbered | Reject]]:
    rest = iter(found)
    while batch := list(islice(rest, BATCH)):
        yield batch


class _Rejects:
    """The rejects file, made only when there is a first reject."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file: TextIO | None = None

    def __enter__(self) -> _Rejects:
        return self

    def __exit__(self, *_: object) -> None:
        if self._file:
            self._file.close()

    def write(self, reject: Reject, tally: Tally) -> None:
        if self._file is None:
            self._file = self.path.open("w", encoding="utf-8-sig", newline="")
            csv.writer(self._file).writerow(["row", "column", "code", "text"])
        csv.writer(self._file).writerow([reject.number, reject.column, reject.code, reject.text])
        tally.rejected += 1
        tally.reasons[reject.code] = tally.reasons.get(reject.code, 0) + 1
