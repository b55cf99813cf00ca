"""A city pack read and checked: the bytes of its files in, frozen rows and every fault out. See docs/city-pack.md."""

from civigrid.catalog.rules.pack.check import check
from civigrid.catalog.rules.pack.content import FILES, LARGEST, LAYERS, Pack, StockReport, is_ours
from civigrid.catalog.rules.pack.draft import COMPARE, READ, SAVE, Progress
from civigrid.catalog.rules.pack.faults import Fault, Folded, folded
from civigrid.catalog.rules.pack.held import Closing, held

__all__ = [
    "COMPARE", "FILES", "LARGEST", "LAYERS", "READ", "SAVE", "Closing", "Fault", "Folded", "Pack", "Progress", "StockReport",
    "check", "folded", "held", "is_ours",
]  # fmt: skip
