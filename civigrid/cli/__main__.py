"""`python -m civigrid.cli`: how the supervisor starts its children."""

from civigrid.cli import app

if __name__ == "__main__":
    app()
