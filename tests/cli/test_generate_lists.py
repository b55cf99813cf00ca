"""The lists of the shipped pack, which every generated city gets: what the trade expects of them."""

from __future__ import annotations

from collections import Counter, defaultdict

import pytest
import yaml

from civigrid.cli.generate.tables import Cells, read
from civigrid.cli.shipped import demo_pack

MATTERS = {row["code"]: row for row in read(demo_pack() / "matters.csv")}
STANDARDS = read(demo_pack() / "standards.csv")
DUTY = read(demo_pack() / "duty.csv")
FIELDS = read(demo_pack() / "fields.csv")
CITY = yaml.safe_load((demo_pack() / "city.yaml").read_text("utf-8"))
REPORTS = yaml.safe_load((demo_pack() / "reports.yaml").read_text("utf-8"))


def of(rows: list[Cells], matter: str) -> list[Cells]:
    return [row for row in rows if row["matter"] == matter]


def test_there_are_71_matters_of_five_kinds() -> None:
    assert Counter(code[0] for code in MATTERS) == {"E": 25, "C": 11, "H": 26, "G": 5, "D": 4}


def test_no_matter_is_about_a_kind_of_person() -> None:
    persons = ("流浪", "乞讨", "上访", "精神", "吸毒", "刑满", "信教", "重点人", "群体", "访民", "传销", "黑车")
    for matter in MATTERS.values():
        assert not any(word in matter["name"] + matter["major"] for word in persons), matter["code"]


@pytest.mark.parametrize("code", MATTERS)
def test_each_matter_has_words_examples_a_form_a_standard_and_somebody_whose_duty_it_is(code: str) -> None:
    matter = MATTERS[code]
    assert len(matter["keywords"].split("|")) >= 4
    assert len(matter["examples"].split("|")) >= 2
    assert of(FIELDS, code)
    assert sum(row["default"] == "yes" for row in of(STANDARDS, code)) == 1
    assert of(DUTY, code)
    assert matter["name_en"]
    assert matter["name_en"].isascii()


def test_words_and_examples_belong_to_one_matter() -> None:
    examples = Counter(example for row in MATTERS.values() for example in row["examples"].split("|"))
    assert [example for example, times in examples.items() if times > 1] == []


def test_nothing_urgent_may_be_extended_and_what_is_critical_has_a_person_there_soon() -> None:
    for row in STANDARDS:
        if row["urgency"] in "12":
            assert row["extend"] == "no", row["code"]
        if row["urgency"] == "1" and row["unit"] in ("work_days", "days"):
            assert row["arrival_unit"] in ("minutes", "urgent_hours"), row["code"]


@pytest.mark.parametrize(
    ("code", "urgency", "arrival", "limit"),
    [
        ("E0401-1", "1", "1 urgent_hours", "5 work_days"),
        ("E0402-2", "1", "1 urgent_hours", "12 urgent_hours"),
        ("E0403-1", "1", "30 minutes", "12 urgent_hours"),
        ("E0110-2", "2", "2 urgent_hours", "3 work_days"),
        ("H0801-2", "2", "2 urgent_hours", "5 work_days"),
        ("C0118-1", "3", " ", "2 work_days"),
        ("C0114-1", "2", "2 urgent_hours", "5 work_days"),
        ("D0101-1", "3", "1 work_days", "30 days"),
    ],
)
def test_arriving_and_finishing_are_two_clocks(code: str, urgency: str, arrival: str, limit: str) -> None:
    row = next(row for row in STANDARDS if row["code"] == code)
    assert (row["urgency"], f"{row['arrival']} {row['arrival_unit']}", f"{row['limit']} {row['unit']}") == (
        urgency, arrival, limit,
    )  # fmt: skip


