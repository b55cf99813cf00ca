"""The models. The one in use is kept in memory, one in each process, and read anew when another is put to use."""

from __future__ import annotations

import hashlib
import logging
import threading

from django.db.models import Q

from civigrid.base import stamps
from civigrid.base.errors import Refused
from civigrid.classify.models import Trained
from civigrid.classify.rules import Model
from civigrid.classify.rules.model import loads
from civigrid.classify.rules.trained import ModelState, TrainedRow

AREA = "classify"

log = logging.getLogger(__name__)
_lock = threading.Lock()
_held: tuple[str, Model | None] = ("", None)  # digest, model: one at a time, they are large


def used() -> tuple[int, Model] | None:
    """(id, the model in use). None before one was trained; also where it cannot be read: reports then go by the
    catalogue's words, and the log says so. Nothing is asked of the database while the stamp stays the same.
    """
    if not stamps.stamp(AREA):
        return None
    model_id, digest = _in_use()
    found = _kept(model_id, digest) if model_id else None
    return (model_id, found) if found else None


@stamps.kept(AREA)
def _in_use() -> tuple[int, str]:
    return Trained.objects.filter(state=ModelState.USED).values_list("id", "digest").first() or (0, "")


def _kept(model_id: int, digest: str) -> Model | None:
    global _held
    with _lock:
        if _held[0] != digest:
            try:
                _held = (digest, model(model_id))
            except Refused as no:
                log.error("the model in use cannot be read", extra={"number": model_id, "code": no.code})
                _held = (digest, None)
        return _held[1]


def model(model_id: int) -> Model:
    """Any model that still has its file. Refused: no_model, model_unreadable (also one that is not what was stored)."""
    row = Trained.objects.filter(id=model_id).values_list("digest", "data").first()
    if row is None or row[1] is None:
        raise Refused("no_model", version=model_id)
    data = bytes(row[1])
    if file_of(data) != row[0]:
        raise Refused("model_unreadable")
    return loads(data)


def file_of(data: bytes) -> str:
    """The digest a file is known by: SHA-256, in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def models() -> list[TrainedRow]:
    """Every model that was ever trained, the newest first."""
    found = Trained.objects.order_by("-id").annotate(usable=Q(data__isnull=False)).defer("data")
    return [
        TrainedRow(
            id=row.pk,
            digest=row.digest,
            state=ModelState(row.state),
            trained_at=row.trained_at,
            by_account=row.by_account,
            usable=row.usable,
            facts=row.facts,
        )
        for row in found
    ]
