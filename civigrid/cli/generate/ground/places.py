"""Places that have a name: estates, schools, hospitals, markets, works, parks, hamlets and the landmarks."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from civigrid.cli.generate.ground.blocks import fabric
from civigrid.cli.generate.ground.canvas import PLACES, Canvas
from civigrid.cli.generate.ground.lattice import Ints
from civigrid.cli.generate.ground.partition import Area
from civigrid.cli.generate.ground.uses import Use
from civigrid.cli.generate.recipe import Combined, LandmarkRecipe
from civigrid.places.rules import AddressKind
from civigrid.places.rules import FeatureKind as Kind

MANAGED, UNMANAGED = (Use.SLABS, Use.TOWERS, Use.DORMS), (Use.WALKUP,)
ESTATES = (*MANAGED, *UNMANAGED)
_CHINESE = "零一二三四五六七八九"
KINDS = {
    Use.MALL: (Kind.MARKET, "M"), Use.MARKET: (Kind.MARKET, "M"), Use.SCHOOL: (Kind.SCHOOL, "K"),
    Use.HOSPITAL: (Kind.HOSPITAL, "K"), Use.FACTORY: (Kind.INDUSTRY, "X"), Use.WAREHOUSE: (Kind.INDUSTRY, "X"),
    Use.PORT: (Kind.PORT, "X"), Use.SITE: (Kind.SITE, "S1"), Use.QUARRY: (Kind.INDUSTRY, "X"), Use.PARK: (Kind.PARK, "P"),
    Use.SQUARE: (Kind.SQUARE, "P"), Use.HAMLET: (Kind.VILLAGE, "V"),
}  # fmt: skip
SITES = ("S1", "S1", "S1", "S2", "S1", "S3", "S4")  # building sites are mostly of houses


@dataclass(slots=True)
class Place:
    """`lots`: what it covers; `address`: how it is one, None for what is only drawn; `community`: the code."""

    lots: tuple[int, ...]
    use: Use
    kind: Kind
    place_kind: str
    community: str
    name: str = ""
    name_en: str = ""
    address: AddressKind | None = None
    aliases: tuple[str, ...] = ()


class Name(NamedTuple):
    name: str
    name_en: str


def places_of(drawn: Canvas) -> list[Place]:
    """The places of a district, the landmarks under their names."""
    namer = _Namer(drawn)
    found = [*namer.estates(), *namer.hamlets(), *namer.others()]
    by_lot = {lot: place for place in found for lot in place.lots}
    for landmark, lot in zip(drawn.reserved.landmarks, drawn.reserved.lots, strict=True):
        place = by_lot.get(lot)
        if place is not None:
            namer.mark(place, landmark)
    namer.name(found)
    return found


NAMELESS = Name("", "")
SPECIAL, SPECIAL_EN = "专属网格", " Special Grid"  # how the name of a special grid ends


class _Namer:
    def __init__(self, drawn: Canvas) -> None:
        self.drawn, self.recipe, self.use = drawn, drawn.recipe, drawn.uses.use
        self.draw = drawn.draw(PLACES)
        self.areas = [drawn.part.areas[at] for at in drawn.blocks.grid.tolist()]
        self.stands = np.bincount(drawn.built.stock.lot, minlength=len(self.use)) > 0
        self.used: set[str] = {each.name for each in drawn.reserved.landmarks}

    def _lots(self, *uses: Use) -> Ints:
        return np.flatnonzero(np.isin(self.use, [int(use) for use in uses]))

    def _place(self, lots: Sequence[int], kind: Kind, place_kind: str) -> Place:
        lot = lots[0]
        return Place(tuple(lots), Use(int(self.use[lot])), kind, place_kind, self.areas[lot].community.code)

    def estates(self) -> Iterator[Place]:
        """Homes of one kind in one grid are one estate, but a landmark is alone."""
        alone = set(self.drawn.reserved.lots)
        for uses, kind, place_kind in ((MANAGED, Kind.MANAGED, "N1"), (UNMANAGED, Kind.UNMANAGED, "N2")):
            groups: dict[tuple[int, int], list[int]] = {}
            for lot in self._lots(*uses).tolist():
                if self.stands[lot]:
                    key = (int(self.drawn.blocks.grid[lot]), lot if lot in alone else -1)
                    groups.setdefault(key, []).append(lot)
            yield from (self._place(lots, kind, place_kind) for lots in groups.values())

    def hamlets(self) -> Iterator[Place]:
        yield from (self._place([lot], *KINDS[Use.HAMLET]) for lot in self._lots(Use.HAMLET).tolist())

    def others(self) -> Iterator[Place]:
        """Everything else with a kind; a special grid and a park of several lots is one place."""
        lots = self.drawn.uses.lots
        marks = set(self.drawn.reserved.lots)
        groups: dict[tuple[Use, int], list[int]] = {}
        for lot in range(len(self.use)):
            use, area = Use(int(self.use[lot])), self.areas[lot]
            large = bool(lots.wide[lot] > 12 and lots.high[lot] > 12)
            known = lot in marks or use in KINDS or (area.plan.use and use in (Use.FOREST, Use.WATER))
            if large and known and use not in (*ESTATES, Use.HAMLET):
                whole = bool(area.plan.use) and (lot not in marks or not fabric(area))
                groups.setdefault((use, -1 - int(self.drawn.blocks.grid[lot]) if whole else lot), []).append(lot)
        for number, ((use, _), own) in enumerate(groups.items()):
            kind, place_kind = KINDS.get(use, (Kind.NONE, ""))
            yield self._place(own, kind, SITES[number % len(SITES)] if kind is Kind.SITE else place_kind)

    def mark(self, place: Place, landmark: LandmarkRecipe) -> None:
        """A landmark's name; of two on one lot, the second is only an address beside it."""
        if place.address is None:
            place.name, place.aliases, place.address = landmark.name, landmark.aliases, landmark.kind
            place.name_en = self.recipe.in_english(landmark.name, landmark.name_en)
            place.place_kind = landmark.place_kind or place.place_kind

    def name(self, places: Sequence[Place]) -> None:
        """Names for all that have none yet."""
        names = self._sources()
        for place in places:
            if not place.name and place.kind in names:
                place.name, place.name_en = names[place.kind](place)
                place.address = self._address(place) if place.name else None

    def _address(self, place: Place) -> AddressKind:
        return AddressKind.ESTATE if place.kind in (Kind.MANAGED, Kind.UNMANAGED) else AddressKind.LANDMARK

    def _sources(self) -> dict[Kind, Callable[[Place], Name]]:
        estates, recipe = self.recipe.estates, self.recipe
        more = [one + other for one in recipe.roads.stems for other in recipe.roads.endings if one != other]
        managed = self._listed(estates.managed, estates.managed_stems, estates.managed_endings, more)
        unmanaged = self._listed(estates.unmanaged, estates.unmanaged_stems, estates.unmanaged_endings, ())
        factories = self._listed((), recipe.factories.stems, recipe.factories.endings, more)
        own = Combined(stems=(), endings=estates.unmanaged_endings)
        markets = self._of(recipe.markets)
        hamlets = _Counter(self.drawn)
        return {
            Kind.MANAGED: lambda _place: next(managed),
            Kind.UNMANAGED: self._of(own, unmanaged),
            Kind.INDUSTRY: self._of(own, factories),
            Kind.PORT: self._of(own),
            Kind.NONE: self._of(own),
            Kind.SCHOOL: self._of(recipe.schools),
            Kind.HOSPITAL: self._of(recipe.hospitals),
            Kind.MARKET: lambda place: self._mall(place) if place.use is Use.MALL else markets(place),
            Kind.PARK: self._of(recipe.parks),
            Kind.SQUARE: self._of(recipe.parks, last=True),
            Kind.VILLAGE: hamlets.next,
        }

    def _listed(
        self, pinned: Sequence[str], stems: Sequence[str], endings: Sequence[str], more: Sequence[str]
    ) -> Iterator[Name]:
        """The names of the list, then its stems with endings, then further stems with them; none twice in a district."""
        for group in (pinned, _combined(stems, endings, self.draw), _combined(more, endings, self.draw)):
            for name in group:
                if name not in self.used:
                    self.used.add(name)
                    yield Name(name, self.recipe.in_english(name))

    def _of(
        self, names: Combined, first: Iterator[Name] | None = None, *, last: bool = False
    ) -> Callable[[Place], Name]:
        """A stem of the list or the community's own name, and an ending; a special grid's own name where it has one."""
        endings = names.endings[-1:] if last else names.endings

        def named(place: Place) -> Name:
            area = self.areas[place.lots[0]]
            own = _special_name(area)
            if own:
                return self._once(Name(own, area.plan.name_en.removesuffix(SPECIAL_EN)))
            listed = next(first, None) if first else None
            if listed:
                return listed
            stem = area.community.name.removesuffix("社区").removesuffix("村")
            ending = endings[int(self.draw.integers(len(endings)))]
            listed_names = [*names.names, *(each + ending for each in names.stems)]
            some = (
                [listed_names[int(at)] for at in self.draw.integers(len(listed_names), size=2)] if listed_names else []
            )
            tries = [*some, *(stem + each for each in (ending, *endings) if joins(stem, each))]
            english = self.recipe.in_english
            plain = (Name(each, english(each)) for each in tries)
            more = (
                Name(f"{stem}第{_CHINESE[number]}{each}", f"{english(stem + each)} No. {number}")
                for number in range(2, 10)
                for each in endings
                if joins(stem, each)
            )
            return self._once(next((each for each in (*plain, *more) if each.name not in self.used), NAMELESS))

        return named

    def _mall(self, place: Place) -> Name:
        """The first in a community is its shopping area; the others go without a name."""
        stem = self.areas[place.lots[0]].community.name.removesuffix("社区").removesuffix("村")
        name = stem + self.recipe.special_names["market"][0]
        return self._once(Name(name, self.recipe.in_english(name)))

    def _once(self, name: Name) -> Name:
        """The name, if it is not taken."""
        if name.name in self.used:
            return NAMELESS
        self.used.add(name.name)
        return name


