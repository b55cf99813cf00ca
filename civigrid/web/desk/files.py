"""Files of a registration."""

from __future__ import annotations

from typing import Any

from civigrid.base.uploads import Owner
from civigrid.web.enclosed import Enclosures


def of(request: Any) -> Enclosures:
    """Those of the person at the desk."""
    return Enclosures("files", Owner(request.actor.account_id, request.actor.post_id), request.now)
