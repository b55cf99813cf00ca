"""Assets near a point, by their matter."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from civigrid.places.rules import AssetIndex, apart

LAMP, WELL = "C0118", "C0101"
ROWS = [
    ("9901810118000002", LAMP, "4001", 124.0, 29.0),
    ("9901810118000001", LAMP, "4001", 124.0002, 29.0),
    ("9901810101000001", WELL, "", 124.0, 29.0),
    ("9901810101000002", WELL, "5001", 124.00005, 29.0),
]
INDEX = AssetIndex(*(list(column) for column in zip(*ROWS, strict=True)))  # type: ignore[arg-type]


def codes(matter: str, lon: float, lat: float, reach: float) -> list[str]:
    return [each.code for each in INDEX.near(matter, [lon], [lat], [reach])[0]]


def test_only_those_of_the_matter_within_reach_the_nearest_first() -> None:
    assert codes(LAMP, 124.0, 29.0, 15) == ["9901810118000002"]
    assert codes(LAMP, 124.00015, 29.0, 30) == ["9901810118000001", "9901810118000002"]
    assert codes(WELL, 124.0, 29.0, 15) == ["9901810101000001", "9901810101000002"]
    assert codes(LAMP, 124.01, 29.0, 15) == []
    assert codes("E0101", 124.0, 29.0, 15) == []
    assert INDEX.has(LAMP)
    assert not INDEX.has("E0101")


def test_whose_it_is() -> None:
    assert INDEX.owner("9901810118000001") == "4001"
    assert INDEX.owner("9901810101000001") == ""
    assert INDEX.owner("9901810101000009") is None
    assert INDEX.owner("") is None


def test_a_city_without_assets() -> None:
    none = AssetIndex([], [], [], [], [])
    assert none.near(LAMP, [124.0], [29.0], [15]) == [()]
    assert none.owner("1") is None


@given(
    st.lists(st.tuples(st.floats(124, 124.002), st.floats(29, 29.002)), min_size=1, max_size=4, unique=True),
    st.tuples(st.floats(124, 124.002), st.floats(29, 29.002)),
    st.floats(1, 200),
)
def test_the_same_as_measuring_each(
    assets: list[tuple[float, float]], point: tuple[float, float], reach: float
) -> None:
    names = [f"{number:016d}" for number in range(len(assets))]
    lons, lats = zip(*assets, strict=True)
    index = AssetIndex(names, [LAMP] * len(assets), [""] * len(assets), lons, lats)
    found = {each.code for each in index.near(LAMP, [point[0]], [point[1]], [reach])[0]}
    for name, asset in zip(names, assets, strict=True):
        metres = apart(asset, point)
        if abs(metres - reach) > 0.01 * reach + 0.01:
            assert (name in found) == (metres < reach)
