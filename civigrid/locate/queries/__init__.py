"""What is read for finding places, and the spots there are."""

from civigrid.locate.queries.asking import asked_of
from civigrid.locate.queries.ground import IN_TURN, Ground, kind_words
from civigrid.locate.queries.looking import Facts, facts_of, looked_at
from civigrid.locate.queries.pinning import Pin, address, pinned
from civigrid.locate.queries.spots import history, newest

__all__ = [
    "IN_TURN",
    "Facts",
    "Ground",
    "Pin",
    "address",
    "asked_of",
    "facts_of",
    "history",
    "kind_words",
    "looked_at",
    "newest",
    "pinned",
]  # fmt: skip
