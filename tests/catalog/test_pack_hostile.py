"""Whatever a pack's files hold, a check ends with faults that can be read, and never with an error of the program."""

from __future__ import annotations

import pytest
from django.utils import translation
from hypothesis import HealthCheck, given, settings

from civigrid.catalog.rules.pack import FILES, check
from civigrid.catalog.words import reason, remedy
from tests.hostile import GOOD, SPOILED, TOKENS

LONGEST = 5000  # characters of a message: the list of what is allowed, and what was found


def look(content: dict[str, bytes]) -> None:
    pack, faults = check(content)
    assert (pack is None) == any(fault.stops for fault in faults)
    for language in ("zh-hans", "en"):
        with translation.override(language):
            for fault in faults[:20]:
                said = reason(fault) + remedy(fault)
                said.encode()
                assert 0 < len(said) < LONGEST
                assert "\n" not in said
    for fault in faults:
        fault.column.encode()


def test_the_pack_is_good_before_it_is_spoiled() -> None:
    assert check(GOOD)[1] == []


@given(SPOILED)
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_spoiled_pack_is_told_and_never_an_error(content: dict[str, bytes]) -> None:
    look(content)


@pytest.mark.parametrize("name", sorted({*GOOD} | {name for name in FILES if not name.endswith(".xlsx")}))
@pytest.mark.parametrize(
    "data", [b"", b"\n", b"\0", b"\xff", b"null", b"[]", b"{}", b"0", b'"', b"a,b\n1,2", b"- 1", b"[" * 9999]
)
def test_a_file_of_something_else_is_told(name: str, data: bytes) -> None:
    look({**GOOD, name: data})


@pytest.mark.parametrize("token", TOKENS, ids=range(len(TOKENS)))
def test_a_hostile_word_in_every_cell(token: bytes) -> None:
    """In columns of each table (each meets a fifth of the words), after colons of YAML files, in properties of maps."""
    turn = TOKENS.index(token)
    for name, data in GOOD.items():
        if name.endswith(".csv"):
            header, first, *_ = data.splitlines()
            for column in range(turn % 5, first.count(b",") + 1, 5):
                cells = first.split(b",")
                cells[column] = token
                look({**GOOD, name: header + b"\n" + b",".join(cells)})
        else:
            look({**GOOD, name: data.replace(b": ", b": " + token, 3)})
            look({**GOOD, name: data.replace(b'"', token, 5)})
