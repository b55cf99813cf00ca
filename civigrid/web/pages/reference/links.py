"""Addresses that keep the day a page shows, and what such links say."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse

from civigrid.web.pages.reference.asked import Asked


@dataclass(frozen=True, slots=True)
class Said:
    """Some words and where they lead; `code` stands beside them, smaller."""

    text: str
    address: str = ""
    code: str = ""


@dataclass(frozen=True, slots=True)
class Tab:
    words: str
    address: str
    here: bool


def to(asked: Asked, name: str, *parts: str, **query: str) -> str:
    """The address of a page with its query, on the day that is shown; empty values are left out."""
    said = {key: value for key, value in {**query, **asked.query}.items() if value}
    return reverse(name, args=parts) + (f"?{urlencode(said)}" if said else "")
