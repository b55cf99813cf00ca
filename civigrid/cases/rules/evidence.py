"""What becomes of a case's evidence when all that was said about it is erased."""

from __future__ import annotations

from collections.abc import Mapping

from civigrid.cases.rules.codes import EvidenceKind
from civigrid.intake.rules import EraseReason

_ALL = frozenset(EvidenceKind)
# Names that people gave to files go always, they are free text. Of the files themselves: what should not be here, or
# has been kept as long as the rules say, goes whole; when a sender asks, his papers go, while the pictures of the place
# before and after stay as the proof of what the authority did (Personal Information Protection Law, articles 47 and 19)
_GO: Mapping[EraseReason, frozenset[EvidenceKind]] = {
    EraseReason.EXPIRED: _ALL,
    EraseReason.UNLAWFUL: _ALL,
    EraseReason.REQUESTED: frozenset({EvidenceKind.PAPER}),
}


def evidence_erased(reason: EraseReason) -> frozenset[EvidenceKind]:
    """The kinds of evidence whose files are let go."""
    return _GO[reason]
