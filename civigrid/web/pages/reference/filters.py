"""What a list can be narrowed by, and its pages. All of it stands in the address."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from civigrid.web.pages.reference.asked import Asked
from civigrid.web.pages.reference.links import to

T = TypeVar("T")

PAGE = 50  # lines of a list shown at once
FOUND = 50  # lines a search shows at most
LONGEST = 200  # signs of a query that are read


@dataclass(frozen=True, slots=True)
class Choice:
    value: str
    words: str
    here: bool


@dataclass(frozen=True, slots=True)
class Filter:
    """One control of the form above a list: a search box or picker (`source`: where it asks), or a choice.

    `goes`: choosing opens the thing itself instead of narrowing the list.
    """

    name: str
    label: str
    text: str = ""
    hint: str = ""
    source: str = ""
    goes: bool = False
    choices: list[Choice] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """A part of a list in the words of `parts/pager.html`; `cut`: a search found more than is shown."""

    rows: Sequence[T]
    first: bool
    first_address: str
    next_address: str
    cut: bool = False

    @property
    def whole(self) -> bool:
        """Whether this is all there is."""
        return self.first and not self.next_address


def said(request: Any, name: str) -> str:
    """A value of the query, cut to what anybody would type."""
    return str(request.GET.get(name, "")).strip()[:LONGEST]


def one_of(request: Any, name: str, values: Iterable[str]) -> str:
    """A value of the query that is one of these, else ""."""
    value = said(request, name)
    return value if value in set(values) else ""


def box(kind: str, asked: Asked, text: str, label: str, hint: str = "") -> Filter:
    """The search box of a list: it offers things of that kind to open, and ?q= narrows the list."""
    return Filter("q", label, text, hint or _("name, pinyin, initials or code"), _source(kind, asked), goes=True)


def picker(name: str, kind: str, asked: Asked, text: str, label: str) -> Filter:
    """A picker that narrows the list to one thing of that kind: what it leaves in the address begins with its code."""
    return Filter(name, label, text, _("name, pinyin, code"), _source(kind, asked))


def choice(
    name: str, label: str, here: str, options: Iterable[tuple[str, str | Promise]], every: str | None = ""
) -> Filter:
    """A choice from few; the first is all of them (`every`, None where one must be chosen)."""
    choices = [] if every is None else [Choice("", every or _("all"), not here)]
    choices += [Choice(value, str(words), value == here) for value, words in options]
    return Filter(name, label, choices=choices)


def _source(kind: str, asked: Asked) -> str:
    return to(asked, "pick", kind)


def after(rows: Sequence[T], key: Callable[[T], Any], cursor: Any) -> Sequence[T]:
    """The rows, sorted by `key`, that come after `cursor`; all of them where there is none."""
    return rows[bisect_right(rows, cursor, key=key) :] if cursor else rows


def page(
    rows: Sequence[T], cursor: Callable[[T], str], asked: Asked, address: tuple[str, ...], query: dict[str, str],
    *, first: bool, size: int = PAGE,
) -> Page[T]:  # fmt: skip
    """The first `size` of `rows` (of which one more may have come) and the way on.

    `address`: the name of the page and its parts; `query`: what narrows the list, without ?after=.
    """
    name, *parts = address
    more = to(asked, name, *parts, **query, after=cursor(rows[size - 1])) if len(rows) > size else ""
    return Page(rows[:size], first, to(asked, name, *parts, **query), more)


def searched(rows: Sequence[T]) -> Page[T]:
    """What a search found: one page, without a next."""
    return Page(rows[:FOUND], True, "", "", len(rows) > FOUND)
