"""Deciding which reports say what is already known."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime

from civigrid.base.bulk import execute, lines
from civigrid.base.db import require_transaction
from civigrid.classify.rules import LabelRow
from civigrid.directory.rules import Actor
from civigrid.intake import queries as intake
from civigrid.intake.rules import ReportRow, normal
from civigrid.link import rules
from civigrid.link.rules import LinkHow, LinkRow, Said
from civigrid.locate.rules import SpotRow

_INSERT = """
INSERT INTO link_link (report_id, first_id, how, score, by_account, at)
SELECT report_id, first_id, how, score, %s, %s FROM ROWS FROM (
  unnest(%s::bigint[]), unnest(%s::bigint[]), string_to_table(%s, E'\\n'), unnest(%s::float8[])
) AS new (report_id, first_id, how, score)
"""


def decide(
    reports: Sequence[ReportRow],
    labels: Sequence[LabelRow],
    spots: Sequence[SpotRow],
    near: Mapping[bytes, int],
    *,
    now: datetime,
) -> list[LinkRow | None]:
    """For each report the earlier one it repeats, or None. `near`: digest -> first report of an open case.

    A confidential report neither repeats nor is repeated: a person reads it before anything is put together with it.
    Labels and spots do not decide whether reports are identical; they are what suggestions will be made of.
    """
    require_transaction()
    del labels, spots
    firsts = intake.by_ids(sorted(set(near.values()))) if near else []
    known = {first.digest: _said(first) for first in firsts if not first.confidential}
    decided: list[LinkRow | None] = [None] * len(reports)
    twins = _with_a_twin(reports, known)
    said = [_said(reports[place]) for place in twins]
    for place, link in zip(twins, rules.links(said, known), strict=True):
        decided[place] = link
    _write([each for each in decided if each is not None], now)
    return decided


def say(pairs: Sequence[tuple[int, int]], how: LinkHow, *, actor: Actor, now: datetime) -> None:
    """What a person decided of pairs (report, the earlier one): `PERSON` they are one thing, `PARTED` they are not."""
    require_transaction()
    score = 0.0 if how is LinkHow.PARTED else 1.0
    _write([LinkRow(report_id, first_id, how, score) for report_id, first_id in pairs], now, account=actor.account_id)


def _with_a_twin(reports: Sequence[ReportRow], known: Mapping[bytes, Said]) -> list[int]:
    """The places of the reports that share a digest with another one: nearly always few, and only their words are
    worth comparing."""
    digests = Counter([*known, *(report.digest for report in reports)])
    return [place for place, report in enumerate(reports) if digests[report.digest] > 1 and not report.confidential]


def _said(report: ReportRow) -> Said:
    point = "" if report.lon is None else f"{report.lon} {report.lat}"
    return Said(
        report_id=report.id,
        digest=report.digest,
        text=normal(report.text),
        place=point or normal(report.place_text),
        at=report.occurred_at or report.received_at,
    )


def _write(links: Sequence[LinkRow], now: datetime, *, account: int = 0) -> None:
    if not links:
        return
    execute(
        _INSERT,
        (
            account,
            now,
            [each.report_id for each in links],
            [each.first_id for each in links],
            lines(each.how for each in links),
            [each.score for each in links],
        ),
    )
