"""reports.yaml into rows."""

from __future__ import annotations

from civigrid.catalog.rules.pack import content
from civigrid.catalog.rules.pack.content import At, StockReport
from civigrid.catalog.rules.pack.faults import Faults
from civigrid.catalog.rules.pack.read.common import LANGUAGES
from civigrid.catalog.rules.pack.trees import Node, tree

_KEYS = (
    "source", "kind", "text", "place", "at", "lon", "lat", "title", "matter", "key", "confidential", "language", "expect",
)  # fmt: skip


def reports(data: bytes, faults: Faults) -> list[At[StockReport]]:
    values = tree(content.REPORTS, data, faults)
    if values is None:
        return []
    if not isinstance(values, list):
        faults.add(content.REPORTS, 0, "", "not_a_list", kind="mapping")
        return []
    nodes = (Node(content.REPORTS, "", each, faults, row=number) for number, each in enumerate(values, start=1))
    return [At(content.REPORTS, node.row, _report(node)) for node in nodes]


def _report(node: Node) -> StockReport:
    node.only(*_KEYS)
    lon, lat = node.number("lon", least=-180, most=180), node.number("lat", least=-90, most=90)
    kind = node.text("kind", required=True)
    if kind and kind not in content.REPORT_KINDS:
        node.fault("kind", "unknown_value", value=kind, allowed=", ".join(content.REPORT_KINDS))
    at, language = node.text("at"), node.text("language") or LANGUAGES[0]
    if (lon is None) != (lat is None):
        node.fault("lat" if lat is None else "lon", "required")
    if at and lon is not None:
        node.fault("at", "at_and_point", value=at)
    if language not in LANGUAGES:
        node.fault("language", "unknown_value", value=language, allowed=", ".join(LANGUAGES))
    return StockReport(
        source=node.text("source", required=True),
        kind=kind,
        text=node.text("text", required=True),
        place=node.text("place"),
        at=at,
        lon=lon,
        lat=lat,
        title=node.text("title"),
        matter=node.text("matter"),
        key=node.text("key") or str(node.row),
        confidential=node.flag("confidential", False),
        language=language,
        expect=node.text("expect"),
    )
