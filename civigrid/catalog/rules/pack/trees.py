"""YAML and JSON: parsed with the place of each fault; values read from a mapping or faults noted."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import yaml

from civigrid.catalog.rules.pack.faults import Faults
from civigrid.catalog.rules.pack.tables import decode


class _Loader(yaml.SafeLoader):
    """Refuses a key that stands twice in one mapping, which YAML forbids and PyYAML lets pass."""


def _mapping(loader: _Loader, node: yaml.MappingNode) -> dict[Any, Any]:
    seen = set()
    for key, _ in node.value:
        if key.value in seen:
            raise yaml.MarkedYAMLError(problem=f"{key.value} stands twice", problem_mark=key.start_mark)
        seen.add(key.value)
    return loader.construct_mapping(node, deep=True)


_Loader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)


def tree(file: str, data: bytes, faults: Faults) -> Any:
    """What a YAML file holds; None with a fault where it cannot be read."""
    text = decode(file, data, faults)
    if text is None:
        return None
    try:
        return yaml.load(text, _Loader)  # noqa: S506  # a SafeLoader
    except (yaml.YAMLError, ValueError) as error:  # ValueError: a date such as 2026-02-30
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or str(error)
        faults.add(file, mark.line + 1 if mark else 0, "", "bad_yaml", error=problem)
        return None


def features(file: str, data: bytes, faults: Faults) -> list[Mapping[str, Any]]:
    """The features of a GeoJSON FeatureCollection."""
    text = decode(file, data, faults)
    if text is None:
        return []
    try:
        found = json.loads(text)
    except ValueError as error:
        faults.add(file, getattr(error, "lineno", 0), "", "bad_json", error=str(error))
        return []
    if isinstance(found, dict) and isinstance(found.get("features"), list):
        return [each if isinstance(each, dict) else {} for each in found["features"]]
    faults.add(file, 0, "features", "bad_json", error="FeatureCollection?")
    return []


class Node:
    """One mapping of a YAML file, read like a row: values that can be gone on with, faults noted."""

    def __init__(self, file: str, path: str, values: Any, faults: Faults, *, row: int = 0) -> None:
        self.file, self.path, self.row, self._faults = file, path, row, faults
        self.values: Mapping[str, Any] = values if isinstance(values, dict) else {}
        if not isinstance(values, dict):
            self.fault("", "not_a_mapping")

    def fault(self, key: str, code: str, **facts: object) -> None:
        self._faults.add(self.file, self.row, ".".join(filter(None, (self.path, key))), code, **facts)

    def text(self, key: str, *, required: bool = False) -> str:
        value = self.values.get(key)
        if value is None:
            if required:
                self.fault(key, "required")
            return ""
        if not isinstance(value, str):
            self.fault(key, "not_text", value=value)
            return str(value)
        return value.strip()

    def number(self, key: str, *, least: float, most: float) -> float | None:
        value = self.values.get(key)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= most:
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
        return tuple(value)

    def nodes(self, key: str) -> list[tuple[str, Node]]:
        """The mappings below a key, by their own keys."""
        below = Node(self.file, self._path(key), self.values.get(key) or {}, self._faults)
        return below.children()

    def children(self) -> list[tuple[str, Node]]:
        for name in self.values:
            if not isinstance(name, str):
                self.fault(str(name), "key_not_text", value=name)
        named = ((str(name), value) for name, value in self.values.items())
        return [(name, Node(self.file, self._path(name), value, self._faults)) for name, value in named]

    def only(self, *allowed: str) -> None:
        for name in self.values:
            if name not in allowed:
                self.fault(str(name), "column_unknown", allowed=", ".join(allowed))

    def _path(self, key: str) -> str:
        return ".".join(filter(None, (self.path, key)))
