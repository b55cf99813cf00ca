"""Everything that is read of units, people and posts. Frozen rows; the dictionaries are shared, never change them."""

from civigrid.directory.queries.entrance import Entered, entered, session_model
from civigrid.directory.queries.history import post_history, unit_history, unit_names
from civigrid.directory.queries.people import (
    AccountRow,
    PostRow,
    account_by_id,
    account_by_username,
    account_names,
    actor_for,
    actor_of,
    holders,
    posts,
    posts_of,
)
from civigrid.directory.queries.search import PersonRow, find_people, find_units, post_counts, posts_after
from civigrid.directory.queries.stamp import AREA
from civigrid.directory.queries.tokens import TokenRow, granted, tokens
from civigrid.directory.queries.units import UnitRow, below, unit_by_code, units

__all__ = [
    "AREA",
    "AccountRow",
    "Entered",
    "PersonRow",
    "PostRow",
    "TokenRow",
    "UnitRow",
    "account_by_id",
    "account_by_username",
    "account_names",
    "actor_for",
    "actor_of",
    "below",
    "entered",
    "find_people",
    "find_units",
    "granted",
    "holders",
    "post_counts",
    "post_history",
    "posts",
    "posts_after",
    "posts_of",
    "session_model",
    "tokens",
    "unit_by_code",
    "unit_history",
    "unit_names",
    "units",
]
