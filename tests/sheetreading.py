"""A workbook read as the check of a pack reads it: its rows, and what is said about it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path

from civigrid.catalog.rules.pack import Fault, Pack, check
from civigrid.catalog.rules.pack.faults import Faults
from civigrid.catalog.rules.pack.sheets import Names
from tests import packfiles

STANDARD = ["小类代码", "立案条件", "级别", "到场时限", "处置时限", "结案条件"]
LAMP = ["C0118", "单灯不亮", "一般", None, "2工日", "亮灯"]
DUTY = ["事项", "地点类型", "权属", "适用区域", "主办单位", "协办单位", "主管部门"]

ROOT = Path(__file__).parents[1]
DEMO = {
    path.relative_to(ROOT / "packs" / "demo").as_posix(): path.read_bytes()
    for path in sorted((ROOT / "packs" / "demo").rglob("*"))
    if path.is_file()
}


@cache
def demo_pack() -> Pack:
    pack, _ = check(DEMO)
    assert pack is not None
    return pack


def small() -> Pack:
    pack, _ = check(packfiles.files())
    assert pack is not None
    return pack


def names(pack: Pack) -> Names:
    return Names(pack.matters, pack.units, pack.regions, pack.city.place_kinds, pack.city.root_code)


SMALL = small()
Read = Callable[[bytes, Names, Faults], Sequence[object]]


def read(reader: Read, data: bytes, pack: Pack = SMALL) -> tuple[list[dict[str, str]], list[Fault]]:
    """The rows as a CSV file would have them, without empty cells; and the faults."""
    faults = Faults()
    rows = reader(data, names(pack), faults)
    return [{name: text for name, text in row._cells.items() if text} for row in rows], list(faults)  # type: ignore[attr-defined]


def with_sheet(name: str, data: bytes, files: dict[str, bytes]) -> tuple[Pack | None, list[Fault]]:
    """The pack with a workbook in place of a CSV file."""
    return check({**{each: it for each, it in files.items() if each != name.replace("xlsx", "csv")}, name: data})
