"""What this door offers, as OpenAPI 3.1. `tests/api/openapi.json` is what was agreed: a change shows there."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from typing import Any

from ninja.openapi.schema import REF_TEMPLATE
from pydantic.json_schema import models_json_schema

from civigrid.api import acting, v1
from civigrid.api.schemas import LineOut, ProblemOut
from civigrid.base.problems import MEDIA_TYPE
from civigrid.intake.channels.jsonbody import ReportIn

PREFIX = "api/v1/"
ABOUT = """\
Programs send reports, read what became of them, read cases and move them. Each signs in with a token that stands for
an account under one post: it sees and may do what that post does, no more, within the token's scopes.

Everything that is refused is told as application/problem+json (RFC 9457) with a stable `code`; `title` is in the
language of Accept-Language, zh or en. 429 and 503 say in Retry-After when to come back. A report that is sent again under
the same key is stored once; every verb carries the `version` of its case, so a second sending is told `stale`.
"""
PROBLEM = {"description": "What was refused, and why.", "content": {MEDIA_TYPE: {"schema": v1.ref("ProblemOut")}}}


@cache
def described() -> bytes:
    """The document, the same at every call and on every machine."""
    found = dict(v1.api.get_openapi_schema(path_prefix=PREFIX))
    found["info"]["description"] = ABOUT
    for operation in _operations(found):
        operation["responses"]["default"] = {"$ref": "#/components/responses/Problem"}
    found["components"]["responses"] = {"Problem": PROBLEM}
    found["components"]["schemas"] = dict(sorted({**_by_hand(), **found["components"]["schemas"]}.items()))
    return json.dumps(found, ensure_ascii=False, indent=1).encode()


def _operations(found: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for methods in found["paths"].values():
        yield from methods.values()


def _by_hand() -> dict[str, Any]:
    """The shapes that are read and written by our own hands."""
    taken = [(model, "validation") for model in (ReportIn, *acting.BODIES.values())]
    told = [(model, "serialization") for model in (LineOut, ProblemOut)]
    _, shapes = models_json_schema([*taken, *told], ref_template=REF_TEMPLATE)  # type: ignore[list-item]
    return dict(shapes["$defs"])
