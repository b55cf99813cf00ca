"""Keeping a model, and putting one to use."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from civigrid.base import ledger, stamps
from civigrid.base.db import require_transaction
from civigrid.base.ledger import Line
from civigrid.classify import queries
from civigrid.classify.models import Trained
from civigrid.classify.rules import Model
from civigrid.classify.rules.model import dumps
from civigrid.classify.rules.trained import FILES_KEPT, ModelState
from civigrid.directory.rules import Actor

KIND = "model"  # of the ledger's streams


def save_model(model: Model, *, used: bool, actor: Actor, now: datetime) -> int:
    """Keeps a model and, where it is `used`, puts it to use with this transaction's commit, in every process. Its id."""
    require_transaction()
    data = dumps(model)
    row = Trained.objects.create(
        digest=queries.file_of(data),
        data=data,
        facts=model.facts,
        state=ModelState.ASIDE,
        trained_at=now,
        by_account=actor.account_id,
    )
    ledger.append([_line(row, "trained", actor, used=used, **_figures(model.facts))], now=now)
    if used:
        _put_to_use(row)
    _let_go()
    return int(row.pk)


def use_model(model_id: int, *, actor: Actor, now: datetime) -> None:
    """Goes back, or forward, to a model; 0: to none, so that the catalogue's words stand alone. Refused: no_model,
    model_unreadable.
    """
    require_transaction()
    if model_id:
        queries.model(model_id)  # refuses one that could not be read
        row = Trained.objects.select_for_update(no_key=True).defer("data").get(id=model_id)
        _put_to_use(row)
        ledger.append([_line(row, "used", actor)], now=now)
        return
    for row in Trained.objects.filter(state=ModelState.USED).defer("data"):
        ledger.append([_line(row, "unused", actor)], now=now)
    _rest()
    stamps.touch(queries.AREA)


def _put_to_use(row: Trained) -> None:
    _rest()
    Trained.objects.filter(id=row.pk).update(state=ModelState.USED)
    stamps.touch(queries.AREA)


def _rest() -> None:
    Trained.objects.filter(state=ModelState.USED).update(state=ModelState.PAST)


def _let_go() -> None:
    """Files of old models that are not in use."""
    kept = list(Trained.objects.order_by("-id").values_list("id", flat=True)[:FILES_KEPT])
    Trained.objects.exclude(id__in=kept).exclude(state=ModelState.USED).filter(data__isnull=False).update(data=None)


def _line(row: Trained, verb: str, actor: Actor, **facts: Any) -> Line:
    return Line(KIND, row.pk, verb, {"digest": row.digest, **facts}, account=actor.account_id, post=actor.post_id)


def _figures(facts: Mapping[str, Any]) -> dict[str, Any]:
    held = facts["held"]
    return {
        "examples": facts["examples"],
        "held": held["reports"],
        **{name: round(held[name], 4) for name in ("accuracy", "macro_f1", "ece")},
    }
