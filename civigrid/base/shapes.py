"""What is wrong with the shape of a JSON value, in our codes: pydantic's own words are English and change."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import ValidationError

from civigrid.base.errors import Refused

SHOWN = 40  # characters of a value that is not known
MOST = 20  # faults told at once
_CODES = {
    "json_invalid": "bad_json",
    "json_type": "bad_json",
    "missing": "missing",
    "extra_forbidden": "unknown_field",
    "string_too_short": "missing",
    "string_too_long": "too_long",
    "string_pattern_mismatch": "bad_form",
    "string_unicode": "unstorable_text",
    "value_error": "unstorable_text",  # what our own checks of a text raise
    "enum": "unknown_code",
    "literal_error": "unknown_code",
    "timezone_aware": "time_without_zone",
    "finite_number": "out_of_range",
    "greater_than": "out_of_range",
    "greater_than_equal": "out_of_range",
    "less_than": "out_of_range",
    "less_than_equal": "out_of_range",
    "int_parsing_size": "out_of_range",
    "too_long": "too_many",
}
_BRANCH = re.compile(r"[a-z-]+\[.*\]", re.DOTALL)
_OF_TIME = ("datetime", "date", "time")


def refused(error: ValidationError) -> Refused:
    """The first fault, with all of them as `faults`."""
    return of(error.errors(include_url=False, include_input=True))


def of(errors: Iterable[Mapping[str, Any]], *, skip: int = 0) -> Refused:
    """The same of pydantic's list; `skip`: names before the field's own in each place."""
    found = [_fault(each, skip) for each in list(errors)[:MOST]]
    faults = list({(no.code, no.facts["field"]): no for no in found}.values())
    return Refused(faults[0].code, **faults[0].facts, faults=faults)


def _fault(error: Mapping[str, Any], skip: int) -> Refused:
    kind = str(error["type"])
    code = _CODES.get(kind, "bad_time" if kind.startswith(_OF_TIME) else "wrong_type")
    place = [str(part) for part in error["loc"][skip:]]
    # of a value that may be one thing or another pydantic names each thing: "literal['']", "str-enum[Crs]"
    field = ".".join(part for part in place if kind == "extra_forbidden" or not _BRANCH.fullmatch(part))
    facts: dict[str, Any] = {"field": field}
    if code == "unknown_code":
        facts["value"] = str(error.get("input", ""))[:SHOWN]
    if code == "too_long":
        facts["longest"] = error.get("ctx", {}).get("max_length", 0)
    return Refused(code, **facts)
