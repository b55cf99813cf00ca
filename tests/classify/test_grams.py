"""What a text is made of, and what of it a model may ever see."""

from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from civigrid.classify.rules.grams import LONGEST, Vocabulary, grams, learnable, spelt
from civigrid.classify.rules.text import plain, whole

TEXTS = st.lists(st.text("路灯不亮 street light.A3,@_\n\0𠮷", max_size=30), max_size=5)


def words_of(texts: list[str]) -> list[list[str]]:
    rows, keys = grams(texts)
    return [sorted(spelt(int(key)) for key in keys[rows == row]) for row in range(len(texts))]


@given(TEXTS)
def test_every_run_of_one_to_three_characters_and_every_word(texts: list[str]) -> None:
    def expected(text: str) -> list[str]:
        runs = re.findall("[\u3400-\u9fff]+", text)
        found = [run[at : at + n] for run in runs for n in range(1, LONGEST + 1) for at in range(len(run) - n + 1)]
        words = re.findall(r"(?<![a-z0-9_.@])[a-z]{2,}(?![a-z0-9_@]|\.[a-z])", text)
        return sorted([*found, *(word[:12] for word in words)])

    said = [plain(text) for text in texts]
    assert words_of(said) == [expected(text) for text in said]


@given(st.sets(st.integers(1, 2**64 - 1), max_size=300), st.lists(st.integers(1, 2**64 - 1), max_size=50))
def test_a_vocabulary_finds_what_is_in_it_and_nothing_else(keys: set[int], others: list[int]) -> None:
    vocabulary = Vocabulary(np.array(sorted(keys), np.uint64))
    number = {key: place for place, key in enumerate(sorted(keys))}
    asked = [*keys, *others]
    found = vocabulary.find(np.array(asked, np.uint64))
    assert found.tolist() == [number.get(key, -1) for key in asked]


def test_the_title_is_read_twice_and_a_long_text_to_its_thousandth_sign() -> None:
    assert whole("路灯", "不亮") == "路灯\n路灯\n不亮"
    assert whole("", "ＡＢｃ") == "abc"
    assert len(whole("题", "字" * 5_000)) == 1_000


PERSONAL = [
    ("我的电话是13800138000,路灯不亮", ["13800138000"]),
    ("电话 138-0013-8000 路灯", ["138", "0013", "8000"]),
    ("身份证11010519491231002x,要求处理", ["11010519491231002x"]),
    ("微信 zhangsan_88 联系", ["zhangsan"]),
    ("邮箱 li.si@example.com 联系", ["li", "si", "example", "com"]),
    ("我叫欧阳春,住三单元", ["欧", "阳", "春"]),
    ("请转告王建国先生,路灯不亮", ["王", "建国", "王建国"]),
    ("车牌京a12345乱停", ["京", "12345"]),
    ("见 https://example.com/u/zhang 的照片", ["zhang", "example"]),
    ("my name is Alice Brown, the light is out", ["alice", "brown"]),
]


@pytest.mark.parametrize(("text", "hidden"), PERSONAL)
def test_nothing_personal_is_learnable(text: str, hidden: list[str]) -> None:
    _, keys = learnable([plain(text)])
    seen = {spelt(int(key)) for key in keys}
    assert not seen & set(hidden)
    assert not any(sign.isdigit() for word in seen for sign in word)


def test_what_is_not_personal_stays() -> None:
    _, keys = learnable([plain("老师补课收费,门口的路灯不亮,the street light is out")])
    seen = {spelt(int(key)) for key in keys}
    assert {"老师", "路灯", "不亮", "street", "light"} <= seen
