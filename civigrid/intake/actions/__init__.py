"""Keeping what was said, working through it, and saying what became of it. Every verb takes a batch."""

from civigrid.intake.actions.contacts import expire_contacts, look_up, reseal_contacts, reveal_contact
from civigrid.intake.actions.dispositions import dispose
from civigrid.intake.actions.erasing import erase
from civigrid.intake.actions.pending import claim, fail, finish, requeue, retry_parked
from civigrid.intake.actions.receiving import check, record, record_rows
from civigrid.intake.actions.slips import give_slips, say_with_slip
from civigrid.intake.actions.transfers import call, take_receipts, transfer

__all__ = [
    "call",
    "check",
    "claim",
    "dispose",
    "erase",
    "expire_contacts",
    "fail",
    "finish",
    "give_slips",
    "look_up",
    "record",
    "record_rows",
    "requeue",
    "reseal_contacts",
    "retry_parked",
    "reveal_contact",
    "say_with_slip",
    "take_receipts",
    "transfer",
]
