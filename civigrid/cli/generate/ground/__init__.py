"""The ground of a planned city: its streets, waters, grids, buildings, addresses and things, drawn and written."""

from civigrid.cli.generate.ground.drawing import Ground, Progress, draw
from civigrid.cli.generate.ground.files import Written, write

__all__ = ["Ground", "Progress", "Written", "draw", "write"]
