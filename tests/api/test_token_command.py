"""`civigrid token`: what an operator types, and what he sees."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from typer.testing import CliRunner, Result

from civigrid.base.errors import Refused
from civigrid.cli import token
from tests.api.programs import HE, Program, said
from tests.web.people import JIANG, LI

pytestmark = pytest.mark.usefixtures("city")


@pytest.fixture(autouse=True)
def here(monkeypatch: pytest.MonkeyPatch) -> None:
    @contextmanager
    def booted(**_: object) -> Iterator[None]:
        yield

    monkeypatch.setattr(token, "booted", booted)  # the test's own database


def run(*words: str) -> Result:
    return CliRunner().invoke(token.app, list(words), env={"COLUMNS": "200"})


def create(*more: str, by: str = HE, scope: str = "reports:write") -> Result:
    return run("create", LI, "--by", by, "--scope", scope, "--name", "燃气平台", *more)


def test_a_program_signs_in_with_what_was_printed_until_it_is_revoked() -> None:
    made = create("--days", "30")
    assert made.exit_code == 0, made.output
    secret = made.output.strip().splitlines()[-1]
    assert Program(secret).post("/reports", said()).status_code == 201
    listed = run("list").output
    assert secret not in listed
    [row] = [line for line in listed.splitlines() if "燃气平台" in line]
    assert run("revoke", row.split()[0], "--by", HE).exit_code == 0
    assert Program(create().output.strip().splitlines()[-1]).post("/reports", said()).status_code == 201


@pytest.mark.parametrize(
    ("by", "code"), [(JIANG, "not_your_role"), (LI, "not_your_role"), ("nobody", "unknown_account")]
)
def test_who_may_not(by: str, code: str) -> None:
    for done in (create(by=by), run("revoke", "1", "--by", by)):
        assert isinstance(done.exception, Refused)
        assert done.exception.code in (code, "unknown_token")


def test_what_is_no_scope_or_role_is_told() -> None:
    assert "reports:write, reports:read, cases:read, cases:act" in create(scope="everything").output
    assert "duty_chief" in create("--role", "king").output
    assert isinstance(create("--role", "leader").exception, Refused)


def test_an_account_nobody_has_and_a_list_without_tokens_are_told() -> None:
    assert "No program has a token yet" in run("list").output
    refused = run("create", "gas-platform", "--by", HE, "--scope", "reports:write", "--name", "燃气平台").exception
    assert isinstance(refused, Refused)
    assert refused.code == "unknown_account"
