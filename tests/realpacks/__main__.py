"""python -m tests.realpacks SET DIR: the pack's folder, and how much of everything is in it."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.realpacks import PACKS

folder = PACKS[sys.argv[1]](Path(sys.argv[2]))
for table in sorted(folder.glob("*.csv")):
    print(f"{table.stem:10} {len(table.read_text('utf-8').splitlines()) - 1:6}")
print(folder)
