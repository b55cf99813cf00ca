"""Which matter a text is about, and which words mean danger: tables, no database."""

from __future__ import annotations

import csv
import gzip
import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from civigrid.classify import rules
from civigrid.classify.rules import Candidate, Finding, How, LabelRow, Matcher, MatterWords
from tests.conftest import DATA

MATTERS = [
    MatterWords(1, ("路灯", "Street light", "市政设施"), ("路灯不亮", "street light")),
    MatterWords(2, ("无主井盖", "Manhole", "市政设施"), ("井盖",)),
    MatterWords(3, ("暴露垃圾", "Litter", "市容"), ("垃圾堆", "垃圾没人"), ("小区门口的垃圾没人清理",)),
    MatterWords(4, ("供水", "Water supply", "公用事业"), ("停水", "水管")),
    MatterWords(5, ("供气", "Gas supply", "公用事业"), ("停气", "气压")),
    MatterWords(6, ("噪音扰民", "Noise", "环境"), ("噪音", "音响")),
]
MATCHER = Matcher(MATTERS)


def best(text: str, title: str = "") -> int | None:
    (found,) = MATCHER.candidates([(title, text)])
    return found[0].matter_id if found else None


TEXTS = [
    ("井盖没了!!危险", 2),
    ("我们小区停水三天了", 4),
    ("楼下烧烤店放音响到一点多", 6),
    ("路口的路灯不亮", 1),
    ("Street lights out near gate 2 of the riverside park", 1),
    ("STREET LIGHT broken", 1),
    ("小区门口垃圾没人管", 3),
    ("今天天气很好", None),
    ("the weather is fine", None),
    ("", None),
    ("lightning struck", None),  # no whole word of the catalogue
]


@pytest.mark.parametrize(("text", "matter"), TEXTS)
def test_the_catalogues_words_find_the_matter(text: str, matter: int | None) -> None:
    assert best(text) == matter


def test_the_title_says_more_than_the_text() -> None:
    assert best("昨天又停水", title="井盖没了") == 2
    assert best("井盖没了", title="昨天又停水") == 4


def test_two_matters_that_fit_alike_are_no_candidate_to_be_sure_of() -> None:
    (found,) = MATCHER.candidates([("", "停水停气")])
    assert {candidate.matter_id for candidate in found[:2]} <= {4, 5}
    label = judge(found)
    assert (label.sure, label.matter_id in {4, 5, None}) == (False, True)


def judge(
    found: list[Candidate], *, bar: float = 0.6, given: int | None = None, unknown_code: bool = False
) -> LabelRow:
    finding = Finding(tuple(found), How.WORDS if found else How.NO_WORDS, ("井盖",) if found else ())
    return rules.judged(1, finding, given=given, unknown_code=unknown_code, bar=bar, urgency=3, emergency="")


JUDGED = [
    ([(1, 0.9), (2, 0.3)], {}, (1, True, How.WORDS)),
    ([(1, 0.6), (2, 0.3)], {}, (1, True, How.WORDS)),
    ([(1, 0.59), (2, 0.3)], {}, (1, False, How.WORDS)),
    ([(1, 0.9), (2, 0.85)], {}, (1, False, How.WORDS)),
    ([(1, 0.9)], {}, (1, True, How.WORDS)),
    ([], {}, (None, False, How.NO_WORDS)),
    ([(1, 0.9)], {"given": 7}, (7, True, How.GIVEN)),
    ([(1, 0.9)], {"unknown_code": True}, (1, False, How.UNKNOWN_CODE)),
    ([], {"unknown_code": True}, (None, False, How.UNKNOWN_CODE)),
]


@pytest.mark.parametrize(("found", "more", "expected"), JUDGED)
def test_who_is_sure(found: list[tuple[int, float]], more: dict[str, object], expected: tuple[object, ...]) -> None:
    label = judge([Candidate(*each) for each in found], **more)  # type: ignore[arg-type]
    assert (label.matter_id, label.sure, label.how) == expected