def joins(stem: str, ending: str) -> bool:
    """Whether a stem and an ending make a name: 丹苑 and 苑 do not."""
    return stem[-1:] != ending[:1]


def _combined(stems: Sequence[str], endings: Sequence[str], draw: np.random.Generator) -> Iterator[str]:
    pairs = [stem + ending for stem in stems for ending in endings if joins(stem, ending)]
    yield from (pairs[at] for at in draw.permutation(len(pairs)).tolist())


def _special_name(area: Area) -> str:
    """文昌街道钟楼社区中山公园专属网格 -> 中山公园; "" for ordinary grids."""
    if not area.plan.use:
        return ""
    return area.plan.name.split(area.community.name, 1)[-1].removesuffix(SPECIAL)


class _Counter:
    """Numbers the hamlets of each village: 石桥头村1组, passing over those that are landmarks."""

    def __init__(self, drawn: Canvas) -> None:
        self.drawn, self.count = drawn, dict[str, int]()
        self.taken = {each.name for each in drawn.reserved.landmarks}

    def next(self, place: Place) -> Name:
        village = self.drawn.part.areas[int(self.drawn.blocks.grid[place.lots[0]])].community
        hamlets = self.drawn.recipe.hamlets
        while True:
            number = self.count[village.code] = self.count.get(village.code, 0) + 1
            name = village.name + (hamlets[number - 1] if number <= len(hamlets) else f"{number}组")
            if name not in self.taken:
                return Name(name, f"{village.name_en} Group {number}")


def by_lot(places: Sequence[Place]) -> Mapping[int, Place]:
    """The place each lot is part of."""
    return {lot: place for place in places for lot in place.lots}
