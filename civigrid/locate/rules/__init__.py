"""Where a report is about. Values in, values out."""

from civigrid.locate.rules.codes import Precision, SpotHow
from civigrid.locate.rules.deciding import CLOSELY, common, exact, meant, spot
from civigrid.locate.rules.kinds import KindWords
from civigrid.locate.rules.rows import Address, Asked, SpotRow

__all__ = [
    "CLOSELY", "Address", "Asked", "KindWords", "Precision", "SpotHow", "SpotRow", "common", "exact", "meant", "spot",
]  # fmt: skip
