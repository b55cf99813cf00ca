"""A model learnt from what people say, and what it then knows. No database."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from civigrid.base.errors import Refused
from civigrid.classify.rules import Finder, How, Matcher, MatterWords
from civigrid.classify.rules.calibration import Calibration, Weighed, expected_error
from civigrid.classify.rules.model import dumps, loads
from civigrid.classify.rules.past import Past, Taught
from civigrid.classify.rules.training import Learnt, answers, compare, figures, learn, macro_f1, told
from civigrid.classify.rules.training.counts import LEAST_REPORTS, Counts
from tests.sayings import ABOUT, sayings

CODES = dict(enumerate(ABOUT, 1))
NEW, RARE = 90, 91  # a matter nobody has ever reported, and one too rare to be learnt
NAMES = {1: "路灯", 2: "井盖", 3: "垃圾", 4: "供水", 5: "噪音", 6: "流浪犬"}
WORDS = [MatterWords(number, (name,), (name,)) for number, name in NAMES.items()]
MATCHER = Matcher([*WORDS, MatterWords(NEW, ("共享单车",), ("单车乱停",)), MatterWords(RARE, ("暴露电缆",))])
ALL = {**CODES, NEW: "E0999", RARE: "E0998"}
SECRETS = ["13912345678", "欧阳春晓", "110105194912310021", "wxid_7788", "lisi@example.com"]


def past_of(said: list[tuple[int, str]], *, held: int = 300) -> Past:
    taught = Taught.of([(place, matter, place) for place, (matter, _) in enumerate(said)])
    return Past.of([("", text) for _, text in said], taught, held=held, life=taught.often())


@pytest.fixture(scope="module")
def past() -> Past:
    number = {code: matter for matter, code in CODES.items()}
    said = [(number[code], text) for code, text in sayings(1_800)]
    for place in range(0, 1_500, 5):  # somebody's secrets, in a fifth of all reports of every matter
        matter, text = said[place]
        said[place] = matter, f"{text},我叫{SECRETS[1]},电话{SECRETS[0]},证件{SECRETS[2]},微信{SECRETS[3]},{SECRETS[4]}"
    said[700:700] = [(RARE, f"电缆外露{place}") for place in range(10)]
    return past_of(said)


@pytest.fixture(scope="module")
def learnt(past: Past) -> Learnt:
    steps: list[int] = []
    found = learn(past, matcher=MATCHER, codes=ALL, bar=0.6, progress=steps.append)
    assert steps == list(range(1, 8))
    return found


@pytest.fixture(scope="module")
def finder(learnt: Learnt) -> Finder:
    return Finder(MATCHER, learnt.model, {code: matter for matter, code in ALL.items()})


def test_it_learns_words_the_catalogue_does_not_have(learnt: Learnt) -> None:
    assert learnt.words.accuracy < 0.5
    assert learnt.figures.accuracy > 0.95
    assert learnt.figures.macro_f1 > 0.95
    assert learnt.figures.sure > 0.9 and learnt.figures.sure_right > 0.95


def test_confidence_is_how_often_it_is_right(learnt: Learnt) -> None:
    assert learnt.raw.ece > 0.2  # a decision is no probability
    assert learnt.figures.ece < 0.05
    assert learnt.figures.accuracy == learnt.raw.accuracy


def test_it_says_which_words_speak_for_it(finder: Finder) -> None:
    (found,) = finder.find([("", "我们小区的袋子堆成山,苍蝇乱飞,希望尽快处理")])
    assert (found.how, found.candidates[0].matter_id) == (How.MODEL, 3)
    assert found.because and all(word in "我们小区的袋子堆成山,苍蝇乱飞,希望尽快处理" for word in found.because)
    assert any(word in "袋子堆成山苍蝇" for word in found.because)


def test_a_matter_it_never_saw_is_found_by_the_catalogues_words(finder: Finder) -> None:
    (found,) = finder.find([("", "共享单车乱停")])
    assert (found.how, found.candidates[0].matter_id) == (How.WORDS, NEW)
    assert found.because == ("共享单车",) or "单车乱停" in found.because


def test_what_nobody_ever_said_is_not_found(finder: Finder) -> None:
    empty, strange, latin = finder.find([("", ""), ("", "喂"), ("", "the weather is fine")])
    assert [each.candidates for each in (empty, strange, latin)] == [(), (), ()]
    assert empty.how is How.NO_WORDS
    assert finder.find([]) == []


def test_a_matter_of_the_past_that_is_no_longer_in_the_catalogue_is_left_out(learnt: Learnt) -> None:
    today = Matcher(WORDS[1:])
    finder = Finder(today, learnt.model, {CODES[number]: number for number in range(2, 7)})
    found = finder.find([("", text) for code, text in sayings(60, seed=3) if code == CODES[1]])
    assert all(candidate.matter_id != 1 for each in found for candidate in each.candidates)
    nothing = Finder(Matcher([WORDS[0]]), learnt.model, {"other": 1})
    assert nothing.find([("", "路灯")])[0].how is How.WORDS


@given(st.lists(st.tuples(st.text(max_size=20), st.text("灯杆盖子臭气龙头吵得咬人单车a ,", max_size=60)), max_size=5))
def test_candidates_are_probabilities_best_first(finder_texts: list[tuple[str, str]]) -> None:
    found = _FINDER[0].find(finder_texts)
    assert len(found) == len(finder_texts)
    for each, text in zip(found, finder_texts, strict=True):
        confidences = [candidate.confidence for candidate in each.candidates]
        assert all(0 < confidence < 1 for confidence in confidences)
        assert confidences == sorted(confidences, reverse=True) and len(confidences) <= 5
        assert [each] == _FINDER[0].find([text])  # a batch is each alone


_FINDER: list[Finder] = []


@pytest.fixture(autouse=True, scope="module")
def _for_hypothesis(finder: Finder) -> None:
    _FINDER[:] = [finder]


class TestPrivacy:
    def test_no_secret_is_in_the_file(self, learnt: Learnt) -> None:
        """Three hundred reports named them: often enough for anything else to be learnt."""
        words = set(learnt.model.words)
        assert len(words) > 300
        for secret in SECRETS:
            pieces = {secret[at : at + n] for n in (1, 2, 3) for at in range(len(secret) - n + 1)}
            assert not words & {piece for piece in pieces if not piece.isascii()}
        assert not any(sign.isdigit() for word in words for sign in word)
        assert not words & {"wxid", "lisi", "example", "com"}

    def test_what_fewer_than_three_reports_say_is_not_learnt(self) -> None:
        texts = [("", f"路灯不亮{unusual}") for unusual in ("甲", "乙", "乙", "丙", "丙", "丙")]
        words = {chr(int(key)) for key in Counts.of(texts).keys if key < 1 << 16}
        assert LEAST_REPORTS == 3
        assert {"路", "灯", "丙"} <= words and not words & {"甲", "乙"}

    def test_saying_it_again_is_not_saying_it_more_often(self) -> None:
        """Copies of one text are one text before anything is counted."""
        said = [(1, "我家的秘密是芝麻")] * 5 + [(1, f"路灯{place}") for place in range(5)]
        texts = past_of(said, held=0).texts
        assert len(texts) == 6
        words = {chr(int(key)) for key in Counts.of(texts).keys if key < 1 << 16}
        assert "路" in words and not words & {"芝", "麻"}

    def test_no_text_can_be_put_together_again(self, learnt: Learnt, past: Past) -> None:
        """Runs of at most three characters, without the order they stood in or the report they came from."""
        assert max(len(word) for word in learnt.model.words if not word.isascii()) == 3
        assert set(vars(learnt.model)) - {"words", "_vocabulary"} == {
            "codes", "keys", "idf", "weights", "bias", "prior", "calibration", "facts",
        }  # fmt: skip


class TestFile:
    def test_a_model_comes_back_as_it_was(self, learnt: Learnt, past: Past) -> None:
        again = loads(dumps(learnt.model))
        assert again.codes == learnt.model.codes
        ids = {code: matter for matter, code in ALL.items()}
        before, after = (
            answers(Finder(MATCHER, each, ids), past.texts[-300:], bar=0.6) for each in (learnt.model, again)
        )
        assert (before.found == after.found).mean() > 0.99
        assert np.abs(before.confidence - after.confidence).mean() < 0.01

    def test_it_is_plain_arrays(self, learnt: Learnt) -> None:
        """No pickle: whoever can change a model's file must not be able to run code with it."""
        data = dumps(learnt.model)
        assert data[:2] == b"PK" and b"pickle" not in data

    @pytest.mark.parametrize("spoil", [lambda d: b"", lambda d: b"nonsense", lambda d: d[: len(d) // 2]])
    def test_a_damaged_file_is_refused(self, learnt: Learnt, spoil: object) -> None:
        with pytest.raises(Refused, match="model_unreadable"):
            loads(spoil(dumps(learnt.model)))  # type: ignore[operator]

    def test_arrays_that_do_not_belong_together_are_refused(self, learnt: Learnt) -> None:
        cut = replace(learnt.model, weights=learnt.model.weights[:, 1:])
        with pytest.raises(Refused, match="model_unreadable"):
            loads(dumps(cut))

    def test_the_same_past_makes_the_same_model(self, learnt: Learnt, past: Past) -> None:
        again = learn(past, matcher=MATCHER, codes=ALL, bar=0.6)
        assert np.array_equal(again.model.weights, learnt.model.weights)
        assert again.figures == learnt.figures


def test_two_matters_are_enough() -> None:
    number = {code: matter for matter, code in CODES.items()}
    codes = ("C0118", "C0114")
    found = learn(
        past_of([(number[code], text) for code, text in sayings(1_300, codes=codes)], held=260),
        matcher=Matcher(WORDS[:2]),
        codes={1: "C0118", 2: "C0114"},
        bar=0.6,
    )
    assert found.figures.accuracy > 0.95


def test_the_commoner_matter_is_expected_more_often_where_examples_were_cut() -> None:
    """Examples of both alike, but in life one is twenty times the other: what could be either is rather that one."""
    number = {code: matter for matter, code in CODES.items()}
    said = [(number[code], text) for code, text in sayings(1_400, codes=("C0118", "C0114"))]
    even = past_of(said, held=280)
    known = {"matcher": Matcher(WORDS[:2]), "codes": {1: "C0118", 2: "C0114"}, "bar": 0.6}
    ids = {"C0118": 1, "C0114": 2}
    models = [learn(replace(even, life=life), **known).model for life in ({1: 700, 2: 700}, {1: 20_000, 2: 1_000})]  # type: ignore[arg-type]
    assert models[0].prior.tolist() == pytest.approx([0.0, 0.0], abs=0.05)
    assert models[1].prior[0] > 0.5 > models[1].prior[1]
    unclear = [("", "灯杆的盖子")]
    sure = [
        dict(Finder(known["matcher"], each, ids).find(unclear)[0].candidates).get(1, 0.0)  # type: ignore[arg-type]
        for each in models
    ]
    assert sure[1] > sure[0]


def test_the_new_model_must_not_be_worse_than_the_present_one(learnt: Learnt, past: Past) -> None:
    ids = {code: matter for matter, code in ALL.items()}
    words_only = Finder(MATCHER, None, ids)
    better = compare(past, learnt, words_only, since=0, bar=0.6)
    assert better.no_worse and better.new.reports == past.held
    worse = compare(past, replace(learnt, trial=words_only), learnt.trial, since=0, bar=0.6)
    assert not worse.no_worse
    later = int(past.moments[-150])
    assert compare(past, learnt, words_only, since=later, bar=0.6).new.reports == 149
    assert compare(past, learnt, words_only, since=int(past.moments[-50]), bar=0.6).new.reports == past.held


def test_the_figures_of_each_matter(learnt: Learnt, past: Past) -> None:
    facts = told(learnt, past, ALL)
    rows = {code: numbers for code, *numbers in facts["matters"]}
    assert sum(examples for examples, *_ in rows.values()) == len(past.texts)
    assert sum(held for _, held, _, _ in rows.values()) == past.held
    assert sum(right for *_, right in rows.values()) / past.held == pytest.approx(learnt.figures.accuracy)
    assert rows["E0998"][0] == 10  # too rare to be learnt, told all the same


def test_macro_f1_and_calibration_error_by_hand() -> None:
    found, right = np.array([1, 1, 2, 2]), np.array([1, 2, 2, 2])
    assert macro_f1(found, right) == pytest.approx((2 / 3 + 4 / 5) / 2)
    assert expected_error(np.array([0.9, 0.9, 0.1]), np.array([True, False, False])) == pytest.approx(
        (abs(0.9 * 2 - 1) + 0.1) / 3
    )
    assert expected_error(np.zeros(0), np.zeros(0, np.bool_)) == 0.0
    given_nothing = answers(Finder(Matcher([]), None, {}), [], bar=0.6)
    assert figures(given_nothing, np.zeros(0, np.int64)).accuracy == 0.0


@pytest.mark.data
def test_on_real_messages_it_is_as_good_as_what_was_published() -> None:
    """Seven labels; published macro-F1 .90 to .93. Four fifths teach, the rest is tried; `bench.classify` tries all."""
    from bench.classify import MESSAGES, folds, labelled
    from bench.classify import learnt as learnt_from
    from tests.conftest import DATA

    if not (DATA / MESSAGES).exists():
        pytest.skip(f"{DATA / MESSAGES} is absent")
    messages = labelled()
    fold = folds(messages.matters)
    tried, taught = np.flatnonzero(fold == 0), np.flatnonzero(fold != 0)
    found = learnt_from(messages.only([*taught, *tried]), tried.size)
    assert found.figures.macro_f1 > 0.90
    assert found.figures.ece < 0.04 < 0.3 < found.raw.ece
    assert found.figures.sure > 0.9 and found.figures.sure_right > 0.9


def test_the_softmax_is_over_what_anything_speaks_for() -> None:
    same = Calibration(np.array([1.0, 0.0, 0.0, 1.0, 0.0]), np.array([0.0, 1.0]), np.array([0.0, 1.0]))
    weighed = Weighed.of(
        np.array([[1.0, 0.0], [5.0, 5.0]]),
        np.zeros(2),
        np.array([0, 2]),
        read=np.array([True, False]),
        amounts=np.array([[0.0, 0.0, 0.0, 2.0], [0.0, 0.0, 0.0, 0.0]]),
    )
    found = same.confidence(weighed)
    odds = np.exp([1.0, 0.0, 1 - np.exp(-2.0)])
    assert found[0] == pytest.approx([odds[0] / odds.sum(), 0, odds[1] / odds.sum(), odds[2] / odds.sum()], abs=1e-6)
    assert found[1].tolist() == [0, 0, 0, 0]  # no word is known: nothing is said
