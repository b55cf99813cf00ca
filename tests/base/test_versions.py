"""Versions saved in batches: what one batch would do, in any size."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from civigrid.base import db, versions
from civigrid.directory.models import Unit, UnitVersion

pytestmark = pytest.mark.django_db

UNITS = versions.Tables(Unit, UnitVersion, "unit")
FIRST = date(2026, 1, 1)
names = st.dictionaries(st.sampled_from([f"U{n}" for n in range(9)]), st.sampled_from(["甲", "乙", ""]), max_size=9)


def row(code: str, name: str) -> versions.Row:
    return {"code": code, "name": name, "kind": "party", "aliases": [name, "|"]}


def rows(wanted: dict[str, str]) -> Iterator[versions.Row]:
    return (row(code, name) for code, name in wanted.items())


def valid(on: date) -> dict[str, str]:
    return dict(UnitVersion.objects.filter(valid__contains=on).values_list("unit__code", "name"))


@given(st.lists(names, min_size=1, max_size=4), st.integers(1, 4))
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
def test_each_day_has_the_list_that_was_saved_for_it(lists: list[dict[str, str]], batch: int) -> None:
    """Against a dictionary a day; whatever the size of a batch."""
    before = versions.BATCH
    versions.BATCH = batch
    try:
        with pytest.raises(ZeroDivisionError), db.system():
            held: dict[str, str] = {}
            for day, wanted in enumerate(lists):
                told = versions.save(UNITS, rows(wanted), on=FIRST + timedelta(days=day))
                expected = {code: _fate(held.get(code), name) for code, name in wanted.items()}
                expected |= {code: "closed" for code in held if code not in wanted}
                assert {outcome.id: outcome.code for outcome in told} == expected
                assert [outcome.id for outcome in told][: len(wanted)] == list(wanted)
                held = wanted
            for day, wanted in enumerate(lists):
                assert valid(FIRST + timedelta(days=day)) == wanted
            raise ZeroDivisionError  # nothing is kept from one example to the next
    finally:
        versions.BATCH = before


def test_a_code_that_stands_twice_writes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two versions of one thing would be valid at once; also where they stand in different batches."""
    for size in (1, 10):
        monkeypatch.setattr(versions, "BATCH", size)
        with pytest.raises(ValueError, match="stands twice"), db.system():
            versions.save(UNITS, [row("U1", "甲"), row("U2", "乙"), row("U1", "乙")], on=FIRST)
        with db.system():
            assert valid(FIRST) == {}


def _fate(old: str | None, new: str) -> str:
    return "opened" if old is None else "same" if old == new else "changed"


def test_a_part_of_a_list_closes_nothing() -> None:
    with db.system():
        versions.save(UNITS, rows({"U1": "甲", "U2": "乙"}), on=FIRST)
        told = versions.save(UNITS, rows({"U2": "丙"}), on=FIRST, whole=False)
        assert [(outcome.id, outcome.code) for outcome in told] == [("U2", "changed")]
        assert valid(FIRST) == {"U1": "甲", "U2": "丙"}


def test_what_follows_from_a_row_is_asked_for_where_it_is_written() -> None:
    asked: list[str] = []

    def spelled(unit: versions.Row) -> versions.Row:
        asked.append(unit["code"])
        return {"pinyin": unit["name"] * 2}

    with db.system():
        versions.save(UNITS, rows({"U1": "甲", "U2": "乙"}), on=FIRST, derived=spelled)
        versions.save(UNITS, rows({"U1": "甲", "U2": "丙"}), on=FIRST, derived=spelled)
        assert asked == ["U1", "U2", "U2"]
        assert set(UnitVersion.objects.filter(valid__contains=FIRST).values_list("pinyin", flat=True)) == {
            "甲甲",
            "丙丙",
        }


def test_what_a_row_does_not_say_has_the_models_own_value() -> None:
    with db.system():
        versions.save(UNITS, rows({"U1": "甲"}), on=FIRST)
        unit = UnitVersion.objects.get()
        assert (unit.night_duty, unit.parent_id, unit.name_en, unit.aliases) == (False, None, "", ["甲", "|"])


def test_a_list_that_did_not_change_is_read_and_not_written() -> None:
    wanted = {f"U{n}": "甲" for n in range(50)}
    with db.system():
        versions.save(UNITS, rows(wanted), on=FIRST)
        connection.force_debug_cursor = True
        before = len(connection.queries_log)
        versions.save(UNITS, rows(wanted), on=FIRST)
        said = [query["sql"].split()[0] for query in list(connection.queries_log)[before:]]
        connection.force_debug_cursor = False
    assert set(said) == {"SELECT"}
    assert len(said) == 3  # who is known, what is valid, what is gone
