"""What the sender of a report sees of it: his own words and files, his cases, one timeline, what he added since.

Never a remark of the office, a person's name, a contact, or a word of anybody else.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from civigrid.base import db, files
from civigrid.base.errors import Refused
from civigrid.base.files import Kept
from civigrid.cases import queries as cases
from civigrid.cases.queries import ToldCase
from civigrid.cases.rules import Happening
from civigrid.catalog import queries as catalog
from civigrid.flow import deciding, timeline
from civigrid.intake import queries as reports_of
from civigrid.intake.rules import Disposed, SaidRow, report_number

CaseShown = ToldCase
LASTS = timedelta(hours=6)  # of danger


@dataclass(frozen=True, slots=True)
class Picture:
    """A file that came with it, as it is served to its sender."""

    sha256: str
    media_type: str


@dataclass(frozen=True, slots=True)
class Added:
    """What the sender said later. `became` None: nobody has looked at it yet."""

    said: SaidRow
    became: Disposed | None


@dataclass(frozen=True, slots=True)
class Shown:
    """`said` has empty words where they were deleted by rule. `became` None: it is still to be processed. `danger`: the kind
    of it that the newest words tell of, while it may last.
    """

    number: str
    said: SaidRow
    pictures: tuple[Picture, ...]
    became: Disposed | None
    cases: tuple[CaseShown, ...]
    happened: tuple[Happening, ...]
    added: tuple[Added, ...]
    danger: str = ""


def progress(report_id: int, *, now: datetime) -> Shown:
    """Refused("no_such_slip") where nobody sees it by a slip any more."""
    with db.system():
        later = _later(report_id)
        disposed = reports_of.disposed([report_id, *later])
        [said, *more] = reports_of.said_by_ids([report_id, *later])
        told = cases.told_cases([report_id], now=now)
        pictures = _pictures([report_id, *later])
        day = said.received_at.astimezone(catalog.city().zone).date()
    return Shown(
        report_number(report_id, day),
        said,
        tuple(pictures),
        disposed.get(report_id),
        tuple(told),
        tuple(timeline.of_report(report_id)),
        tuple(Added(each, disposed.get(each.id)) for each in more),
        _danger([said, *more][-1], now),
    )


def _danger(newest: SaidRow, now: datetime) -> str:
    return deciding.danger(newest.text) if now - newest.received_at <= LASTS else ""


def file_of(report_id: int, sha256: str) -> Kept | None:
    """A file that came with the report or with what its sender added, or that shows the result; None for every other one."""
    with db.system():
        shown = {each.sha256 for each in reports_of.files_shown([report_id, *_later(report_id)])}
        if sha256 not in shown | {name for _, name in cases.result_files([report_id])}:
            return None
        return files.known([sha256], held=False).get(sha256)


def _later(report_id: int) -> list[int]:
    if reports_of.slip_of(report_id) is None:
        raise Refused("no_such_slip")
    return reports_of.said_later(report_id)


def _pictures(report_ids: Sequence[int]) -> list[Picture]:
    names = [each.sha256 for each in reports_of.files_shown(report_ids) if each.sha256]
    kept = files.known(names, held=False)
    return [Picture(name, kept[name].media_type) for name in dict.fromkeys(names) if name in kept]
