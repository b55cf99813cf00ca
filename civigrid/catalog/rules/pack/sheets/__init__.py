"""Standards and duty rows as offices keep them: XLSX with titles, merged cells and names, read into the rows of the CSV."""

from civigrid.catalog.rules.pack.sheets.duty import duty
from civigrid.catalog.rules.pack.sheets.names import Names
from civigrid.catalog.rules.pack.sheets.standards import standards

__all__ = ["Names", "duty", "standards"]
