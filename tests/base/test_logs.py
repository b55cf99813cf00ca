"""Log lines: JSON, with the ids of request and account, and nobody's number."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator

import pytest

from civigrid.base import logs

log = logging.getLogger("civigrid.test")


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """What the house's own handler writes."""
    logs.configure({"level": "INFO"})
    handler = next(h for h in logging.getLogger().handlers if isinstance(h.formatter, logs.JsonLines))
    stream = io.StringIO()
    before = handler.setStream(stream)  # type: ignore[attr-defined]
    yield stream
    handler.setStream(before)  # type: ignore[attr-defined]


def last(written: io.StringIO) -> dict[str, object]:
    line: dict[str, object] = json.loads(written.getvalue().splitlines()[-1])
    return line


def test_a_line_is_json_with_the_ids(written: io.StringIO) -> None:
    with logs.about(request="r-1", account=42):
        log.info("case opened", extra={"number": "A20261122-000001", "ms": 12})
    line = last(written)
    assert (line["what"], line["level"], line["from"]) == ("case opened", "info", "civigrid.test")
    assert (line["request"], line["account"], line["number"], line["ms"]) == ("r-1", 42, "A20261122-000001", 12)
    assert str(line["at"]).endswith("+00:00")


def test_ids_end_with_their_block(written: io.StringIO) -> None:
    with logs.about(request="r-1", account=42):
        pass
    log.info("later")
    assert "request" not in last(written) and "account" not in last(written)


def test_chinese_stays_readable(written: io.StringIO) -> None:
    log.info("井盖破损")
    assert "井盖破损" in written.getvalue()


@pytest.mark.parametrize(
    "number",
    [
        "13800138000",
        "138 0013 8000",
        "138-0013-8000",
        "+8613800138000",
        "110101199003077758",
        "11010119900307775X",
        "wang@example.com",
    ],
)
def test_no_number_of_a_person_is_written(written: io.StringIO, number: str) -> None:
    log.info("call %s back", number)
    log.info("call back", extra={"path": f"/find?q={number}", "phone": number})
    try:
        raise ValueError(f"cannot call {number}")
    except ValueError:
        log.exception("failed")
    assert number not in written.getvalue()
    assert written.getvalue().count(logs.MASK) == 3


def test_named_values_of_personal_fields_are_masked(written: io.StringIO) -> None:
    log.info("%(contact_name)s at %(address)s said %(text)s, batch %(batch)s",
             {"contact_name": "王芳", "address": "幸福路1号", "text": "漏水", "batch": 3})  # fmt: skip
    line = written.getvalue()
    assert "王芳" not in line and "幸福路" not in line and "漏水" not in line
    assert "batch 3" in line


def test_extra_fields_that_nobody_listed_are_dropped(written: io.StringIO) -> None:
    log.info("stored", extra={"reporter": "王芳", "count": 2})
    assert "王芳" not in written.getvalue()
    assert last(written)["count"] == 2


def test_a_row_quoted_by_the_database_is_not_written(written: io.StringIO) -> None:
    try:
        raise RuntimeError('null value in column "at"\nDETAIL:  Failing row contains (1, 王芳, 幸福路1号).')
    except RuntimeError:
        log.exception("failed")
    assert "王芳" not in written.getvalue() and "null value" in written.getvalue()


def test_numbers_of_cases_and_regions_stay(written: io.StringIO) -> None:
    log.info("case 20261122-000138 in 310105013001 grid 310105013001001")
    assert logs.MASK not in written.getvalue()


def test_statements_with_their_values_are_never_logged(written: io.StringIO) -> None:
    logs.configure({"level": "DEBUG"})
    assert not logging.getLogger("django.db.backends").isEnabledFor(logging.DEBUG)


def test_configuring_twice_writes_once(written: io.StringIO) -> None:
    logs.configure({"level": "INFO"})
    own = [h for h in logging.getLogger().handlers if isinstance(h.formatter, logs.JsonLines)]
    assert len(own) == 1
