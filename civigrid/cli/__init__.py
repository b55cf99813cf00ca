"""`civigrid`, the command line. `--help` and `version` answer without settings, database or Django."""

from civigrid.cli.main import app

__all__ = ["app"]
