"""What residents do without an account: report, look on, add to it. Every function opens its own transaction, and tells
no more than the sender of a report may know. Who asks is whoever has the report's query code; doors see to that it is tried
only so often.
"""

from civigrid.flow.residents.adding import MAY_ADD, add
from civigrid.flow.residents.looking import Draft, Near, Place, Seen, look
from civigrid.flow.residents.opening import opened
from civigrid.flow.residents.sending import Sent, known, submit
from civigrid.flow.residents.showing import Added, CaseShown, Shown, file_of, progress

__all__ = [
    "MAY_ADD",
    "Added",
    "CaseShown",
    "Draft",
    "Near",
    "Place",
    "Seen",
    "Sent",
    "Shown",
    "add",
    "file_of",
    "known",
    "look",
    "opened",
    "progress",
    "submit",
]
