"""What comes with the program besides code."""

from __future__ import annotations

from pathlib import Path


def demo_pack() -> Path:
    """The small city, which is also the pattern of every generated one: in a wheel, or in the source tree."""
    package = Path(__file__).parents[1]
    inside = package / "packs" / "demo"
    return inside if inside.is_dir() else package.parent / "packs" / "demo"
