"""Whether what a row names exists. Nothing is said where the file it would stand in could not be read."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from civigrid.catalog.rules.pack.content import At, Draft, known
from civigrid.catalog.rules.pack.faults import UNKNOWN, Faults


class Told:
    """Where the checks of one draft say what they find; knows every name of it."""

    def __init__(self, draft: Draft, faults: Faults) -> None:
        self._faults = faults
        city = draft.city
        self._among: dict[str, Collection[str]] = {
            "unknown_region": known(draft.regions).keys(),
            "unknown_unit": known(draft.units).keys(),
            "unknown_calendar": known(draft.calendars).keys(),
            "unknown_matter": known(draft.matters).keys(),
            "unknown_person": known(draft.people, "username").keys(),
            "unknown_building": known(draft.buildings).keys(),
            "unknown_address": known(draft.addresses, "name").keys(),
            "unknown_source": city.sources if city else (),
            "unknown_place_kind": city.place_kinds if city else (),
        }

    def fault(self, at: At[Any], column: str, code: str, **facts: object) -> None:
        self._faults.add(at.file, at.row, column, code, **facts)

    def remark(self, at: At[Any], column: str, code: str, **facts: object) -> None:
        self._faults.remark(at.file, at.row, column, code, **facts)

    @property
    def sound(self) -> bool:
        """Whether nothing was found so far that stops: sums over rows of which some are wrong say nothing."""
        return not self._faults.stop

    def read(self, *files: str) -> bool:
        """Whether these files, where there are any, could be read."""
        return self._faults.lost.isdisjoint(files)

    def need(self, at: At[Any], column: str, fault: str, *codes: str) -> None:
        """A fault for each of the codes ("" is none) that is not there."""
        if self.read(UNKNOWN[fault]):
            for code in codes:
                if code and code not in self._among[fault]:
                    self.fault(at, column, fault, value=code)
