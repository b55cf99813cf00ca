"""What a rule's no says, whichever door it was said at: the words of every area by code."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise

from civigrid.base import words as base
from civigrid.cases import words as cases
from civigrid.catalog import words as catalog
from civigrid.classify import words as classify
from civigrid.directory import words as directory
from civigrid.intake import words as intake
from civigrid.locate import words as locate

REFUSALS: Mapping[str, str | Promise] = {
    **base.REFUSALS,
    **directory.REFUSALS,
    **catalog.REFUSALS,
    **intake.REFUSALS,
    **classify.REFUSALS,
    **locate.REFUSALS,
    **cases.REFUSALS,
}
# facts that are themselves codes
_CODES: tuple[Mapping[Any, str | Promise], ...] = (
    cases.STAGES, cases.TASK_STATES, cases.VERBS, cases.NEEDS, cases.DESK_LEVELS, cases.ASK_KINDS,
)  # fmt: skip


def refusal(code: str, facts: Mapping[str, Any]) -> str:
    """What a rule's no says to the person."""
    words = REFUSALS.get(code)
    if words is None:
        return code
    text = str(words)
    if "%(" not in text:
        return text
    return text % defaultdict(str, {name: _spoken(value) for name, value in facts.items()})


def _spoken(value: Any) -> str:
    """A fact that is itself a code is said in words."""
    if isinstance(value, str):
        for words in _CODES:
            if value in words:
                return str(words[value])
    return str(value)
