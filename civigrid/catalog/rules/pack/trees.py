"""YAML and JSON: parsed with the place of each fault; values read from a mapping or faults noted."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import date
from typing import Any, TypeGuard

import yaml

from civigrid.catalog.rules.pack.faults import LARGEST_FACT, Faults
from civigrid.catalog.rules.pack.tables import LONGEST_CODE, decode, is_code

LONGEST_TEXT = 10_000  # characters
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")  # the sign of no sign, and halves of signs


class _Loader(yaml.SafeLoader):
    """Refuses a key that stands twice in one mapping, which YAML forbids and PyYAML lets pass; and references, by which
    a page of text becomes lists without end."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            raise yaml.MarkedYAMLError(problem="a reference (*)", problem_mark=self.peek_event().start_mark)  # type: ignore[no-untyped-call]
        return super().compose_node(parent, index)


def _mapping(loader: _Loader, node: yaml.MappingNode) -> dict[Any, Any]:
    seen = set()
    for key, _ in node.value:
        if not isinstance(key, yaml.ScalarNode):
            raise yaml.MarkedYAMLError(problem="a key that is no word", problem_mark=key.start_mark)
        if key.value in seen:
            raise yaml.MarkedYAMLError(problem=f"{key.value} stands twice", problem_mark=key.start_mark)
        seen.add(key.value)
    return loader.construct_mapping(node, deep=True)


class NoDate(str):
    """What is written like a date and is none; `line` is where."""

    __slots__ = ("line",)
    line: int


def _date(loader: _Loader, node: yaml.ScalarNode) -> Any:
    try:
        return loader.construct_yaml_timestamp(node)
    except ValueError:
        found = NoDate(node.value)
        found.line = node.start_mark.line + 1
        return found


_Loader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)
_Loader.add_constructor("tag:yaml.org,2002:timestamp", _date)


# what the parsers raise beside their own errors: lists in lists without end, numbers of thousands of digits, a tag that
# its value does not fit
_UNREADABLE = (ValueError, TypeError, AttributeError, LookupError, ArithmeticError, RecursionError)


def tree(file: str, data: bytes, faults: Faults) -> Any:
    """What a YAML file holds; None where it holds nothing, or with a fault where it cannot be read."""
    text = decode(file, data, faults)
    if text is None:
        return None
    try:
        return yaml.load(text, _Loader)  # noqa: S506  # a SafeLoader
    except (yaml.YAMLError, *_UNREADABLE) as error:
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or str(error) or type(error).__name__
        faults.lose(file, mark.line + 1 if mark else 0, "", "bad_yaml", error=problem)
        return None


def features(file: str, data: bytes, faults: Faults) -> list[Mapping[str, Any]]:
    """The features of a GeoJSON FeatureCollection."""
    text = decode(file, data, faults)
    if text is None:
        return []
    try:
        found = json.loads(text, parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        faults.lose(file, getattr(error, "lineno", 0), "", "bad_json", error=str(error))
        return []
    if isinstance(found, dict) and isinstance(found.get("features"), list):
        return [each if isinstance(each, dict) else {} for each in found["features"]]
    faults.lose(file, 0, "features", "bad_json", error="FeatureCollection?")
    return []


def _no_number(word: str) -> float:
    raise ValueError(f"{word} is no number")


def storable(text: str) -> bool:
    """Whether a database can keep it: JSON and YAML can spell signs that are none."""
    return not _UNSTORABLE.search(text)


class Node:
    """One mapping of a YAML file, read like a row: values that can be gone on with, faults noted."""

    def __init__(self, file: str, path: str, values: Any, faults: Faults, *, row: int = 0) -> None:
        """`row` is the number of a list's entry; the parts of a mapping have 0."""
        self.file, self.path, self.row, self._faults = file, path, row, faults
        self.values: Mapping[str, Any] = values if isinstance(values, dict) else {}
        self._is_mapping = isinstance(values, dict)
        if not self._is_mapping:
            self.fault("", "not_a_mapping")

    def fault(self, key: str, code: str, **facts: object) -> None:
        self._faults.add(self.file, self.row, self._path(key), code, **facts)

    def text(self, key: str, *, required: bool = False) -> str:
        value = self.values.get(key)
        if value is None:
            if required and self._is_mapping:
                self.fault(key, "required")
            return ""
        if not isinstance(value, str):
            self.fault(key, "not_text", value=value)
            return ""
        if len(value) > LONGEST_TEXT:
            self.fault(key, "too_long", length=len(value), most=LONGEST_TEXT)
        elif not storable(value):
            self.fault(key, "bad_sign")
        elif required and not value.strip():
            self.fault(key, "required")
        else:
            return value.strip()
        return ""

    def number(self, key: str, *, least: float, most: float) -> float | None:
        value = self.values.get(key)
        if value is None:
            return None
        if not is_number(value) or not least <= value <= most:
            self.fault(key, "not_a_number", value=value, least=least, most=most)
            return None
        return float(value)

    def flag(self, key: str, default: bool) -> bool:
        value = self.values.get(key, default)
        if not isinstance(value, bool):
            self.fault(key, "not_yes_no", value=value)
            return default
        return value

    def items(self, key: str, kind: type) -> tuple[Any, ...]:
        """A list whose members are all of one kind."""
        value = self.values.get(key) or []
        if not isinstance(value, list) or not all(type(each) is kind for each in value):
            self.fault(key, "not_a_list", kind=kind.__name__)
            return ()
        if not all(storable(each) and len(each) <= LONGEST_TEXT for each in value if isinstance(each, str)):
            self.fault(key, "bad_sign")
            return ()
        return tuple(value)

    def dates(self, key: str) -> tuple[date, ...]:
        """A list of days."""
        value = self.values.get(key) or []
        if not isinstance(value, list):
            self.fault(key, "not_a_list", kind="date")
            return ()
        wrong = [each for each in value if type(each) is not date]
        for each in wrong:
            line = each.line if isinstance(each, NoDate) else self.row
            self._faults.add(self.file, line, self._path(key), "not_a_date", value=each)
        return () if wrong else tuple(value)

    def nodes(self, key: str) -> list[tuple[str, Node]]:
        """The mappings below a key, by their own keys."""
        below = Node(self.file, self._path(key), self.values.get(key) or {}, self._faults)
        return below.children()

    def children(self) -> list[tuple[str, Node]]:
        """The mappings by their keys; a key that is no code is a fault, and left out."""
        for name in self.values:
            if not isinstance(name, str):
                self.fault(_word(name), "key_not_text", value=name)
            elif not is_code(name):
                self.fault(_word(name), "bad_code", value=name)
        named = [(name, value) for name, value in self.values.items() if isinstance(name, str) and is_code(name)]
        return [(name, Node(self.file, self._path(name), value, self._faults)) for name, value in named]

    def only(self, *allowed: str) -> None:
        for name in self.values:
            if name not in allowed:
                self.fault(_word(name), "column_unknown", allowed=", ".join(allowed))

    def _path(self, key: str) -> str:
        return ".".join(filter(None, (self.path, key)))


def is_number(value: Any) -> TypeGuard[int | float]:
    """Yes and no are numbers to Python, and to nobody else."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def _word(key: Any) -> str:
    """A key as the column of a fault."""
    if isinstance(key, int) and abs(key) >= LARGEST_FACT:
        return "?"
    return "".join(each if each.isprintable() else "?" for each in str(key)[:LONGEST_CODE])