# who is responsible where: function, and its lead on each kind of place
WHERE = {
    "E0110": {"R1": "4001", "R2": "town/04", "R3": "4004", "N2": "town/04", "P": "4003", "W": "2013"},
    "E0102": {"R1": "4002", "R2": "town/04", "R3": "town/04", "N2": "community", "P": "4003", "W": "2013"},
    "C0118": {"R1": "4001", "R2": "4001", "R3": "4004", "N1": "community", "V": "community", "P": "4003"},
    "E0404": {"R1": "5002", "R2": "5002", "R3": "4004", "N2": "town/04", "V": "town/04", "P": "4003", "W": "2013"},
    "E0411": {"R1": "4003", "R2": "town/04", "R3": "4004", "N1": "community", "P": "4003"},
    "E0505": {"R1": "2006", "R3": "2006", "N1": "community", "P": "4003"},
    "E0302": {"S1": "2011", "S2": "4001", "S3": "2012", "S4": "2013"},
}


@pytest.mark.parametrize("matter", WHERE)
def test_the_kind_of_place_decides_who_leads(matter: str) -> None:
    leads = {row["place_kind"]: row["lead"] for row in of(DUTY, matter) if row["list_kind"] != "assist"}
    assert leads.items() >= WHERE[matter].items()


def test_covers_and_cables_go_by_their_owner_and_those_of_nobody_known_are_made_safe_first() -> None:
    unknown = {row["matter"]: row["lead"] for row in DUTY if row["owner"] == "unknown"}
    assert unknown == dict.fromkeys(("C0101", "C0102", "C0105", "C0107", "E0408"), "4001")
    owners = defaultdict(set)
    for row in DUTY:
        if row["owner"] not in ("", "unknown"):
            owners[row["matter"]].add((row["owner"], row["lead"]))
    assert {("5004", "5004"), ("5006", "5006"), ("5007", "5007")} <= owners["E0408"]
    assert owners["C0107"] == {("5006", "5006"), ("5007", "5007")}


def test_only_towns_have_a_list_of_their_own_duties_and_what_was_taken_back_is_led_by_the_city() -> None:
    kinds = Counter(row["list_kind"] for row in DUTY)
    assert set(kinds) == {"", "basic", "assist", "withdrawn"}
    for row in DUTY:
        local = row["lead"] == "community" or row["lead"].startswith("town/")
        assert local == (row["list_kind"] in ("basic", "assist")) or (not row["list_kind"] and local), row["code"]
        assert row["basis"]
    assert {row["matter"] for row in DUTY if row["list_kind"] == "withdrawn"} == {"H0102", "H0801"}
    assert next(row for row in of(DUTY, "E0102") if row["place_kind"] == "V")["list_kind"] == "basic"


def test_every_source_kind_of_place_and_layer_of_the_demo_city_is_there() -> None:
    assert list(CITY["sources"]) == [f"{number:02}" for number in range(1, 18)]
    assert list(CITY["place_kinds"]) == [
        "R1",
        "R2",
        "R3",
        "R4",
        "N1",
        "N2",
        "V",
        "P",
        "W",
        "S1",
        "S2",
        "S3",
        "S4",
        "M",
        "X",
        "K",
    ]
    assert {layer["style"] for layer in CITY["layers"].values()} == {"road", "rail", "water", "green", "place", "site"}


def test_the_stock_begins_with_the_34_typical_reports() -> None:
    texts = {report["key"]: report["text"] for report in REPORTS}
    assert len(texts) == 107
    assert texts["S001"] == "就我们那个路口的灯，一到晚上黑漆漆的，都好几天了，你们到底管不管？"
    assert texts["S013"] == "东湖路与学府路交叉口东北角人行道，雨水箅子缺失1块，约50×30厘米，近景远景各1张。"
    assert texts["S034"] == "低息贷款秒到账加微……"
    assert all(report["expect"] for report in REPORTS[:34])
    assert not any("lon" in report for report in REPORTS)


def test_forms_ask_for_a_number_of_people_and_never_for_names_or_identity() -> None:
    asked = " ".join(row["name"] + row["hint"] for row in FIELDS)
    assert "身份证" not in asked
    assert "姓名" not in asked
    people = next(row for row in of(FIELDS, "H0301") if row["field"] == "people")
    assert people["kind"] == "number"
