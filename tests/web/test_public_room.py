"""The residents' room stands by itself: it can be put in front of the others."""

from __future__ import annotations

import ast

import pytest
from django.utils import translation

from civigrid.cases.rules import Happened, Stage
from civigrid.classify.rules import Emergency
from civigrid.web.public import telling
from tests.house.source import modules

STAFF = (
    "civigrid.web.pages",
    "civigrid.web.desk",
    "civigrid.web.office",
    "civigrid.web.unit",
    "civigrid.web.forms",
    "civigrid.api",
)


def test_it_imports_nothing_of_the_pages_for_staff() -> None:
    room = [module for module in modules() if module.path.startswith("web/public/")]
    assert len(room) > 5
    found = [
        module.at(node)
        for module in room
        for node in ast.walk(module.tree)
        if isinstance(node, ast.ImportFrom | ast.Import)
        for name in ([node.module or ""] if isinstance(node, ast.ImportFrom) else [each.name for each in node.names])
        if name.startswith(STAFF)
    ]
    assert found == []


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_stage_and_danger_is_said(language: str) -> None:
    with translation.override(language):
        assert all(str(telling.STANDS[stage]) for stage in Stage)
        assert all(str(telling.NEXT[stage]) for stage in Stage if stage is not Stage.EVALUATE)
        told = [telling.advice(danger) for danger in Emergency]
        assert all(each and each.words and each.numbers for each in told)
        assert all(str(telling.wording.of("happened", each)) for each in Happened)
