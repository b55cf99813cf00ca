"""A city of hotline messages: their label tree, and the places the messages name."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from tests.realpacks.writing import city, people, rows_of, write


def hotline_pack(folder: Path) -> Path:
    """A 市 with its districts as the finest regions; a unit for each first-level label, which has all its matters."""
    folder.mkdir(parents=True, exist_ok=True)
    root = "990201"
    city(folder, name="A市", root=root, timezone="Asia/Shanghai")
    named = Counter(
        re.findall(
            r"A\d+[市区县]",
            " ".join(row["title"] + row["detail"] for row in rows_of("hotline_zh/messages_4326.csv.gz")),
        )
    )
    districts = sorted(name for name, often in named.items() if often >= 20)
    write(
        folder,
        "regions.csv",
        "code name kind",
        [(root, "A市", ""), *((f"{root}{n:03}", name, "street") for n, name in enumerate(districts, 1))],
    )
    tree = [(row["level1"], row["level2"], row["level3"]) for row in rows_of("hotline_zh/label_tree.csv")]
    majors = sorted({first for first, _, _ in tree})
    unit_of = {major: f"U{n:02}" for n, major in enumerate(majors, 1)}
    units = [(unit_of[major], f"{major}局", "government", root) for major in majors]
    write(folder, "units.csv", "code name kind region", [("C1", "中心", "centre", root), *units])
    people(folder, root, "C1", unit_of.values())
    leaves = sorted({(first, second, third) for first, second, third in tree})
    codes = {leaf: f"M{n:03}" for n, leaf in enumerate(leaves, 1)}
    write(
        folder, "matters.csv", "code family major name keywords check_by callback",
        ((codes[leaf], "hotline", leaf[0], f"{leaf[1]}·{leaf[2]}" if leaf[2] else leaf[1],
          "|".join(_words(leaf[1:])), "call", "all") for leaf in leaves),
    )  # fmt: skip
    write(
        folder,
        "standards.csv",
        "code matter urgency limit unit default",
        ((f"S-{codes[leaf]}", codes[leaf], 3, 5, "work_days", "yes") for leaf in leaves),
    )
    write(
        folder,
        "duty.csv",
        "code matter lead basis",
        ((f"D-{codes[leaf]}", codes[leaf], unit_of[leaf[0]], "label tree") for leaf in leaves),
    )
    return folder


def _words(labels: Iterable[str]) -> list[str]:
    return sorted({word for label in labels for word in re.split(r"[、和与及（）()/,，]", label) if len(word) >= 2})
