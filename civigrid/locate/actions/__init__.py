"""Finding where reports are about, and setting it."""

from civigrid.locate.actions.finding import find
from civigrid.locate.actions.writing import forget, keep

__all__ = ["find", "forget", "keep"]
