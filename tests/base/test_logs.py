"""Log lines: JSON, with the ids of request and account, and nobody's number."""

from __future__ import annotations

import ast
import io
import json
import logging
from collections.abc import Iterator

import pytest

from civigrid.base import logs
from tests.house.source import modules

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


QUOTED = 'null value in column "at"\nDETAIL:  Failing row contains (1, 王芳\n幸福路1号\nDETAIL 漏水, null).'


def test_what_people_wrote_over_several_lines_is_not_written_either(written: io.StringIO) -> None:
    log.info("failed: %s", QUOTED)
    try:
        raise _quoting(QUOTED)
    except RuntimeError:
        log.exception("failed")
    try:
        raise _quoting("syntax error\nLINE 1: ...VALUES ('王芳', '幸福路1号\n漏水')\n       ^")
    except RuntimeError:
        log.exception("failed")
    told = written.getvalue()
    assert not [word for word in ("王芳", "幸福路", "漏水") if word in told]
    assert "null value" in told and "syntax error" in told


def _quoting(words: str) -> RuntimeError:
    return RuntimeError(words)


def test_a_masked_message_does_not_swallow_the_errors_that_follow_it(written: io.StringIO) -> None:
    try:
        try:
            raise _quoting(QUOTED)
        except RuntimeError as error:
            raise ValueError("the batch failed") from error
    except ValueError:
        log.exception("failed")
    told = str(last(written)["error"])
    assert told.index("null value") < told.index("the batch failed")
    assert told.count("test_a_masked_message") == 2 and "王芳" not in told


def test_an_error_that_is_its_own_cause_is_told_once(written: io.StringIO) -> None:
    error = ValueError("round and round")
    error.__cause__ = other = ValueError("and back")
    other.__cause__ = error
    try:
        raise error
    except ValueError:
        log.exception("failed")
    assert str(last(written)["error"]).count("round and round") == 1


LOG_CALLS = {"debug", "info", "warning", "error", "exception", "critical", "log"}


def extras(tree: ast.AST) -> Iterator[tuple[int, set[str] | None]]:
    """Of every log call with `extra=`: its line and the names in it, None where they are not written out."""
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in LOG_CALLS):
            continue
        for given in (keyword.value for keyword in node.keywords if keyword.arg == "extra"):
            keys = given.keys if isinstance(given, ast.Dict) else [None]
            plain = {str(key.value) for key in keys if isinstance(key, ast.Constant)}
            yield node.lineno, plain if len(plain) == len(keys) else None


def test_every_extra_field_of_the_house_is_one_that_is_shown() -> None:
    found = [(f"civigrid/{module.path}:{line}", names) for module in modules() for line, names in extras(module.tree)]
    assert len(found) > 5
    assert [(where, names) for where, names in found if names is None or names - set(logs.SHOWN)] == []


@pytest.mark.parametrize(
    ("call", "names"),
    [
        ('log.info("x", extra={"count": 1, "reporter": 2})', {"count", "reporter"}),
        ('self.log.warning("x", extra=more)', None),
        ('log.error("x", extra={**more})', None),
    ],
)
def test_extra_fields_are_found(call: str, names: set[str] | None) -> None:
    assert list(extras(ast.parse(call))) == [(1, names)]


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
