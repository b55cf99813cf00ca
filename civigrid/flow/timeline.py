"""What the sender of a report may see of it: one list over all its cases."""

from __future__ import annotations

from collections.abc import Sequence

from civigrid.base import db, ledger
from civigrid.base.ledger import Entry
from civigrid.cases import queries as cases
from civigrid.cases.rules import Happened, Happening, Said, own, timeline
from civigrid.flow.relations import BY_CASES
from civigrid.intake.rules import DispositionKind

# the case's record tells these, where there is one
ENDED_WITH_CASE = frozenset({DispositionKind.NOT_ACCEPTED, DispositionKind.INVALID, DispositionKind.TRANSFERRED})
TRANSFERS = frozenset(
    {Happened.TRANSFERRED, Happened.TRANSFER_RECEIVED, Happened.TRANSFER_REFUSED, Happened.TRANSFER_ANSWERED}
)


def of_report(report_id: int) -> list[Happening]:
    """In the order of time; [] where there is no such report. Whose report it is, the caller has asked. Opens its own
    transaction.
    """
    with db.system():
        stays = cases.stays(report_id)
        records = ledger.read_many("case", [case_id for case_id, _ in stays])
        lines = ledger.read("report", report_id)
    said = {stay.number: _said(records[case_id]) for case_id, stay in stays}
    told = [each for line in _said(lines) if (each := own(line)) and not _told_by_case(each)]
    return timeline(report_id, told, [stay for _, stay in stays], said)


def _said(entries: Sequence[Entry]) -> list[Said]:
    return [Said(entry.at, entry.verb, entry.facts, entry.text) for entry in entries]


def _told_by_case(each: Happening) -> bool:
    """Where a report is at work, and that it ended there or went elsewhere with its case, the cases' own records tell."""
    if each.what in TRANSFERS:
        return bool(each.number)
    if each.what is not Happened.DISPOSED:
        return False
    kind = each.facts["kind"]
    return kind in BY_CASES or (kind in ENDED_WITH_CASE and bool(each.number))
