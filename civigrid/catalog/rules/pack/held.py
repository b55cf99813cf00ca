"""What shows only when a pack is held against what is loaded and at work; told as the check tells its faults."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from civigrid.catalog.rules.pack import content
from civigrid.catalog.rules.pack.content import Pack
from civigrid.catalog.rules.pack.faults import Fault, Faults


@dataclass(frozen=True, slots=True)
class Closing:
    """What is open in the things a pack closes, by their codes: tasks of units, cases in regions and in grids."""

    tasks: Mapping[str, int] = field(default_factory=dict)
    in_regions: Mapping[str, int] = field(default_factory=dict)
    in_grids: Mapping[str, int] = field(default_factory=dict)


def held(pack: Pack, moved: Mapping[str, Iterable[int]], closing: Closing) -> list[Fault]:
    """`moved`: by kind of thing ("standard", "duty"), the places in the pack's list of rows whose code is already
    another matter's. A list in the order of the check's."""
    faults = Faults()
    faults.sheets = dict(pack.sheets)
    for what, places in moved.items():  # a row that became many is told once
        for file, row, code in dict.fromkeys(pack.stands[what][place] for place in places):
            faults.add(file, row, "matter", "identity_changed", value=code)
    for code, tasks in closing.tasks.items():
        faults.add(content.UNITS, 0, "code", "unit_has_tasks", value=code, tasks=tasks)
    followed = {predecessor for region in pack.regions for predecessor in region.predecessors}
    for code, cases in closing.in_regions.items():
        if code not in followed:
            faults.remark(content.REGIONS, 0, "code", "region_has_cases", value=code, cases=cases)
    for code, cases in closing.in_grids.items():
        faults.remark(content.GRIDS, 0, "code", "grid_has_cases", value=code, cases=cases)
    return list(faults)
