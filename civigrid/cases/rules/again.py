"""作废 and 重开: why, and when it is too late."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from civigrid.base.errors import Refused


class VoidReason(StrEnum):
    """作废理由. `INVALID` of these say that there was no demand at all; the others that it is not accepted."""

    TEST = "test"  # 测试
    MISTAKE = "mistake"  # 误录
    HARASSMENT = "harassment"  # 骚扰, 广告
    NOT_THERE = "not_there"  # 核实不存在
    UNVERIFIABLE = "unverifiable"  # 无法核实


INVALID = frozenset({VoidReason.TEST, VoidReason.MISTAKE, VoidReason.HARASSMENT})


class ReopenReason(StrEnum):
    """重开理由."""

    NOT_SOLVED = "not_solved"  # 未解决
    CAME_BACK = "came_back"  # 问题反复
    FALSE_FEEDBACK = "false_feedback"  # 反馈不实
    NEW_FACTS = "new_facts"  # 有新情况


class BackTo(StrEnum):
    """Where a reopened case goes on."""

    DISPATCH = "dispatch"  # a person chooses the unit anew
    LEAD = "lead"  # the unit that led last gets a new task


def in_time(closed_at: datetime | None, *, now: datetime, days: int) -> None:
    """Refused("too_late_to_reopen") after so many days."""
    if closed_at is None or now - closed_at > timedelta(days=days):
        raise Refused("too_late_to_reopen", days=days)
