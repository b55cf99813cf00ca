"""The reports of a case as its page shows them: what was said, the files that came with it, what was noted beside it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace

from civigrid.base import files
from civigrid.cases.queries import CameView, CaseView
from civigrid.directory.rules import Actor
from civigrid.flow.shown import asides
from civigrid.intake import queries as intake
from civigrid.intake.rules import Aside, ContactDetails, Purpose, SaidRow, ShownFile

# an own case is asked for by a number, not by a case
PURPOSES = tuple(each for each in Purpose if each is not Purpose.OWN_CASE)


@dataclass(frozen=True, slots=True)
class Came:
    """A file that came with a report; `media_type` "" where it was deleted."""

    row: ShownFile
    media_type: str


@dataclass(frozen=True, slots=True)
class Opened:
    """What somebody saw of a report's contact, or why not: it stands in one answer and nowhere else."""

    report_id: int
    details: ContactDetails | None = None
    refused: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    row: SaidRow
    came: CameView | None
    files: tuple[Came, ...]
    aside: Aside | None = None


def read(case: CaseView) -> list[Said]:
    """In the page's transaction."""
    found: dict[int, list[ShownFile]] = defaultdict(list)
    for file in intake.files_shown([report.id for report in case.reports]):
        found[file.report_id].append(file)
    types = _types([file for each in found.values() for file in each])
    return [
        Said(
            report,
            case.came.get(report.id),
            tuple(Came(file, types.get(file.sha256 or "", "")) for file in found[report.id]),
        )
        for report in case.reports
    ]


def _types(came: list[ShownFile]) -> Mapping[str, str]:
    names = {file.sha256 for file in came if file.sha256}
    return {name: kept.media_type for name, kept in files.known(names, held=False).items()}


def with_asides(reports: list[Said], actor: Actor) -> list[Said]:
    """Opens a transaction of its own."""
    found = asides([each.row.id for each in reports], actor=actor)
    return [replace(each, aside=found.get(each.row.id)) for each in reports]