def test_the_words_that_speak_for_a_matter_come_from_the_text() -> None:
    evidence = MATCHER.read([("", "小区门口的路灯不亮,路灯坏了"), ("", "今天天气很好"), ("", "Street lights are out")])
    lamp, nothing, english = evidence.because(np.array([0, 0, 0]))
    assert lamp[0] == "路灯不亮" and "路灯" not in lamp  # which is within it
    assert nothing == ()
    assert english[0] == "street light"
    assert evidence.because(np.array([-1, -1, -1])) == [(), (), ()]


def test_an_empty_catalogue_knows_nothing() -> None:
    assert Matcher([]).candidates([("井盖", "井盖")]) == [[]]
    assert MATCHER.candidates([]) == []


texts = st.lists(
    st.tuples(st.text(max_size=30), st.text("井盖路灯不亮停水气音响垃圾 street light,", max_size=80)), max_size=6
)


@given(texts)
def test_confidence_is_between_0_and_1_and_falls(batch: list[tuple[str, str]]) -> None:
    for found in MATCHER.candidates(batch):
        confidences = [candidate.confidence for candidate in found]
        assert all(0 < confidence < 1 for confidence in confidences)
        assert len(found) <= 5
        assert len({candidate.matter_id for candidate in found}) == len(found)
        assert confidences[1:] == sorted(confidences[1:], reverse=True)


@given(texts)
def test_a_batch_is_each_alone(batch: list[tuple[str, str]]) -> None:
    assert MATCHER.candidates(batch) == [MATCHER.candidates([text])[0] for text in batch]


@given(st.text("井盖路灯不亮停水气", max_size=20))
def test_more_evidence_is_never_less_evidence(text: str) -> None:
    less, more = MATCHER.evidence([("", text), ("", text + "。井盖")])
    assert (more >= less - 1e-12).all()


def test_reading_is_fast_enough() -> None:
    """400 matters, texts of 300 characters: the budget of the whole stage is 3,000 a second; this allows a busy machine."""
    signs = [chr(0x4E00 + n) for n in range(900)]
    rng = np.random.default_rng(1)
    words = ["".join(rng.choice(signs, 4)) for _ in range(1_200)]
    matcher = Matcher([MatterWords(n, (words[3 * n],), (words[3 * n + 1], words[3 * n + 2])) for n in range(400)])
    batch = [("", "".join(rng.choice(signs, 300)) + words[n]) for n in range(500)]
    started = time.process_time()
    found = matcher.candidates(batch)
    took = time.process_time() - started
    assert took < 500 / 1_500
    assert sum(each[0].matter_id == n // 3 for n, each in enumerate(found) if each) > 450


@pytest.mark.data
def test_how_often_it_is_right_on_labelled_messages() -> None:
    """With nothing but the names in a label tree of 517 leaves, on 6,572 messages with one of 7 first-level labels.

    The higher the confidence, the more often the first level is right; at .7 nine in ten, at .6 three in four.
    """
    folder = DATA / "hotline_zh"
    if not folder.exists():
        pytest.skip(f"{folder} is absent")
    with (folder / "label_tree.csv").open(encoding="utf-8-sig") as file:
        tree = [row for row in csv.DictReader(file) if row["level3"]]
    with gzip.open(folder / "labelled_messages.csv.gz", "rt", encoding="utf-8-sig") as file:
        messages = list(csv.DictReader(file))
    matcher = Matcher([MatterWords(n, (row["level3"], row["level2"], row["level1"])) for n, row in enumerate(tree)])
    found = [
        each
        for start in range(0, len(messages), 500)
        for each in matcher.candidates([(m["title"], m["detail"]) for m in messages[start : start + 500]])
    ]
    judged = [
        (each[0].confidence, tree[each[0].matter_id]["level1"] == message["label"])
        for each, message in zip(found, messages, strict=True)
        if each
    ]

    def right(low: float, high: float) -> float:
        return float(np.mean([ok for confidence, ok in judged if low <= confidence < high]))

    assert len(judged) > 6_400
    assert right(0, 1) > 0.5
    assert right(0, 0.3) < right(0.3, 0.5) < right(0.5, 0.7) < right(0.7, 1)
    assert right(0.7, 1) > 0.9
