"""Copies, on the database."""

from __future__ import annotations

from datetime import timedelta

import pytest

from civigrid.base import db
from civigrid.intake import actions as intake
from civigrid.intake import queries as reports_of
from civigrid.intake.rules import Channel, ContactDetails, RawReport, ReportRow
from civigrid.link import actions, queries
from civigrid.link.rules import LinkRow
from tests.streamcity import NOW

pytestmark = pytest.mark.django_db
LONG = "小区门口的垃圾没人清理已经三天了臭气熏天请尽快处理"


def raw(key: str, text: str = LONG, **more: object) -> RawReport:
    return RawReport(Channel.PUBLIC, key, "01", text=text, **more)  # type: ignore[arg-type]


def stored(*raws: RawReport) -> list[ReportRow]:
    with db.system():
        return reports_of.by_ids([outcome.made for outcome in intake.record(raws, now=NOW)])


def decide(reports: list[ReportRow], near: dict[bytes, int] | None = None) -> list[LinkRow | None]:
    with db.system():
        return actions.decide(reports, [], [], near or {}, now=NOW)


def test_forty_pastes_of_one_text_are_one_thing() -> None:
    reports = stored(*(raw(str(n)) for n in range(40)))
    first, *rest = decide(reports)
    assert first is None
    assert {link.first_id for link in rest if link} == {reports[0].id}
    assert None not in rest
    with db.system():
        assert queries.newest([report.id for report in reports]) == {link.report_id: link for link in rest if link}


def test_a_copy_of_an_open_case_joins_it() -> None:
    (old,) = stored(raw("old"))
    (new,) = stored(raw("new"))
    (link,) = decide([new], {new.digest: old.id})
    assert link == LinkRow(new.id, old.id, "same_report")  # type: ignore[arg-type]


def test_few_words_at_one_place_a_week_apart_are_two_things() -> None:
    (old,) = stored(raw("old", "路灯不亮", lon=120.0, lat=30.0, occurred_at=NOW - timedelta(days=7)))
    (new,) = stored(raw("new", "路灯不亮", lon=120.0, lat=30.0, occurred_at=NOW))
    assert old.digest == new.digest
    assert decide([new], {new.digest: old.id}) == [None]


def test_the_result_does_not_depend_on_where_a_batch_ends() -> None:
    pins = [raw(str(n), lon=120.0 + n % 2, lat=30.0, contact=ContactDetails("00012345")) for n in range(6)]
    reports = stored(*pins)
    whole = [link and link.first_id for link in decide(reports)]
    assert whole == [None, None, reports[0].id, reports[1].id, reports[0].id, reports[1].id]
    parts, near = [], dict[bytes, int]()
    for report in reports:
        (link,) = decide([report], near)
        near.setdefault(report.digest, report.id)
        parts.append(link and link.first_id)
    assert parts == whole


def test_a_confidential_report_neither_joins_nor_is_joined() -> None:
    open_one, secret, after, last = stored(raw("0"), raw("1", confidential=True), raw("2"), raw("3"))
    assert decide([secret], {secret.digest: open_one.id}) == [None]
    assert decide([after], {after.digest: secret.id}) == [None]
    links = decide([secret, after, last])
    assert [link and link.first_id for link in links] == [None, None, after.id]


def test_nothing_to_decide() -> None:
    assert decide([]) == []
