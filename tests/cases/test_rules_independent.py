"""Whoever handles never closes: each verb that names a person as who closed a case asks first whether he handled it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from civigrid.cases import actions
from civigrid.cases.rules import Verb
from civigrid.cases.rules.steps import _INDEPENDENT

VERBS = Path(actions.__file__).parent / "verbs"


def closing() -> Iterator[tuple[str, set[str]]]:
    """Each function that writes who closed a case, with the verbs it asks `may` about."""
    for path in sorted(VERBS.glob("*.py")):
        for function in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(function, ast.FunctionDef) or function.name == "closed_by":
                continue
            calls = [each for each in ast.walk(function) if isinstance(each, ast.Call)]
            if any(_name(call) == "closed_by" for call in calls):
                asked = {_verb(call) for call in calls if _name(call) == "may"}
                yield f"{path.stem}.{function.name}", asked


def _name(call: ast.Call) -> str:
    return call.func.id if isinstance(call.func, ast.Name) else ""


def _verb(call: ast.Call) -> str:
    first = call.args[0]
    assert isinstance(first, ast.Attribute), "may(Verb.X, ...)"
    return first.attr


def test_who_closes_a_case_has_not_handled_it() -> None:
    found = dict(closing())
    assert len(found) >= 6, "the functions that close cases are elsewhere now"
    independent = {verb.name for verb in _INDEPENDENT}
    assert {name: asked for name, asked in found.items() if not asked or not asked <= independent} == {}
    assert {Verb.CLOSE.name, Verb.JOIN.name, Verb.VOID.name} <= set().union(*found.values())
