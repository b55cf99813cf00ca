"""Python's own search for garbage, made rarer in processes that work through batches."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from civigrid.base import garbage


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    before = gc.get_threshold()
    yield
    gc.set_threshold(*before)
    gc.unfreeze()


def test_what_was_loaded_is_no_longer_searched_and_what_comes_seldom() -> None:
    garbage.seldom()
    assert gc.isenabled()
    assert gc.get_freeze_count() > 10_000
    assert gc.get_threshold()[0] == garbage.NEW_OBJECTS


def test_a_ring_made_afterwards_is_still_found() -> None:
    garbage.seldom()
    ring: list[object] = []
    ring.append(ring)
    del ring
    assert gc.collect() > 0
