"""A city pack read and checked: the bytes of its files in, frozen rows and every fault out. See docs/city-pack.md."""

from civigrid.catalog.rules.pack.check import check
from civigrid.catalog.rules.pack.content import FILES, LARGEST, LAYERS, Pack, StockReport
from civigrid.catalog.rules.pack.draft import COMPARE, READ, SAVE, Progress
from civigrid.catalog.rules.pack.faults import Fault

__all__ = ["COMPARE", "FILES", "LARGEST", "LAYERS", "READ", "SAVE", "Fault", "Pack", "Progress", "StockReport", "check"]
