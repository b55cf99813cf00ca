"""Small rules: numbers, lights, and what somebody wrote."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from enum import StrEnum

from civigrid.base.errors import Refused
from civigrid.cases.rules.codes import Light

_JUST_AFTER = timedelta(microseconds=1)  # what is done in the last instant is done in time
LONGEST_WORDS = 4_000  # characters


def light(*, warn_at: datetime, due_at: datetime, now: datetime) -> Light:
    """`now` is the moment the clock was stopped, where it was."""
    if now > due_at:
        return Light.RED
    return Light.YELLOW if now >= warn_at else Light.GREEN


def next_look(*, warn_at: datetime, due_at: datetime, now: datetime) -> datetime | None:
    """When the sweep must look at a running clock again; None once it is red."""
    return next((at for at in (warn_at, due_at + _JUST_AFTER) if at > now), None)


def number(pattern: str, day: date, sequence: int) -> str:
    """A case's number by the pack's pattern, e.g. "YT{date}-{seq}" -> YT20261122-000123. At least six digits."""
    return pattern.format(date=f"{day:%Y%m%d}", seq=f"{sequence:06d}")


def words(text: str, *, needed: bool) -> str:
    """What somebody wrote, as it is kept. Refused("words_needed") where the rule asks for words and there are none."""
    said = text.replace("\x00", "").strip()
    if needed and not said:
        raise Refused("words_needed")
    if len(said) > LONGEST_WORDS:
        raise Refused("too_long", longest=LONGEST_WORDS)
    return said


def one_of(kind: type[StrEnum], code: str) -> str:
    """The code if `kind` has it, else Refused("unknown_code")."""
    if code not in {member.value for member in kind}:
        raise Refused("unknown_code", value=code[:40])
    return code
