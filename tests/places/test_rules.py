"""Codes, the grid index, and places named in a text."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as some

from civigrid.places.rules import GridIndex, Level, Nameable, NamedPlaces, level_of, parent_of, with_predecessors

WENCHANG, DONGHU, SHUANGQIAO = "990181001", "990181002", "990181101"
PLACES = NamedPlaces(
    [
        Nameable(WENCHANG, ("文昌街道",)),
        Nameable(DONGHU, ("东湖街道", "Donghu Street")),
        Nameable(SHUANGQIAO, ("双桥镇",)),
        Nameable(f"{WENCHANG}001", ("学府社区", "文昌小学")),
        Nameable(f"{DONGHU}001", ("湖景社区", "湖景花园", "riverside park")),
        Nameable(f"{DONGHU}003", ("会展社区", "文昌小学", "幸福社区")),
        Nameable(f"{SHUANGQIAO}201", ("石桥头村",)),
        Nameable(f"{SHUANGQIAO}202", ("上坝村", "幸福社区")),
    ]
)


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("石桥头村5组一处自建房", [f"{SHUANGQIAO}201"]),
        ("石桥头5组的水管", [f"{SHUANGQIAO}201"]),  # without 村
        ("石桥头村村委会门口", [f"{SHUANGQIAO}201"]),
        ("东湖街道湖景花园3号楼2单元1201室", [f"{DONGHU}001"]),  # the community, not its town
        ("东湖街道办事处对面", [DONGHU]),
        ("东湖那边", [DONGHU]),
        ("东湖路下穿隧道积水", []),  # a road is no town
        ("文昌街口东侧", []),
        ("学府路118号门面", []),
        ("上坝的路灯", []),  # two characters are too little by themselves
        ("双桥镇上坝的路灯", [f"{SHUANGQIAO}202"]),
        ("文昌小学门口", [f"{WENCHANG}001", f"{DONGHU}003"]),  # two campuses: a person must say
        ("东湖街道文昌小学门口", [f"{DONGHU}003"]),
        ("双桥镇幸福社区", [f"{SHUANGQIAO}202"]),
        ("东湖街道石桥头村", [DONGHU, f"{SHUANGQIAO}201"]),  # they contradict each other
        ("Gate 2 of the Riverside Park, quite dark", [f"{DONGHU}001"]),
        ("riverside parking", []),
        ("", []),
        ("灯坏了", []),
    ],
)
def test_places_named(text: str, codes: list[str]) -> None:
    found = PLACES.find(text)
    assert list(found.codes) == codes
    assert found.sure == (len(codes) == 1)
    assert bool(found.words) == bool(codes)


def test_codes_say_their_level() -> None:
    assert [level_of(code) for code in ("99", "9901", "990181", WENCHANG, f"{WENCHANG}001")] == list(Level)
    assert level_of("99018") is None
    assert [parent_of(code) for code in ("99", "9901", f"{WENCHANG}001")] == ["", "99", WENCHANG]


def test_a_post_sees_what_its_region_took_over() -> None:
    predecessors = {WENCHANG: ("990181009",), f"{DONGHU}001": ("990181010001",)}
    assert with_predecessors([WENCHANG], predecessors) == (WENCHANG, "990181009")
    assert with_predecessors(["990181"], predecessors) == ("990181",)  # the prefix covers them already
    assert with_predecessors([DONGHU], predecessors) == (DONGHU, "990181010001")


SQUARES = [(f"{x}{y}", shapely.box(x, y, x + 1, y + 1)) for x in range(4) for y in range(4)]
INDEX = GridIndex([code for code, _ in SQUARES], list(range(100, 116)), [shape for _, shape in SQUARES])


def test_a_point_lies_in_its_grid_or_in_none() -> None:
    assert INDEX.locate([0.5, 3.5, 9.0, np.nan], [0.5, 2.5, 9.0, 1.0]).tolist() == [100, 114, -1, -1]
    assert INDEX.locate([], []).tolist() == []
    assert GridIndex([], [], []).locate([0.5], [0.5]).tolist() == [-1]


def test_a_point_on_a_shared_border_always_goes_to_the_lowest_code() -> None:
    turned = GridIndex([code for code, _ in SQUARES[::-1]], list(range(115, 99, -1)), [s for _, s in SQUARES[::-1]])
    corners = [(1.0, 1.0), (1.0, 0.5), (2.5, 2.0), (4.0, 4.0)]
    for index in (INDEX, turned):
        assert index.locate(*zip(*corners, strict=True)).tolist() == [100, 100, 109, 115]


@settings(max_examples=50, deadline=None)
@given(some.lists(some.tuples(some.floats(-1, 5), some.floats(-1, 5)), min_size=1, max_size=50))
def test_many_points_get_the_answer_each_gets_alone(points: list[tuple[float, float]]) -> None:
    together = INDEX.locate(*zip(*points, strict=True)).tolist()
    assert together == [INDEX.locate([x], [y])[0] for x, y in points]
    for (x, y), found in zip(points, together, strict=True):
        inside = [n for n, (_, shape) in enumerate(SQUARES) if shape.intersects(shapely.Point(x, y))]
        assert found == (100 + inside[0] if inside else -1)
