"""How often somebody knocked: counted together, or not at all."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from civigrid.base import db, tallies
from civigrid.base.errors import Refused
from civigrid.base.tallies import Cost

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def cost(most: int = 2, kind: str = "report", who: str = "a", amount: int = 1) -> Cost:
    return Cost(kind, who, most, HOUR, amount)


def test_a_span_holds_so_many_and_then_begins_anew() -> None:
    tallies.spend([cost()], now=NOW)
    tallies.spend([cost()], now=NOW + timedelta(minutes=30))
    with pytest.raises(Refused) as no:
        tallies.spend([cost()], now=NOW + timedelta(minutes=59))
    assert no.value.facts == {"until": NOW + HOUR}
    tallies.spend([cost()], now=NOW + HOUR)
    tallies.spend([cost(who="b")], now=NOW)


def test_what_is_refused_costs_nothing() -> None:
    """Or whoever knocks on and on would never be let in again."""
    tallies.spend([cost(1, "small")], now=NOW)
    for _ in range(3):
        with pytest.raises(Refused):
            tallies.spend([cost(9, "large"), cost(1, "small")], now=NOW)
    tallies.spend([cost(9, "large", amount=9)], now=NOW)


def test_what_did_not_count_is_given_back() -> None:
    for _ in range(5):
        tallies.spend([cost(1)], now=NOW)
        tallies.give_back([cost(1)])
    with pytest.raises(Refused):
        tallies.spend([cost(1, amount=2)], now=NOW)


def test_old_counts_go() -> None:
    tallies.spend([cost()], now=NOW)
    with db.system():
        assert tallies.sweep(now=NOW + timedelta(hours=23)) == 0
        assert tallies.sweep(now=NOW + timedelta(hours=25)) == 1
