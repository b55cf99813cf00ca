"""The key a name is typed by: in parts, as it would be in one piece."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypinyin import Style, lazy_pinyin

from civigrid.base.pinyin import pinyin_key


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("东湖街道", "donghujiedao dhjd"),
        ("学府路118号", "xuefulu118hao xfl118h"),
        ("重庆路", "chongqinglu cql"),
        ("3号楼B座", "3haoloubzuo 3hlbz"),
        ("Riverside Park", "riversidepark riversidepark"),
        ("", ""),
        ("——", ""),
    ],
)
def test_a_name_has_its_spelling_and_its_initials(name: str, key: str) -> None:
    assert pinyin_key(name) == key


@given(st.text(st.sampled_from("学府路重庆长行银号0123456789aB-·（）〇 "), max_size=12) | st.text(max_size=8))
@settings(deadline=None)
def test_numbers_in_a_name_change_nothing_of_the_rest(name: str) -> None:
    """Words are found between numbers; asked in one piece, the library says the same."""

    def whole(style: Style) -> str:
        kept = lazy_pinyin(name, style=style, errors=lambda signs: "".join(sign for sign in signs if sign.isalnum()))
        return "".join(kept).lower()

    assert pinyin_key(name) == f"{whole(Style.NORMAL)} {whole(Style.FIRST_LETTER)}".strip()
