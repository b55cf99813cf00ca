"""Keeping what was said, working through it, and saying what became of it. Every verb takes a batch."""

from civigrid.intake.actions.contacts import expire_contacts, reseal_contacts, reveal_contact
from civigrid.intake.actions.dispositions import dispose
from civigrid.intake.actions.erasing import erase
from civigrid.intake.actions.pending import claim, fail, finish, retry_parked
from civigrid.intake.actions.receiving import check, record

__all__ = [
    "check",
    "claim",
    "dispose",
    "erase",
    "expire_contacts",
    "fail",
    "finish",
    "record",
    "reseal_contacts",
    "retry_parked",
    "reveal_contact",
]
