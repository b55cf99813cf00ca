"""Which matter a text is about: how fast, how often right, how honest. `python -m bench.classify`

The figures of quality come from real labelled messages and are left out where the data is not beside the project. Their
seven labels are the matters; the words of each are those of its branch of the label tree.
"""

from __future__ import annotations

import re
import resource
import sys
import tempfile
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bench.frame import Database, Figure, main, timed

SPEED_TEXTS, BATCH, FOLDS, BAR = 3_000, 500, 5, 0.6
NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
MESSAGES = "hotline_zh/labelled_messages.csv.gz"


@dataclass(frozen=True, slots=True)
class Set:
    """Messages with the number of their matter, from 1; `names` and `words` by matter."""

    texts: list[tuple[str, str]]
    matters: NDArray[np.int64]
    times: list[tuple[int, ...]]
    names: list[str]
    words: list[tuple[str, ...]]

    def only(self, rows: Sequence[int]) -> Set:
        texts, times = [self.texts[row] for row in rows], [self.times[row] for row in rows]
        return replace(self, texts=texts, times=times, matters=self.matters[list(rows)])


def figures(database: Database) -> list[Figure]:  # noqa: ARG001  # Django points at it
    from tests.realpacks import DATA

    if not (DATA / MESSAGES).exists():
        return []
    messages = labelled()
    by_time = sorted((row for row in range(len(messages.texts)) if messages.times[row]), key=messages.times.__getitem__)
    return [*quality(messages), *later(messages.only(by_time)), *speed(messages), *emergencies(), *whole_way(messages)]


def labelled() -> Set:
    from tests.realpacks import rows_of

    words = defaultdict[str, set[str]](set)
    for row in rows_of("hotline_zh/label_tree.csv"):
        for label in (row["level2"], row["level3"]):
            words[row["level1"]].update(word for word in re.split(r"[、和与及（）()/,，]", label) if len(word) >= 2)
    messages = list(rows_of(MESSAGES))
    names = sorted({row["label"] for row in messages})
    return Set(
        [(row["title"], row["detail"]) for row in messages],
        np.array([names.index(row["label"]) + 1 for row in messages]),
        [tuple(map(int, re.findall(r"\d+", row["time"]))) for row in messages],
        names,
        [tuple(sorted(words[name])) for name in names],
    )


def learnt(messages: Set, held: int):  # type: ignore[no-untyped-def]  # Django is set up before the rules are read
    """What is learnt from the messages but the last `held`, and how it does on those."""
    from civigrid.classify.rules import Matcher, MatterWords
    from civigrid.classify.rules.past import Past
    from civigrid.classify.rules.training import learn

    ids, counts = np.unique(messages.matters, return_counts=True)
    matcher = Matcher([MatterWords(n, (messages.names[n - 1],), messages.words[n - 1]) for n in ids.tolist()])
    life = dict(zip(ids.tolist(), counts.tolist(), strict=True))
    past = Past(messages.texts, messages.matters, np.arange(len(messages.texts)), held, life)
    return learn(past, matcher=matcher, codes={n: str(n) for n in ids.tolist()}, bar=BAR)


def folds(matters: NDArray[np.int64]) -> NDArray[np.int64]:
    """Every matter evenly over all folds, shuffled."""
    shuffled = np.random.default_rng(1).permutation(matters.size)
    order = shuffled[np.argsort(matters[shuffled], kind="stable")]
    fold = np.empty(matters.size, np.int64)
    fold[order] = np.arange(matters.size) % FOLDS
    return fold


def quality(messages: Set) -> list[Figure]:
    """Stratified five-fold, title and detail, as the set's published figures were made: F1 .90 to .93."""
    from civigrid.classify.rules.training import Answers, macro_f1

    fold = folds(messages.matters)
    tried, answered = [], []
    for number in range(FOLDS):
        test = np.flatnonzero(fold == number)
        train = np.flatnonzero(fold != number)
        tried.append(learnt(messages.only([*train, *test]), test.size))
        answered.append((tried[-1].answers, messages.matters[test]))
    whole = Answers(*(np.concatenate([getattr(given, each.name) for given, _ in answered]) for each in fields(Answers)))
    right = np.concatenate([matters for _, matters in answered])
    found = [
        Figure("labelled messages, 5 folds: macro-F1", macro_f1(whole.found, right), "", least=0.91),
        Figure("… accuracy", float((whole.found == right).mean()), "", least=0.91),
        *above(whole, right),
    ]
    for name, kind in (
        ("as decided, uncalibrated", "raw"),
        ("of the catalogue's words alone", "words"),
        ("", "figures"),
    ):
        ece = float(np.mean([getattr(each, kind).ece for each in tried]))
        most = None if name else 0.03
        found.append(Figure(f"… calibration error {name}".rstrip(), ece, "", most=most))
    words = float(np.mean([each.words.accuracy for each in tried]))
    return [*found, Figure("… accuracy of the catalogue's words alone", words, "")]


