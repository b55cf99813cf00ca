"""One report's way, top to bottom. The only code that knows the order; it has no SQL and no rule of its own.

door -> channels.parse -> RawReport -> receive -> process -> a case, or a place in somebody's queue with the reason
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from civigrid.base import files, locks
from civigrid.base.errors import Outcome
from civigrid.base.files import Kept
from civigrid.cases import actions as cases
from civigrid.cases import queries as case_queries
from civigrid.cases.rules import NewCase
from civigrid.catalog import queries as catalog
from civigrid.classify import actions as classify
from civigrid.classify.rules import LabelRow
from civigrid.directory.rules import MACHINE, Actor
from civigrid.flow import emergency, tx
from civigrid.intake import actions as intake
from civigrid.intake import queries as reports_of
from civigrid.intake.rules import Disposed, DispositionKind, RawReport, ReportRow
from civigrid.link import actions as link
from civigrid.link.rules import LinkRow
from civigrid.locate import actions as locate
from civigrid.locate.rules import SpotRow
from civigrid.route import actions as route
from civigrid.route import queries as duties
from civigrid.route.rules import ProposalRow, Reason

SAME = 7_305_002  # the class of the advisory locks on digests; any constant no other part uses


@dataclass(frozen=True, slots=True)
class Understood:
    """A report with what the stages found out about it."""

    report: ReportRow
    label: LabelRow
    spot: SpotRow
    link: LinkRow | None
    proposal: ProposalRow


def receive(
    raws: Sequence[RawReport],
    *,
    now: datetime,
    actor: Actor = MACHINE,
    kept: Sequence[Kept] = (),
) -> list[Outcome]:
    """Keeps what was said, for the conveyor. In the caller's transaction; a repeated key makes nothing new. One Outcome a
    report. `kept`: the files that the reports' attachments name, already on disk (`base.files.put`).
    """
    files.record(kept, now=now)
    return intake.record(raws, now=now, actor=actor)


def receive_rows(
    raws: Sequence[RawReport], *, now: datetime, actor: Actor, kept: Sequence[Kept]
) -> tuple[list[Outcome], list[ReportRow]]:
    """The same for who processes them in this transaction; with the rows of what was new."""
    files.record(kept, now=now)
    return intake.record_rows(raws, now=now, actor=actor)


def process(report_ids: Sequence[int], *, now: datetime) -> list[Disposed]:
    """`process_rows` of those reports that are still pending: a second call for the same report does nothing."""
    taken = [each.id for each in intake.finish(report_ids) if each.ok]
    return process_rows(reports_of.by_ids(taken), now=now)


def process_rows(reports: Sequence[ReportRow], *, now: datetime) -> list[Disposed]:
    """Finds what each report is about, where, whether it is known and whose duty it is; opens or joins its case.

    Two batches at once that say the same thing open one case between them: whoever comes second to a digest waits for the
    first. What became of each.
    """
    labels = classify.label(reports, now=now)
    spots = locate.find(reports, labels, now=now)
    proposals = route.choose(reports, labels, spots, load=case_queries.open_load(now), now=now)
    digests = [report.digest for report in reports]
    locks.wait_locks(SAME, [int.from_bytes(digest[:4], signed=True) for digest in digests])
    near = case_queries.open_same(digests, besides=[report.id for report in reports])
    links = link.decide(reports, labels, spots, near, now=now)
    understood = [Understood(*row) for row in zip(reports, labels, spots, links, proposals, strict=True)]

    opened = _open([each for each in understood if each.link is None], now=now)
    joined, late = _join([each for each in understood if each.link is not None], now=now)
    disposed = [*opened, *joined, *_open(late, now=now)]
    tx.sure(intake.dispose(disposed, now=now, actor=MACHINE))
    in_danger = [(each.report, each.label.emergency) for each in understood if each.label.emergency]
    emergency.ask(in_danger, {row.report_id: row.numbers[0] for row in disposed}, now=now)
    return disposed


def _open(fresh: Sequence[Understood], *, now: datetime) -> list[Disposed]:
    city = catalog.city()
    made = cases.open_cases([new_case(each) for each in fresh], now=now, actor=MACHINE, city=city)
    return [
        Disposed(
            report_id=each.report.id,
            kind=DispositionKind.OPENED,
            reason=each.proposal.reason,
            numbers=(str(done.made),),
        )
        for each, done in zip(fresh, made, strict=True)
    ]


def _join(known: Sequence[Understood], *, now: datetime) -> tuple[list[Disposed], list[Understood]]:
    """Joins them to their cases; those whose case was closed meanwhile come back, to open one of their own.

    So do those that complain of a unit at work on the case; theirs waits for a person.
    """
    on = now.astimezone(catalog.city().zone).date()
    pairs = [(each.report.id, each.link.first_id) for each in known if each.link]
    barred = {each.report.id: duties.barred([each.report.target_text], on) for each in known if each.report.target_text}
    made = list(zip(known, cases.join(pairs, barred=barred, now=now, actor=MACHINE), strict=True))
    joined = [
        Disposed(each.report.id, DispositionKind.JOINED, reason="identical", numbers=done.made)
        for each, done in made
        if done.ok
    ]
    return joined, [
        _waiting(each) if done.code == Reason.TARGET_IS_UNIT else each for each, done in made if not done.ok
    ]


def _waiting(each: Understood) -> Understood:
    """What is known of it is with the unit it complains of: who shall look into it, a person decides."""
    asked = replace(each.proposal, unit_id=None, duty_row_version_id=None, reason=Reason.TARGET_IS_UNIT)
    return replace(each, proposal=asked)


def new_case(each: Understood) -> NewCase:
    """What a case needs to know of its first report."""
    return NewCase(
        report_id=each.report.id,
        source=each.report.source,
        urgency=each.label.urgency,  # emergency words may have raised the sender's
        received_at=each.report.received_at,
        confidential=each.report.confidential,
        matter_id=each.label.matter_id if each.label.sure else None,
        region_code=each.spot.region_code,
        grid_id=each.spot.grid_id,
        unit_id=each.proposal.unit_id,
        duty_row_version_id=each.proposal.duty_row_version_id,
        standard_version_id=each.proposal.standard_version_id,
        waits_for="" if each.proposal.unit_id else each.proposal.reason,
        complains=bool(each.report.target_text),
    )
