"""The units of a district's orders as a tree: seen in their names, which say the street they are of."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

OFFICE = "00"  # the street's own office
CENTRE = "指挥中心"
_OTHER_WORDS = {
    "城建办公室": "城建办", "城市管理办公室": "城管办", "劳动管理办公室": "劳动办", "综治维稳办公室": "综治维稳办",
    "公共服务办公室": "公共服务办", "消防安全委员会办公室": "消安委办", "消防安全管理委员会办公室": "消安委办",
    "安全生产监督管理办公室": "安监办", "机关事务服务中心": "机关事务中心", "纪律检查工作委员会": "纪工委",
    "值班应急与智慧管理指挥分中心": "指挥分中心", "分中心处置": "指挥分中心", "办公室": "党政办",
}  # fmt: skip
_KINDS = (
    ("company", r"公司|营业中心"),
    ("vertical", r"公安|交警|供电|社保|市场和质量|规划国土|规土委"),
    ("party", r"区委|组织部|群团|政法委"),
    ("institution", r"大队|中心|管理办公室$|署$"),
)


@dataclass(frozen=True)
class Agency:
    """One unit. `node` is the number of a street's office, the same in every street."""

    code: str
    name: str
    kind: str
    region: str
    parent: str = ""
    node: str = ""
    alias: str = ""


class Agencies:
    """From the numbers the orders name to the units of a pack."""

    office = f"town/{OFFICE}"

    def __init__(self, orders: Iterable[Mapping[str, str]], root: str, regions: Mapping[str, str]) -> None:
        self._root, self.regions = root, regions
        self._streets = {name: code for name, code in regions.items() if len(code) == 9}
        self._nodes: dict[str, str] = {}
        self._by_number: dict[str, Agency] = {}
        self._all = {each.code: each for each in self._offices()}
        for number, names in self._names(orders):
            agency = self._agency(number, names)
            if agency:
                self._by_number[number] = self._all.setdefault(agency.code, agency)

    @property
    def centre(self) -> str:
        return next(each.code for each in self._all.values() if each.kind == "centre")

    @property
    def streets(self) -> list[str]:
        return list(self._streets.values())

    @property
    def codes(self) -> list[str]:
        return list(self._all)

    def rows(self) -> list[tuple[str, ...]]:
        """As units.csv has them, parents first."""
        found = sorted(self._all.values(), key=lambda each: (each.parent != "", len(each.region), each.code))
        return [(each.code, each.name, each.kind, each.parent, each.region, each.alias) for each in found]

    def lead(self, number: str) -> str:
        """The unit as a duty row names it: an office that every street may have, a community's, or itself."""
        agency = self._by_number.get(number)
        if agency is None:
            return ""
        return "community" if agency.kind == "community" else f"town/{agency.node}" if agency.node else agency.code

    def is_local(self, lead: str) -> bool:
        return lead == "community" or lead.startswith("town/")

    def exists(self, lead: str, street: str) -> bool:
        """Whether the street has such an office; communities are everywhere."""
        return not lead.startswith("town/") or street + lead.removeprefix("town/") in self._all

    def _offices(self) -> Iterator[Agency]:
        """Each street's own office and each community's unit: there are such, whether or not an order names them."""
        for name, code in self.regions.items():
            if len(code) == 9:
                yield Agency(code + OFFICE, f"{name}办事处", "town", code, node=OFFICE)
            else:
                yield Agency(code, name, "community", code, parent=code[:9] + OFFICE)

    def _names(self, orders: Iterable[Mapping[str, str]]) -> Iterator[tuple[str, Counter[str]]]:
        names: dict[str, Counter[str]] = defaultdict(Counter)
        for row in orders:
            names[row["DISPOSE_UNIT_ID"]][row["DISPOSE_UNIT_NAME"]] += 1
        return iter(sorted(names.items()))

    def _agency(self, number: str, names: Counter[str]) -> Agency | None:
        """None for what is no unit: an empty cell, and units made for trying the program."""
        name = names.most_common(1)[0][0]
        if not number.isdigit() or "测试" in name:
            return None
        kind = next((kind for kind, words in _KINDS if re.search(words, name)), "government")
        if name.removesuffix("处置").endswith(CENTRE):
            return Agency(f"U{number}", name.removesuffix("处置"), "centre", self._root)
        if kind == "company":
            return Agency(f"U{number}", _bare(name), kind, self._root)
        community = self.regions.get(_bare(name).removesuffix("工作站"))
        if community:
            return self._all[community]
        street = self._street(names)
        return self._node(street, name) if street else Agency(f"U{number}", name, kind, self._root)

    def _street(self, names: Counter[str]) -> str:
        """The street that a name says before the office's, or in brackets behind it."""
        for name in names:
            for street in self._streets:
                short = street.removesuffix("街道")
                if re.match(rf"{short}(街道|办事处)", name) or re.search(rf"（{short}(街道办事处|街道|办)?）$", name):
                    return street
        return ""

    def _node(self, street: str, name: str) -> Agency:
        """An office of a street; of one name, in every street, under one number."""
        bare = re.sub(rf"^{street.removesuffix('街道')}(街道|办事处)", "", _bare(name))
        what = _OTHER_WORDS.get(bare, bare)
        node = self._nodes.setdefault(what, f"{len(self._nodes) + 1:02}")
        region = self._streets[street]
        alias = "" if name == street + what or "|" in name else name
        return Agency(region + node, street + what, "town_office", region, region + OFFICE, node, alias)


def _bare(name: str) -> str:
    return re.sub(r"（.*?）$", "", name)
