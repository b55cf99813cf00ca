"""A report's label, spot and route, on a small city."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from civigrid.base import db
from civigrid.catalog import actions as catalog
from civigrid.catalog import queries as matters_of
from civigrid.catalog.rules import ListKind, NewDutyRow
from civigrid.classify import actions as classify
from civigrid.classify import queries as labels_of
from civigrid.classify.rules import LabelRow
from civigrid.directory import queries as directory
from civigrid.intake import actions as intake
from civigrid.intake import queries as reports_of
from civigrid.intake.rules import Channel, RawReport, Urgency
from civigrid.locate import actions as locate
from civigrid.route import actions, queries
from civigrid.route.rules import ProposalRow, Reason, Request
from tests import streamcity
from tests.streamcity import NOW, ON

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def city() -> None:
    with db.system():
        streamcity.load()


def raw(key: str, text: str = "", **more: object) -> RawReport:
    return RawReport(Channel.PUBLIC, key, "01", text=text, **more)  # type: ignore[arg-type]


def through(*raws: RawReport) -> tuple[list[LabelRow], list[ProposalRow]]:
    with db.system():
        reports = reports_of.by_ids([outcome.made for outcome in intake.record(raws, now=NOW)])
        labels = classify.label(reports, now=NOW)
        spots = locate.find(reports, now=NOW)
        return labels, actions.choose(reports, labels, spots, load={}, now=NOW)


def unit(code: str) -> int:
    with db.system():
        return next(row.id for row in directory.units(ON).values() if row.code == code)


TEXTS = [
    ("中山大道的路灯不亮,路灯坏了好几天", {}, True, "4003", "duty_row"),
    ("东湖路的路灯不亮,路灯坏了好几天", {}, True, None, "place_kind_unknown"),
    ("公园里的路灯不亮", {}, True, "4004", "duty_row"),
    ("双桥镇石桥头村口垃圾堆", {}, True, "9101", "duty_row"),
    ("学府社区停水,水管爆了", {}, True, "5001", "duty_row"),
    ("停水了,水管也坏了", {}, True, None, "place_unknown"),
    ("楼下噪音扰民", {}, True, None, "two_duty_rows"),
    ("广场上有野狗", {}, True, None, "no_duty_row"),
    ("你们到底管不管", {}, False, None, "low_confidence"),
    ("路灯不亮,路灯不亮", {"lon": 121.5, "lat": 31.0}, True, None, "outside_city"),
    ("学府社区垃圾堆没人清,垃圾没人管", {"target_text": "市城管局"}, True, None, "target_is_unit"),
    ("双桥镇石桥头村口垃圾堆", {"target_text": "双桥镇"}, True, None, "target_is_unit"),
    ("双桥镇石桥头村口垃圾堆", {"target_text": "村里的饭店"}, True, None, "target_unknown"),
    ("大道", {"matter_code": "C0118"}, True, "4003", "duty_row"),
    ("井盖", {"matter_code": "X9999"}, False, None, "low_confidence"),
]


@pytest.mark.parametrize(("text", "more", "sure", "code", "reason"), TEXTS)
def test_from_words_to_a_unit(text: str, more: dict[str, object], sure: bool, code: str | None, reason: str) -> None:
    (label,), (proposal,) = through(raw("1", text, **more))
    assert (label.sure, proposal.reason) == (sure, reason)
    assert proposal.unit_id == (unit(code) if code else None)


def test_emergency_words_raise_the_urgency_and_the_standard() -> None:
    labels, proposals = through(
        raw("1", "公园的路灯电线断了掉在地上,路灯不亮"),
        raw("2", "公园的路灯不亮"),
        raw("3", "公园的路灯不亮了", urgency=Urgency.URGENT),
    )
    assert [(label.urgency, label.emergency) for label in labels] == [(1, "electric"), (3, ""), (2, "")]
    assert proposals[0].standard_version_id != proposals[1].standard_version_id == proposals[2].standard_version_id


def test_what_was_found_is_kept() -> None:
    labels, proposals = through(
        raw("1", "公园里的路灯不亮"), raw("2", "楼下噪音扰民"), raw("3", "电线断了"), raw("4", "", matter_code="X")
    )
    ids = [label.report_id for label in labels]
    with db.system():
        assert labels_of.newest(ids) == {label.report_id: label for label in labels}
        kept = queries.newest(ids)
    assert {row.report_id: (row.unit_id, row.reason, row.facts, len(row.alternatives)) for row in kept.values()} == {
        row.report_id: (row.unit_id, row.reason, row.facts, len(row.alternatives)) for row in proposals
    }


def test_a_new_duty_list_counts_with_the_next_batch() -> None:
    assert through(raw("1", "广场上有野狗"))[1][0].reason is Reason.NO_DUTY_ROW
    with db.system():
        catalog.save_duty_rows([*streamcity.DUTIES, catalog.NewDutyRow("D8", "E0701", "9001")], on=ON)
    assert through(raw("2", "广场上又有野狗"))[1][0].unit_id == unit("9001")


def test_owners_last_resorts_and_what_towns_do_not_lead_come_from_the_list() -> None:
    with db.system():
        catalog.save_duty_rows(
            [
                NewDutyRow("W1", "C0114", "5001", owner="5001"),
                NewDutyRow("W2", "C0114", "3001", owner="unknown"),
                NewDutyRow("P1", "C0118", "4004", place_kind="P", last_resort="3001"),
                NewDutyRow("T1", "E0701", "9001", region_code="990181001", list_kind=ListKind.ASSIST),
                NewDutyRow("T2", "E0701", "9101", region_code="990181101", list_kind=ListKind.WITHDRAWN),
                NewDutyRow("T3", "E0701", "3002", list_kind=ListKind.WITHDRAWN),
            ],
            on=ON,
        )
        router = queries.router(ON)
        matters = {matter.code: matter.id for matter in matters_of.matters(ON).values()}

        def led(
            matter: str, owner: str | None = None, kind: str = "R1", region: str = "990181001001"
        ) -> tuple[str, str]:
            found = router.choose(Request(1, matters[matter], True, False, region, kind, 3, owner=owner), {})
            return str(found.facts.get("row")), found.reason.value

    assert led("C0114", "5001") == ("W1", "duty_row")
    assert led("C0114", "unknown") == led("C0114") == ("W2", "owner_unknown")
    assert led("C0118") == ("P1", "last_resort")
    assert led("E0701") == led("E0701", region="990181101001") == ("T3", "duty_row")  # taken back: neither town has it


def test_new_words_in_the_catalogue_count_with_the_next_batch() -> None:
    assert not through(raw("1", "有大雁"))[0][0].sure
    with db.system():
        catalog.save_matters(
            [*streamcity.MATTERS[:-1], streamcity._matter("E0701", "流浪犬", "Stray dogs", "大雁")], on=ON
        )
    assert through(raw("2", "又有大雁"))[0][0].sure


def test_statements_do_not_grow_with_the_batch() -> None:
    through(raw("warm", "公园里的路灯不亮"))
    counts = []
    for size in (1, 60):
        with db.system():
            made = intake.record([raw(f"{size}-{n}", f"第{n}处路灯不亮") for n in range(size)], now=NOW)
            reports = reports_of.by_ids([outcome.made for outcome in made])
            with CaptureQueriesContext(connection) as caught:
                labels = classify.label(reports, now=NOW)
                spots = locate.find(reports, now=NOW)
                actions.choose(reports, labels, spots, load={}, now=NOW)
        counts.append(len(caught))
    assert counts == [3, 3]


def test_the_units_barred_for_a_case_are_those_of_all_its_reports() -> None:
    with db.system():
        assert queries.barred([], ON) == queries.barred(["", "村里的饭店"], ON) == frozenset()
        found = queries.barred(["城市管理局", "", "双桥镇", "村里的饭店"], ON)
    assert found == {unit("3001"), unit("3002"), unit("9101")}


def test_nothing_at_all() -> None:
    assert through() == ([], [])
