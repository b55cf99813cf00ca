"""Erasing what was said, where, and what was shown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from civigrid.base import db, ledger
from civigrid.base.bulk import execute
from civigrid.base.errors import Outcome, Refused
from civigrid.directory.rules import Actor
from civigrid.intake import rules
from civigrid.intake.actions.lines import done_or, line
from civigrid.intake.models import Contact
from civigrid.intake.rules import EraseReason

_ERASE = """
UPDATE intake_report SET title = '', text = '', place_text = '', target_text = '', matter_code = '', extra = '{}',
  lon = NULL, lat = NULL, lon_given = NULL, lat_given = NULL, position_accuracy_m = NULL, position_crs = '',
  erased_at = %s
WHERE id = ANY(%s::bigint[]) AND erased_at IS NULL RETURNING id
"""
_ERASE_FILES = """
UPDATE intake_attachment SET file_id = NULL, name = '', captured_at = NULL, lon = NULL, lat = NULL, accuracy_m = NULL,
  crs = '', erased_at = %s
WHERE report_id = ANY(%s::bigint[]) AND erased_at IS NULL RETURNING report_id
"""
_FORGET_ERRORS = "UPDATE intake_pending SET error = '' WHERE report_id = ANY(%s::bigint[]) AND error <> ''"


def erase(report_ids: Sequence[int], *, now: datetime, actor: Actor, reason: EraseReason) -> list[Outcome]:
    """Blanks what was said and where, lets go of the files and deletes the contact; that it happened, when, by whom and
    why stays on the record. The key stays, so that the same report sent again is known. `rules.may_erase` says who may.
    """
    db.require_transaction()
    try:
        rules.may_erase(actor, reason)
    except Refused as no:
        return [Outcome.refused(report_id, no) for report_id in report_ids]
    erased = sorted(row[0] for row in execute(_ERASE, (now, list(report_ids))))
    files = Counter(row[0] for row in execute(_ERASE_FILES, (now, erased)))
    execute(_FORGET_ERRORS, (erased,))  # an error may quote what it stumbled over
    Contact.objects.filter(report_id__in=erased).delete()
    facts = {"reason": reason.value}
    lines = [
        line(report_id, "erased", facts | ({"files": files[report_id]} if files[report_id] else {}), actor)
        for report_id in erased
    ]
    ledger.append(lines, now=now)
    return [done_or(report_id, report_id in erased, "nothing_to_erase") for report_id in report_ids]
