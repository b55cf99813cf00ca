"""Tables as packs hold them: read by the names of their columns, written the same on every machine."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from civigrid.base.trouble import Trouble
from civigrid.base.trouble import gettext_noop as _

Cells = dict[str, str]


def read(path: Path) -> list[Cells]:
    """The rows of a UTF-8 table. Raises Trouble where it is none, OSError where it is not there."""
    try:
        return list(csv.DictReader(io.StringIO(path.read_text("utf-8-sig"), newline=""), restval=""))
    except (UnicodeDecodeError, csv.Error) as error:
        raise Trouble(_("{file} cannot be read: {said}"), _("Check the pattern: civigrid pack check"), file=path,
                      said=error) from error  # fmt: skip


def text(columns: Sequence[str], rows: Iterable[Mapping[str, str]]) -> str:
    """The table's text; missing cells are empty."""
    out = io.StringIO()
    lines = csv.DictWriter(out, columns, restval="", lineterminator="\n")
    lines.writeheader()
    lines.writerows(rows)
    return out.getvalue()


def flag(yes: bool) -> str:
    return "yes" if yes else "no"
