"""One look-up for the words of codes: every area's `words.py` under the name templates use."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from civigrid.cases import words as cases
from civigrid.catalog import words as catalog
from civigrid.classify import words as classify
from civigrid.directory import words as directory
from civigrid.flow.refusals import REFUSALS as REFUSALS
from civigrid.flow.refusals import refusal as refusal
from civigrid.intake import words as intake
from civigrid.link import words as link
from civigrid.locate import words as locate
from civigrid.places import words as places

KINDS: Mapping[str, Mapping[Any, str | Promise]] = {
    "role": directory.ROLES,
    "unit kind": directory.UNIT_KINDS,
    "level": places.LEVELS,
    "region kind": places.REGION_KINDS,
    "grid kind": places.GRID_KINDS,
    "family": catalog.FAMILIES,
    "urgency": catalog.URGENCIES,
    "limit unit": catalog.LIMIT_UNITS,
    "check by": catalog.CHECKS,
    "callback": catalog.CALLBACKS,
    "day kind": catalog.DAY_KINDS,
    "field kind": catalog.FIELD_KINDS,
    "list kind": catalog.LIST_KINDS,
    "building kind": places.BUILDING_KINDS,
    "address kind": places.ADDRESS_KINDS,
    "layer style": places.LAYER_STYLES,
    "feature kind": places.FEATURE_KINDS,
    "report kind": intake.KINDS,
    "channel": intake.CHANNELS,
    "purpose": intake.PURPOSES,
    "disposition": intake.DISPOSITIONS,
    "moment": cases.MOMENTS,
    "not accepted": intake.NOT_ACCEPTED,
    "transfer state": intake.TRANSFER_STATES,
    "emergency": classify.EMERGENCIES,
    "service": classify.HELPERS,
    "came": cases.CAME,
    "precision": locate.PRECISIONS,
    "how located": locate.HOW,
    "stage": cases.STAGES,
    "side": cases.SIDES,
    "verb": cases.VERBS,
    "told": {**cases.TOLD, "forget": _("Words deleted by rule")},
    "wait reason": cases.WAIT_REASONS,
    "return reason": cases.RETURN_REASONS,
    "check result": cases.CHECK_RESULTS,
    "result": cases.RESULTS,
    "evidence kind": cases.EVIDENCE_KINDS,
    "task kind": cases.TASK_KINDS,
    "task state": cases.TASK_STATES,
    "standing": cases.STANDINGS,
    "light": cases.LIGHTS,
    "found": cases.FOUND,
    "need": cases.NEEDS,
    "desk": cases.DESK_LEVELS,
    "void reason": cases.VOID_REASONS,
    "reopen reason": cases.REOPEN_REASONS,
    "back to": cases.BACK_TO,
    "clock kind": cases.CLOCK_KINDS,
    "clock event": cases.CLOCK_EVENTS,
    "ask kind": cases.ASK_KINDS,
    "ask state": cases.ASK_STATES,
    "arrival": cases.ARRIVALS,
    "supervision": cases.SUPERVISIONS,
    "day note": catalog.DAY_NOTES,
    "happened": cases.HAPPENED,
    "likeness": link.LIKENESSES,
}


def of(kind: str, code: Any) -> str:
    """The words for a code; the code itself where it has none (an old record, a newer pack)."""
    words = KINDS[kind].get(code)
    return str(words) if words is not None else str(code)
