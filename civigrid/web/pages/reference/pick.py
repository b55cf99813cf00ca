"""What a picker asks for: the things of one kind that fit what was typed, as JSON."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, JsonResponse
from django.views.decorators.http import require_GET

from civigrid.base import db
from civigrid.catalog import queries as catalog
from civigrid.directory import queries as directory
from civigrid.places import queries as places
from civigrid.places.rules import parent_of
from civigrid.web import wording
from civigrid.web.pages.reference import filters, frame
from civigrid.web.pages.reference.asked import asked
from civigrid.web.pages.reference.links import to
from civigrid.web.pages.reference.names import Names
from civigrid.web.templatetags.civigrid import pick as in_language

OFFERED = 12  # lines a picker shows


@dataclass(frozen=True, slots=True)
class Option:
    """One line: what it is called, its code, a word about where it belongs, and its page. `code` is what a form sends."""

    code: str
    name: str
    note: str
    address: str


def _regions(text: str, names: Names, limit: int) -> list[Option]:
    found = places.find_regions(text, names.asked.on, limit)
    return [
        Option(
            row.code, in_language(row.name, row.name_en), _region(row.code, names), to(names.asked, "region", row.code)
        )
        for row in found
    ]


def _region(code: str, names: Names) -> str:
    parent = parent_of(code)
    return names.region(parent).text if parent in places.regions(names.asked.on) else ""


def _grids(text: str, names: Names, limit: int) -> list[Option]:
    return [
        Option(
            row.code,
            in_language(row.name, row.name_en),
            names.region(row.region_code).text,
            to(names.asked, "grid", row.code),
        )
        for row in places.find_grids(text, names.asked.on, limit)
    ]


def _units(text: str, names: Names, limit: int) -> list[Option]:
    return [
        Option(
            row.code,
            in_language(row.name, row.name_en),
            names.unit(row.parent_id).text,
            to(names.asked, "unit", row.code),
        )
        for row in directory.find_units(text, names.asked.on, limit)
    ]


def _posts(text: str, names: Names, limit: int) -> list[Option]:
    """People by their posts: whoever holds two is there twice. The code is the post's id."""
    people = directory.find_people(text, names.asked.on, limit)
    place = {person.account_id: at for at, person in enumerate(people)}
    held = directory.posts_after(names.asked.on, limit=limit * 3, account_ids=list(place))
    return [
        Option(
            str(post.id),
            in_language(post.account_name, post.account_name_en),
            f"{wording.of('role', post.role)} · {names.unit(post.unit_id).text}",
            to(names.asked, "posts", q=post.account_name),
        )
        for post in sorted(held, key=lambda post: place[post.account_id])[:limit]
    ]


def _matters(text: str, names: Names, limit: int) -> list[Option]:
    return [
        Option(
            row.code,
            in_language(row.name, row.name_en),
            in_language(row.major, row.major_en),
            to(names.asked, "matter", row.code),
        )
        for row in catalog.find_matters(text, names.asked.on, limit)
    ]


def _addresses(text: str, names: Names, limit: int) -> list[Option]:
    return [
        Option(
            row.code,
            in_language(row.name, row.name_en),
            names.grid(row.grid_code).text or wording.of("address kind", row.kind),
            to(names.asked, "address", row.code),
        )
        for row in places.find_addresses(text, names.asked.on, limit)
    ]


def _assets(text: str, names: Names, limit: int) -> list[Option]:
    return [
        Option(
            row.code, row.name or row.code, names.matter_of(row.matter_code).text, to(names.asked, "asset", row.code)
        )
        for row in places.find_assets(text, names.asked.on, limit)
    ]


Find = Callable[[str, Names, int], list[Option]]
KINDS: dict[str, Find] = {
    "regions": _regions,
    "grids": _grids,
    "units": _units,
    "posts": _posts,
    "matters": _matters,
    "addresses": _addresses,
    "assets": _assets,
}


@require_GET
def pick(request: Any, kind: str) -> HttpResponse:
    """?q= what was typed so far: {"results": [{code, name, note, address}], "more": whether there are others}."""
    if kind not in KINDS:
        raise Http404
    if not frame.may(request.actor, kind):
        raise PermissionDenied
    with db.scoped(request.actor.scope):
        found = KINDS[kind](filters.said(request, "q"), Names(asked(request), request.city), OFFERED + 1)
    return JsonResponse(
        {"results": [asdict(option) for option in found[:OFFERED]], "more": len(found) > OFFERED},
        json_dumps_params={"ensure_ascii": False},
    )


def code_of(kind: str, text: str, names: Names) -> str:
    """The code of the thing a picker's text means: the code it begins with, or else what fits best; the text itself
    where nothing does. In the page's transaction."""
    said = text.split(maxsplit=1)[0] if text else ""
    found = KINDS[kind](said, names, 1) if said else []
    if not found or found[0].code.casefold() != said.casefold():
        found = KINDS[kind](text, names, 1) or found
    return found[0].code if found else text


def text_of(kind: str, code: str, names: Names) -> str:
    """What a picker's field holds once that thing is chosen."""
    name = {"regions": names.region, "units": names.unit_of, "matters": names.matter_of, "grids": names.grid}[kind](
        code
    )
    return code if name.text in (code, "") else f"{code} {name.text}"
