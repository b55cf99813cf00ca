"""City packs made from the real data beside the project, for tests and benches only. Region codes begin with 99.

python -m tests.realpacks hotline DIR      messages and their label tree: no grids, regions by name
python -m tests.realpacks boston DIR       service requests: a square grid laid over the city
python -m tests.realpacks shanghai DIR     a real map: grids between its streets, and reports made over it
python -m tests.realpacks district DIR     orders of a district: its types, streets, communities and units
"""

from __future__ import annotations

from pathlib import Path

from tests.realpacks.boston import boston_pack
from tests.realpacks.district import district_pack
from tests.realpacks.hotline import hotline_pack
from tests.realpacks.shanghai import REPORTS, shanghai_pack
from tests.realpacks.writing import DATA, MADE_MAP, MAPS, rows_of

PACKS = {"hotline": hotline_pack, "boston": boston_pack, "district": district_pack, "shanghai": shanghai_pack}
SETS = {
    "hotline": "hotline_zh/messages_4326.csv.gz",
    "boston": "boston311/requests.csv.gz",
    "district": "orders_pingshan/orders.csv.gz",
}


def file_of(name: str, folder: Path) -> Path:
    """The reports of a set: of the data, or those made beside the pack."""
    return folder / REPORTS if name == "shanghai" else DATA / SETS[name]


def map_of(name: str, folder: Path) -> Path:
    """The import map for the reports of a set, with the codes of the pack that was made in the folder."""
    made = folder / MADE_MAP
    return made if made.exists() else MAPS / f"{name}_messages.toml"


__all__ = ["DATA", "MADE_MAP", "MAPS", "PACKS", "SETS", "file_of", "map_of", "rows_of"]
