"""Packs spoiled at random, as a broken disk, a wrong program or an enemy would spoil them. For hypothesis."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import yaml
from hypothesis import strategies as st

from tests.packfiles import files

REPORTS = """
- {source: "01", kind: help, text: 路灯不亮, at: 学府路与文昌街路口, matter: C0118}
- {source: "01", kind: complaint, text: 天天摆摊, lon: 124.005, lat: 29.002}
"""
GOOD = {**files(), "reports.yaml": REPORTS.encode()}
TOKENS = [
    b"NaN", b"Infinity", b"-Infinity", b"1e999", b"-1e400", b"9" * 5000, b"0x" + b"f" * 5000, b"0.1e-99999", b"-0",
    b"\0", b"\\u0000", b"\\ud800", b"\\x00", b'"\\0"', b"\xff\xfe", b"\xef\xbb\xbf", b"\xc3", b"\xed\xa0\x80", b"\r",
    b"\r\n", b"\n", b"\t", b"\x85", b"\xe2\x80\xa8", b"\x0b", b'"', b"'", b",", b"|", b"/", b"{", b"}", b"[", b"]", b":",
    b"- ", b"? ", b"&a ", b"*a", b"<<: ", b"!!binary x", b"!!int", b"!!bool maybe", b"!!timestamp x", b"!!set {a, b}",
    b"!!python/object/apply:os.system [ls]", b"!!omap [a]", b"2026-02-30", b"12:30:45", b"%", b"%s", b"%(value)s", b"{0}",
    b"[" * 1200, b"{" * 1200, b"null", b"true", b"false", b"[]", b"{}", b'""', b"a" * 3000, "长".encode() * 300, b"=1+1",
    b"town/", b"community", b"unknown", b"../", b"1" * 15, b"990181", b"yes", b"layers",
]  # fmt: skip
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.integers(-(10**400), 10**400) | st.floats(allow_nan=False)
    | st.text(max_size=20) | st.sampled_from(["", "C0118", "R1", "990181", "Point", "Polygon", "\0", "\ud800", "9" * 500]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)  # fmt: skip


@st.composite
def spoiled_bytes(draw: st.DrawFn) -> dict[str, bytes]:
    """Bytes of one to three files cut out, doubled, or written over."""
    spoiled = dict(GOOD)
    for name in draw(st.lists(st.sampled_from(sorted(GOOD)), min_size=1, max_size=3, unique=True)):
        data = spoiled[name]
        for _ in range(draw(st.integers(1, 3))):
            start = draw(st.integers(0, len(data)))
            end = min(len(data), start + draw(st.sampled_from([0, 0, 1, 2, 5, 40, 10**6])))
            token = draw(st.sampled_from(TOKENS) | st.binary(max_size=4) | st.just(data[start:end] * 2))
            data = data[:start] + token + data[end:]
        spoiled[name] = data
    return spoiled


@st.composite
def spoiled_values(draw: st.DrawFn) -> dict[str, bytes]:
    """A value of a map, or of a YAML file (JSON is YAML too), that is something else."""
    name = draw(st.sampled_from(sorted(each for each in GOOD if each.endswith((".geojson", ".yaml")))))
    tree = _tree(name)
    for _ in range(draw(st.integers(1, 3))):
        holder, key = draw(st.sampled_from(list(_places(tree)) or [({}, "")]))
        holder[key] = draw(VALUES)
    return {**GOOD, name: json.dumps(tree).encode()}


@st.composite
def spoiled_cells(draw: st.DrawFn) -> dict[str, bytes]:
    """One to three cells of a table that say something else."""
    name = draw(st.sampled_from(sorted(each for each in GOOD if each.endswith(".csv"))))
    rows = [line.split(b",") for line in GOOD[name].splitlines()]
    for _ in range(draw(st.integers(1, 3))):
        row = draw(st.sampled_from(rows))
        row[draw(st.integers(0, len(row) - 1))] = draw(
            st.sampled_from(TOKENS) | st.text(st.characters(codec="utf-8"), max_size=12).map(str.encode)
        )
    return {**GOOD, name: b"\n".join(b",".join(row) for row in rows)}


def _tree(name: str) -> Any:
    if name.endswith(".geojson"):
        return json.loads(GOOD[name])
    return yaml.safe_load(GOOD[name])


def _places(tree: Any) -> Iterator[tuple[Any, Any]]:
    """Every place a value stands in."""
    for key, value in list(tree.items() if isinstance(tree, dict) else enumerate(tree)):
        yield tree, key
        if isinstance(value, dict | list):
            yield from _places(value)


SPOILED = spoiled_bytes() | spoiled_values() | spoiled_cells()
