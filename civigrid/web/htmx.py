"""The only place that writes htmx attributes. Everything works without it: forms are forms and links are links.

What is sent answers with a whole page; the browser takes the part it asked for. So a view never needs to know whether
htmx is there, and an error page (422, 409) shows itself in the same place as it would without.
"""

from __future__ import annotations

from django.utils.html import format_html
from django.utils.safestring import SafeString

PAGE = "#page"
# strict CSP: no style element of its own, nothing evaluated; history entries are real pages
CONFIG = "includeIndicatorCSS:false, defaultTimeout:30000"


def form(address: str) -> SafeString:
    """A form that is sent in the background; the answer replaces the page's middle."""
    return format_html(
        'hx-post="{}" hx-target="{}" hx-select="{}" hx-swap="outerHTML show:none" hx-disable="find button"',
        address,
        PAGE,
        PAGE,
    )


def link(address: str) -> SafeString:
    """A link that replaces the page's middle and stands in the browser's history."""
    return format_html(
        'href="{}" hx-get="{}" hx-target="{}" hx-select="{}" hx-swap="outerHTML show:top" hx-push-url="true"',
        address, address, PAGE, PAGE,
    )  # fmt: skip


def live(topic: str, number: str = "") -> SafeString:
    """A part of the page that reads itself anew when an event of that topic (and case) arrives; it needs an id."""
    return format_html('data-live="{}" data-live-number="{}"', topic, number)
