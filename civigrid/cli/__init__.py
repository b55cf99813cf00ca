"""`civigrid`, the command line. `--help` and `version` answer without settings, database or Django."""

try:
    from civigrid.cli.main import app
except KeyboardInterrupt:  # Ctrl+C while the program is being read, before any command could say so
    raise SystemExit(130) from None

__all__ = ["app"]
