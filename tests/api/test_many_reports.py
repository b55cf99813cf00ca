"""A program sends many reports: each line is kept or refused by itself, and told in order."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import pytest
from django.db import OperationalError

from civigrid.base import db
from civigrid.flow import arriving, conveyor, pipeline
from civigrid.intake import queries as reports_of
from tests.api.programs import Program, program, said

pytestmark = pytest.mark.usefixtures("city")

NDJSON = "application/x-ndjson"


def lines(*rows: object) -> bytes:
    return b"".join(
        row if isinstance(row, bytes) else json.dumps(row, ensure_ascii=False).encode() + b"\n" for row in rows
    )


def told(who: Program, *rows: object) -> list[dict[str, Any]]:
    answer = who.post("/reports/batch", lines(*rows), kind=NDJSON)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, NDJSON), answer.content
    return [json.loads(line) for line in answer.content.splitlines()]


def stored() -> int:
    with db.system():
        return reports_of.count()


def test_good_and_bad_lines_side_by_side() -> None:
    before = stored()
    found = told(
        program(),
        said(key="a"),
        b'{"source": "01", "text": \n',
        said(key="b", source="nowhere"),
        b"\n",
        said(),
        said(key="c", uploads=["0" * 32]),
        b'{"key": "d", "source": "01", "text": "\xff\xfe"}\n',
        said(key="e"),
        said(key="e"),
        said("别的事", key="e"),
    )
    assert [(each["line"], each["status"], each.get("code")) for each in found] == [
        (1, "accepted", None),
        (2, "refused", "bad_json"),
        (3, "refused", "unknown_code"),
        (5, "refused", "missing"),
        (6, "refused", "no_uploads_here"),
        (7, "refused", "bad_json"),
        (8, "accepted", None),
        (9, "refused", "key_reused"),  # its number differs: `said` counts
        (10, "refused", "key_reused"),
    ]
    assert (found[2]["key"], found[2]["field"], found[3]["field"]) == ("b", "source", "key")
    assert stored() == before + 2


def test_a_refused_line_is_found_again_by_its_key() -> None:
    """Whatever is wrong with it, as long as it is an object with a key that could be one."""
    found = told(
        program(),
        said(key="far", lon=999),
        said(key="two words"),
        b'["no object"]\n',
        b"[" * 5000 + b"\n",
        {"source": "01", "text": "\u200b", "key": "unseen"},
    )
    assert [(each.get("key"), each["code"]) for each in found] == [
        ("far", "out_of_range"),
        (None, "bad_form"),
        (None, "wrong_type"),
        (None, "bad_json"),
        ("unseen", "nothing_said"),
    ]


def test_sent_again_nothing_is_doubled_and_the_rest_is_added() -> None:
    gas, rows = program(), [said(key=f"again-{number}") for number in range(5)]
    first = told(gas, *rows[:3])
    again = told(gas, *rows)
    assert [each["status"] for each in again] == ["repeated"] * 3 + ["accepted"] * 2
    assert [each["id"] for each in again[:3]] == [each["id"] for each in first]


def test_the_conveyor_makes_cases_of_them() -> None:
    gas = program()
    found = told(gas, said(key="later"))
    waiting = gas.get("/reports?key=later").json()
    assert (waiting["id"], waiting["disposition"]) == (found[0]["id"], None)
    with db.system():
        pipeline.process([found[0]["id"]], now=conveyor.datetime.now(conveyor.UTC))
    assert gas.get("/reports?key=later").json()["disposition"]["kind"] == "opened"


def test_several_chunks_keep_the_order(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("civigrid.api.batch.CHUNK", 3)
    found = told(program(), *[said(key=f"chunk-{number}") for number in range(10)])
    assert [each["key"] for each in found] == [f"chunk-{number}" for number in range(10)]
    ids = [each["id"] for each in found]
    assert ids == sorted(ids)


def test_a_poisoned_row_never_costs_another_its_place(monkeypatch: pytest.MonkeyPatch) -> None:
    real = pipeline.receive

    def receive(raws: Sequence[Any], **more: Any) -> Any:
        if any("poison" in raw.text for raw in raws):
            raise ValueError("a fault of one report")
        return real(raws, **more)

    monkeypatch.setattr(arriving.pipeline, "receive", receive)
    found = told(program(), said(key="p1"), said("poison", key="p2"), said(key="p3"))
    assert [(each["status"], each.get("code")) for each in found] == [
        ("accepted", None), ("refused", "not_kept"), ("accepted", None),
    ]  # fmt: skip


def test_a_database_that_goes_in_the_middle(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was committed is told; the rest is told to be sent again; and then it is."""
    real, calls = pipeline.receive, []

    def receive(raws: Sequence[Any], **more: Any) -> Any:
        calls.append(len(raws))
        if len(calls) == 2:
            raise OperationalError("the server closed the connection")
        return real(raws, **more)

    monkeypatch.setattr("civigrid.api.batch.CHUNK", 2)
    monkeypatch.setattr(arriving.pipeline, "receive", receive)
    gas, rows = program(), [said(key=f"gone-{number}") for number in range(5)]
    found = told(gas, *rows)
    assert [(each["status"], each.get("code")) for each in found] == [
        ("accepted", None), ("accepted", None), *[("failed", "unavailable")] * 3,
    ]  # fmt: skip
    assert [each["status"] for each in told(gas, *rows)] == ["repeated"] * 2 + ["accepted"] * 3


def test_where_nothing_could_be_kept_the_whole_is_a_503(monkeypatch: pytest.MonkeyPatch) -> None:
    def receive(raws: Sequence[Any], **more: Any) -> Any:
        raise OperationalError("no route to host")

    monkeypatch.setattr(arriving.pipeline, "receive", receive)
    answer = program().post("/reports/batch", lines(said(key="x")), kind=NDJSON)
    assert (answer.status_code, answer.json()["code"], answer.headers["Retry-After"]) == (503, "unavailable", "5")


@pytest.mark.parametrize(
    ("setting", "value", "code"),
    [("CIVIGRID_API_MAX_ROWS", "2", "too_many_rows"), ("CIVIGRID_API_MAX_BATCH_BYTES", "300", "too_large")],
)
def test_a_batch_too_large_is_refused_whole(
    monkeypatch: pytest.MonkeyPatch, setting: str, value: str, code: str
) -> None:
    monkeypatch.setenv(setting, value)
    before = stored()
    answer = program().post("/reports/batch", lines(*[said(key=f"l{n}") for n in range(3)]), kind=NDJSON)
    assert (answer.status_code, answer.json()["code"]) == (413, code)
    assert stored() == before


def test_a_line_too_long_is_refused_alone() -> None:
    found = told(program(), said(key="s1"), said("长" * 30_000, key="s2"), said(key="s3"))
    assert [(each["line"], each["status"], each.get("code")) for each in found] == [
        (1, "accepted", None), (2, "refused", "too_large"), (3, "accepted", None),
    ]  # fmt: skip


def test_an_empty_batch_is_answered_with_nothing() -> None:
    assert told(program()) == []


def test_a_line_without_its_end_counts() -> None:
    found = told(program(), lines(said(key="end")).rstrip(b"\n"))
    assert [each["status"] for each in found] == ["accepted"]


def test_it_must_be_lines() -> None:
    answer = program().post("/reports/batch", [said(key="x")])
    assert (answer.status_code, answer.json()["code"]) == (415, "bad_media_type")
