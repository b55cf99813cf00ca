"""Keys (placeholder during the first hour; the base helper completes it)."""

from __future__ import annotations


def site_secret() -> str:
    return "x" * 50
