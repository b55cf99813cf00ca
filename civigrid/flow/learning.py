"""Learning from the city's own past: from the reports whose matter a person, or the sender's own code, has named.

Training reads in chunks, each in a transaction of its own, and holds none while it computes; `flow.jobs` gives it a
process of its own, so that the conveyor never waits for it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from civigrid.base import db
from civigrid.catalog import queries as catalog
from civigrid.classify import actions as classify
from civigrid.classify import queries
from civigrid.classify.rules import Finder, Matcher, Model
from civigrid.classify.rules.past import ENOUGH, LEAST_EXAMPLES, Past, Taught, due, sampled
from civigrid.directory.rules import MACHINE, Actor
from civigrid.intake import queries as reports

LABELS, TEXTS = 20_000, 1_000  # in one transaction

Progress = Callable[[str, int], None]  # "reports", "texts" or "learning", and how many or which step is done


@dataclass(frozen=True, slots=True)
class Training:
    """What came of it. `used`: whether the model is in use now; `facts`: as the model keeps them, see `train`."""

    model_id: int
    used: bool
    facts: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class _Today:
    """What a model is trained for, and what it must be as good as. `codes`: today's matters by id."""

    bar: float
    matcher: Matcher
    codes: Mapping[int, str]
    present: Model | None
    last_label: int


def use(model_id: int, *, now: datetime, actor: Actor = MACHINE) -> None:
    """Goes back to an earlier model, or on to one that was kept aside; 0: to none. Every process does with its next
    batch. Refused: no_model, model_unreadable.
    """
    with db.system():
        classify.use_model(model_id, actor=actor, now=now)


def is_due(*, now: datetime) -> bool:
    """Whether enough was named since the newest model was trained, be it in use or not."""
    with db.system():
        newest = next(iter(queries.models()), None)
        after = int(newest.facts["last_label"]) if newest else 0
        fresh = queries.fresh(after=after, limit=max(ENOUGH, LEAST_EXAMPLES))
    return due(fresh=fresh, trained_at=newest.trained_at if newest else None, now=now)


def train(
    *, now: datetime, force: bool = False, actor: Actor = MACHINE, progress: Progress = lambda _what, _done: None
) -> Training:
    """Trains a model and puts it to use, unless it is worse than what is in use on the newest reports, which neither
    has seen (`force`: then too). Refused: history_too_small. However many reports there are it takes some minutes and
    about a gigabyte at most.

    Facts of a model: `trained_at`; `until` (seconds: its newest report); `last_label`; `history` (reports that could
    teach) and `examples` (of which it learnt); figures on the reports held out: `held`, uncalibrated `raw`, of the
    catalogue's words alone `words`; on those of them the one in use has not seen: its own `present`, and `against`;
    `matters`: [code, examples, held out, found, rightly found].
    """
    from civigrid.classify.rules import training  # brings scikit-learn, which nobody else needs

    today = _today(now)
    taught = _taught(today, progress)
    past = _past(taught, progress)
    learnt = training.learn(
        past, matcher=today.matcher, codes=today.codes, bar=today.bar, progress=lambda done: progress("learning", done)
    )
    compared = training.compare(past, learnt, _finder(today), since=_until(today.present), bar=today.bar)
    facts = {
        "trained_at": now.isoformat(),
        "until": int(taught.moments[-1]),
        "last_label": today.last_label,
        "history": int(taught.reports.size),
        "examples": len(past.texts),
        **training.told(learnt, past, today.codes),
        "present": asdict(compared.present),
        "against": asdict(compared.new),
    }
    used = force or compared.no_worse
    with db.system():
        model_id = classify.save_model(replace(learnt.model, facts=facts), used=used, actor=actor, now=now)
    return Training(model_id, used, facts)


def _today(now: datetime) -> _Today:
    with db.system():
        city = catalog.city()
        on = now.astimezone(city.zone).date()
        in_use = queries.used()
        return _Today(
            bar=city.confidence_bar,
            matcher=queries.matcher(on),
            codes={row.id: row.code for row in catalog.matters(on).values()},
            present=in_use[1] if in_use else None,
            last_label=queries.newest_taught(),
        )


def _finder(today: _Today) -> Finder:
    return Finder(today.matcher, today.present, {code: matter for matter, code in today.codes.items()})


def _until(present: Model | None) -> int:
    return int(present.facts["until"]) if present else 0


def _taught(today: _Today, progress: Progress) -> Taught:
    """Every report that teaches a matter of today: three numbers each, 24 MB for a million."""
    rows: list[tuple[int, int, int]] = []
    after = 0
    while True:
        with db.system():
            found = queries.taught(after=after, limit=LABELS)
        rows += [row for row in found if row[1] in today.codes]
        progress("reports", len(rows))
        if len(found) < LABELS:
            return Taught.of(rows)
        after = found[-1][0]


def _past(taught: Taught, progress: Progress) -> Past:
    """The words of a sample of them."""
    chosen, held = sampled(taught)
    ids = chosen.reports.tolist()
    texts: dict[int, tuple[str, str]] = {}
    for start in range(0, len(ids), TEXTS):
        with db.system():
            texts |= {report.id: (report.title, report.text) for report in reports.by_ids(ids[start : start + TEXTS])}
        progress("texts", len(texts))
    return Past.of([texts[report_id] for report_id in ids], chosen, held=held, life=taught.often())
