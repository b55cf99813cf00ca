"""What a case's page shows of the world outside: danger and who is called first, and to whom the case went."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from civigrid.cases.queries import CaseView
from civigrid.cases.rules import Told
from civigrid.catalog.rules import Urgency
from civigrid.classify import queries as classify
from civigrid.classify import words as classify_words
from civigrid.directory import queries as directory
from civigrid.directory.rules import Actor
from civigrid.intake import queries as intake
from civigrid.intake.rules import MAY_TRANSFER, TransferRow, TransferState


@dataclass(frozen=True, slots=True)
class Line:
    """A transfer, or a call beside the case: to whom, and whether the person may mark it as made."""

    row: TransferRow
    unit: tuple[str, str]
    mine: bool

    @property
    def asked(self) -> bool:
        return self.row.state == TransferState.ASKED


@dataclass(frozen=True, slots=True)
class Shown:
    """`danger`: the kind of emergency its words tell of, "" for none or where the case is over."""

    danger: str = ""
    lines: tuple[Line, ...] = ()

    @property
    def advice(self) -> str:
        return str(classify_words.advice(self.danger))

    @property
    def first_call(self) -> str:
        return classify_words.first_call(self.danger)

    @property
    def asked(self) -> bool:
        return any(line.asked for line in self.lines)


def shown(case: CaseView, actor: Actor, on: date) -> Shown:
    """Reads, in the page's transaction, only where there can be something."""
    critical = case.urgency == Urgency.CRITICAL
    went = any(line.entry.verb == Told.TRANSFERRED for line in case.entries)
    rows = intake.transfers_of(case.facts.number) if critical or went else []
    label = classify.newest([case.first_report_id]).get(case.first_report_id) if critical else None
    danger = label.emergency if label and not case.facts.closed else ""
    units = directory.units(on)
    return Shown(danger, tuple(_line(row, units, actor) for row in rows))


def _line(row: TransferRow, units: dict[int, directory.UnitRow], actor: Actor) -> Line:
    unit = units.get(row.unit_id or 0)
    return Line(row, (unit.name, unit.name_en) if unit else ("", ""), actor.role in MAY_TRANSFER)