def above(given, right: NDArray[np.int64]) -> list[Figure]:  # type: ignore[no-untyped-def]
    """How much the machine may do alone, and how often it is then right."""
    found = []
    for bar in (BAR, 0.8, 0.9):
        high = given.confidence >= bar
        found.append(Figure(f"… share at {bar} or above", float(high.mean()), ""))
        found.append(
            Figure(f"… right of those at {bar} or above", float((given.found == right)[high].mean()), "", least=bar)
        )
    return found


def later(messages: Set) -> list[Figure]:
    """Learnt from the first four fifths by time, tried on the last."""
    given = learnt(messages, len(messages.texts) // 5)
    return [
        Figure("labelled messages by time: learnt from", len(messages.texts) - given.figures.reports, "messages"),
        Figure("… macro-F1 on the last fifth", given.figures.macro_f1, ""),
        Figure("… accuracy", given.figures.accuracy, ""),
        Figure("… sure of", given.figures.sure, "of them"),
        Figure("… right of those", given.figures.sure_right, "", least=BAR),
        Figure("… calibration error", given.figures.ece, "", most=0.06),
    ]


def speed(messages: Set) -> list[Figure]:
    """One process, batches of 500, texts of 390 characters on average."""
    from civigrid.classify import rules
    from civigrid.classify.rules import Finder, Matcher, MatterWords

    given = learnt(messages, len(messages.texts) // 5)
    texts = messages.texts[:SPEED_TEXTS]
    batches = [texts[start : start + BATCH] for start in range(0, len(texts), BATCH)]
    matcher = Matcher([MatterWords(n, (name,), messages.words[n - 1]) for n, name in enumerate(messages.names, 1)])
    model = given.model
    both = Finder(matcher, model, {str(n): n for n in matcher.ids})

    def rate(work) -> float:  # type: ignore[no-untyped-def]
        return len(texts) / min(timed(lambda: [work(batch) for batch in batches]) for _ in range(3))

    return [
        Figure("texts through the catalogue's words", rate(matcher.candidates), "texts/s", least=3_000),
        Figure("texts through the model", rate(lambda batch: model.decisions(model.read(batch))), "texts/s", least=5_000),
        Figure("texts through both, with confidence and reasons", rate(both.find), "texts/s", least=2_000),
        Figure("texts searched for emergency words",
               rate(lambda batch: [rules.urgency(f"{title}\n{text}") for title, text in batch]), "texts/s", least=5_000),
    ]  # fmt: skip


def emergencies() -> list[Figure]:
    """Letters to a city government are hardly ever emergencies: each one flagged is looked at for nothing."""
    from civigrid.classify import rules
    from tests.realpacks import rows_of

    found = []
    for file in (MESSAGES, "hotline_zh/messages_4326.csv.gz"):
        said = [f"{row['title']}\n{row['detail']}" for row in rows_of(file)]
        flagged = sum(rules.urgency(text)[0] == 1 for text in said)
        found.append(
            Figure(f"letters with emergency words, of {len(said):,}", flagged, "letters", most=0.005 * len(said))
        )
    return found


def whole_way(messages: Set) -> list[Figure]:
    """A city of 500 matters that learnt from the labelled messages, each told as the matter its words fit best (which
    is of no worth but to make a model of that size); then 4,326 others through the conveyor, commit by commit."""
    from civigrid.base import db
    from civigrid.catalog import queries as catalog
    from civigrid.classify import queries
    from civigrid.flow import conveyor, learning, packs
    from tests.realpacks import PACKS, rows_of

    with tempfile.TemporaryDirectory() as scratch:
        packs.load(PACKS["hotline"](Path(scratch) / "pack"), now=NOW - timedelta(days=1))
    with db.system():
        codes = {row.id: row.code for row in catalog.matters(NOW.date()).values()}
        found = queries.matcher(NOW.date()).candidates(messages.texts)
    taught = [(text, codes[each[0].matter_id]) for text, each in zip(messages.texts, found, strict=True) if each]
    receive(taught)
    conveyor.drain(clock=lambda: NOW)
    seconds = timed(lambda: learning.train(now=NOW, force=True))
    with db.system():
        row = queries.models()[0]
        matters = len(queries.model(row.id).codes)
    others = [((each["title"], each["detail"]), "") for each in rows_of("hotline_zh/messages_4326.csv.gz")]
    receive(others, start=len(taught))
    rate = len(others) / timed(lambda: conveyor.drain(clock=lambda: NOW))
    return [
        Figure(f"training from {len(taught):,} reports, {matters} matters", seconds, "s"),
        Figure("… most memory so far", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, "MB", most=2_000),
        Figure(f"conveyor, text to classify, words and model of {matters} matters", rate, "reports/s", least=800),
    ]


def receive(said: Sequence[tuple[tuple[str, str], str]], start: int = 0) -> None:
    """(title, text) and the matter's code."""
    from civigrid.base import db
    from civigrid.flow import pipeline
    from civigrid.intake.rules import Channel, RawReport

    raws = [
        RawReport(Channel.IMPORT, str(start + n), "02", title=title[:200], text=text, matter_code=code)
        for n, ((title, text), code) in enumerate(said)
    ]
    for at in range(0, len(raws), BATCH):
        with db.system():
            pipeline.receive(raws[at : at + BATCH], now=NOW)


if __name__ == "__main__":
    sys.exit(main(["classify", *sys.argv[1:]]))
