"""A district of orders: its tree of types, its streets and communities, and who handled most of what where.

The data's tree of types has three levels and a pack's list two: the first is the major class, the second and third
together are the name. It has no deadlines, only whether one was kept, so that every matter has the same limit.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from html import unescape
from pathlib import Path

from tests.realpacks.agencies import Agencies
from tests.realpacks.writing import city, people, rows_of, write, write_map

ROOT = "990401"
NONE = "-"  # what stands where nothing was entered
FEWEST = 3  # orders of a type in a street that say who has it there
LIMIT = (5, "work_days")
Type = tuple[str, str, str]  # its numbers on the three levels


def district_pack(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    orders = list(rows_of("orders_pingshan/orders.csv.gz"))
    regions = _regions()
    agencies = Agencies(orders, ROOT, regions)
    types = _types()
    (district,) = {row["DISTRICT_NAME"] for row in orders} - {NONE}
    city(folder, name=district, root=ROOT, timezone="Asia/Shanghai")
    kinds = {9: "street", 12: "residents"}
    write(folder, "regions.csv", "code name kind",
          [(ROOT, district, ""), *((code, name, kinds[len(code)]) for name, code in regions.items())])  # fmt: skip
    write(folder, "units.csv", "code name kind parent region aliases", agencies.rows())
    people(folder, ROOT, agencies.centre, agencies.codes)
    write(folder, "matters.csv", "code family major name check_by callback",
          ((code, "hotline", *_names(row), "call", "all") for code, row in types.values()))  # fmt: skip
    write(folder, "standards.csv", "code matter urgency limit unit default",
          ((f"S-{code}", code, 3, *LIMIT, "yes") for code, _ in types.values()))  # fmt: skip
    write(folder, "duty.csv", "code matter region lead basis", _duty(orders, types, agencies))
    write_map(folder, "orders", {
        "matter_code": {"\n".join(each): code for each, (code, _) in types.items()},
        "region_code": {**regions, "*": ROOT},
    })  # fmt: skip
    return folder


def _regions() -> dict[str, str]:
    """Codes of streets and communities by name. A community's street is the one the data's own list gives it."""
    listed = [row for row in rows_of("orders_pingshan/pingshan_communities.csv") if row["COMMUNITY_NAME"] != NONE]
    streets = {name: f"{ROOT}{n:03}" for n, name in enumerate(sorted({row["street"] for row in listed}), 1)}
    numbers: Counter[str] = Counter()
    communities = {}
    for row in sorted(listed, key=lambda row: int(row["community_id"])):
        numbers[row["street"]] += 1
        communities[row["COMMUNITY_NAME"]] = f"{streets[row['street']]}{numbers[row['street']]:03}"
    return streets | communities


Types = Mapping[Type, tuple[str, Mapping[str, str]]]


def _types() -> Types:
    """By type its matter code, and the row that names it, of two the first. The code is the data's own number, with that of
    the level above where a number is used twice."""
    rows = list(rows_of("orders_pingshan/pingshan_category_tree.csv"))
    above: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        above[row["SUB_TYPE_ID"]].add(row["MAIN_TYPE_ID"])
    found: dict[Type, tuple[str, Mapping[str, str]]] = {}
    for row in rows:
        *_, middle, minor = _type(row)
        found.setdefault(_type(row), (f"T{minor}" if len(above[minor]) == 1 else f"T{middle}-{minor}", row))
    return found


def _type(row: Mapping[str, str]) -> Type:
    return row["EVENT_TYPE_ID"], row["MAIN_TYPE_ID"], row["SUB_TYPE_ID"]


def _names(row: Mapping[str, str]) -> tuple[str, str]:
    """The major class and the matter's name. Some signs were written for a web page."""
    major, middle, minor = (unescape(row[f"{level}_TYPE_NAME"]) for level in ("EVENT", "MAIN", "SUB"))
    return major, minor if middle == minor else f"{middle}·{minor}"


def _duty(
    orders: Sequence[Mapping[str, str]], types: Types, agencies: Agencies
) -> Iterator[tuple[str, str, str, str, str]]:
    """Who handled most orders of a type; of one without orders, of the class above it. In a street where that was somebody
    else, or where there is no such office, a row of the street's own."""
    counts = _counts(orders, agencies)
    for each, (code, _) in types.items():
        here = next((found for found in map(counts.get, (each, each[:2], each[:1])) if found), None)
        for region, lead in _leads(here, agencies).items() if here else ():
            yield "-".join(filter(None, (f"D-{code}", region))), code, region, lead, "majority"


Counts = dict[tuple[str, ...], dict[str, Counter[str]]]  # by type and the classes above it, by street


def _counts(orders: Sequence[Mapping[str, str]], agencies: Agencies) -> Counts:
    found: Counts = defaultdict(lambda: defaultdict(Counter))
    for row in orders:
        if lead := agencies.lead(row["DISPOSE_UNIT_ID"]):
            each = _type(row)
            for key in (each, each[:2], each[:1]):
                found[key][agencies.regions.get(row["STREET_NAME"], "")][lead] += 1
    return found


def _leads(here: Mapping[str, Counter[str]], agencies: Agencies) -> dict[str, str]:
    """Of the rows of a type: who leads, by region; "" is the whole district."""
    whole = _most(sum(here.values(), Counter()))
    streets = {street: _in_street(here.get(street, Counter()), whole, street, agencies) for street in agencies.streets}
    if all(lead == whole for lead in streets.values()):
        return {"": whole}
    # a row of every street's office is one of each street: those beside it must be of other streets
    return (
        streets if agencies.is_local(whole) else {"": whole} | {s: lead for s, lead in streets.items() if lead != whole}
    )


def _in_street(here: Counter[str], whole: str, street: str, agencies: Agencies) -> str:
    """Who leads in a street: whoever had most there, if there were enough orders to tell."""
    lead = _most(here) if sum(here.values()) >= FEWEST else whole
    return lead if agencies.exists(lead, street) else agencies.office


def _most(counts: Counter[str]) -> str:
    """The same of several at each run."""
    return min(counts, key=lambda lead: (-counts[lead], lead))
