"""What towns of each character are like: where they lie in a city, how wide their streets stand, what fills them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Character:
    """`x`, `y`: where such a town lies, in square roots of the city's area from the middle of the river; `spacing`:
    metres between arterial, secondary and local lines; `urban`: all of it, or only around its own centre."""

    x: float
    y: float
    urban: bool
    spacing: tuple[float, float, float]


CHARACTERS = {
    "old": Character(-0.085, 0.085, True, (740, 370, 112)),
    "centre": Character(0.10, 0.09, True, (900, 430, 140)),
    "riverside": Character(-0.04, -0.09, True, (900, 430, 140)),
    "works": Character(0.01, 0.24, True, (900, 450, 150)),
    "port": Character(0.22, -0.09, True, (1000, 480, 165)),
    "zone": Character(0.22, -0.27, True, (1100, 550, 200)),
    "rural": Character(-0.36, -0.16, False, (1500, 700, 260)),
    "workshops": Character(-0.10, -0.36, False, (1500, 700, 260)),
    "hills": Character(-0.28, 0.32, False, (1700, 800, 290)),
    "lake": Character(0.30, 0.32, False, (1700, 800, 290)),
}
TOWNLET = (760.0, 380.0, 130.0)  # the centre of a rural town
TOWNLET_KM2 = 0.13  # what one of its grids covers, square kilometres

# square kilometres of a special grid by use, and where the town's character makes it larger or smaller
SPECIAL_KM2 = {
    "park": 0.30, "market": 0.07, "industry": 0.50, "school": 0.10, "hospital": 0.09, "forest": 4.0, "water": 1.1,
    "port": 1.2,
}  # fmt: skip
SPECIAL_KM2_IN = {
    ("centre", "park"): 0.45, ("centre", "water"): 0.85, ("lake", "water"): 6.0, ("lake", "park"): 3.5,
    ("lake", "forest"): 6.0, ("old", "park"): 0.12, ("old", "market"): 0.05, ("riverside", "school"): 0.55,
    ("zone", "industry"): 1.3, ("zone", "school"): 0.45, ("hills", "industry"): 0.8, ("works", "school"): 0.2,
    ("port", "water"): 0.5, ("riverside", "market"): 0.05, ("riverside", "park"): 0.35, ("works", "industry"): 0.6,
    ("rural", "industry"): 0.4, ("workshops", "industry"): 0.45,
}  # fmt: skip
SPECIAL_SHARE = 0.14  # of its town, at most


def special_area(character: str, use: str, town_km2: float) -> float:
    """Square metres of a special grid."""
    wanted = SPECIAL_KM2_IN.get((character, use), SPECIAL_KM2[use])
    return min(wanted, SPECIAL_SHARE * town_km2) * 1e6
