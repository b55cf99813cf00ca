"""What the packs of real data share: reading the data, writing the files."""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
MAPS = Path(__file__).parents[1] / "maps"
MADE_MAP = "import.toml"  # beside the pack: how its set is read with the pack's own codes
OFFICE = {"1-5": ["08:30-12:00", "14:30-17:30"]}
OFFICE_KINDS = ("party", "government", "vertical", "institution", "company", "town", "town_office", "community")
ROUND_THE_CLOCK = {"1-7": ["00:00-24:00"]}


def rows_of(path: str) -> Iterator[dict[str, str]]:
    file = DATA / path
    data = file.read_bytes()
    text = (gzip.decompress(data) if file.suffix == ".gz" else data).decode("utf-8-sig")
    yield from csv.DictReader(io.StringIO(text))


def write(folder: Path, name: str, columns: str, rows: Iterable[Sequence[object]]) -> None:
    with (folder / name).open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(columns.split())
        out.writerows(rows)


def write_json(folder: Path, name: str, value: object) -> None:
    """JSON is YAML as well."""
    (folder / name).write_text(json.dumps(value, ensure_ascii=False, indent=1), encoding="utf-8")


def write_map(folder: Path, name: str, values: Mapping[str, Mapping[str, str]]) -> None:
    """The set's import map, with the pack's own codes for what stands in the file."""
    sections = ["\n".join([f"[values.{field}]", *(f"{_quoted(said)} = {_quoted(code)}" for said, code in codes.items())])
                for field, codes in values.items()]  # fmt: skip
    text = (MAPS / f"{name}.toml").read_text(encoding="utf-8")
    (folder / MADE_MAP).write_text("\n".join([text, *sections, ""]), encoding="utf-8")


def _quoted(text: str) -> str:
    """JSON's strings are TOML's too."""
    return json.dumps(text, ensure_ascii=False)


def city(folder: Path, *, name: str, root: str, timezone: str, bar: float = 0.6) -> None:
    sources = {
        code: {"name": label, "name_en": label, "carry": "dispatch"}
        for code, label in (("01", "phone"), ("02", "web"), ("07", "unit"))
    }
    write_json(
        folder, "city.yaml",
        {"name": name, "name_en": name, "timezone": timezone, "root": root, "number_pattern": "{date}-{seq}",
         "confidence_bar": bar, "calendar": "G", "sources": sources, "place_kinds": {},
         "calendar_of": {"centre": "24"} | dict.fromkeys(OFFICE_KINDS, "G")},
    )  # fmt: skip
    write_json(
        folder, "calendars.yaml",
        {"G": {"name": "office", "national_holidays": True, "week": OFFICE},
         "24": {"name": "always", "national_holidays": False, "week": ROUND_THE_CLOCK}},
    )  # fmt: skip


def people(folder: Path, root: str, centre: str, units: Iterable[str]) -> None:
    """One person a role at the centre, and a liaison, a handler and a reviewer in each unit."""
    centre_roles = ["intake", "duty_chief", "dispatcher", "inspector", "caller", "office", "leader", "auditor"]
    posts = [(role, centre, role, root) for role in centre_roles]
    posts += [(f"{role}-{unit}", unit, role, root) for unit in units for role in ("liaison", "handler", "reviewer")]
    write(folder, "people.csv", "username name", ((username, username) for username, *_ in posts))
    write(folder, "posts.csv", "username unit role regions", posts)


def majority(counts: Mapping[str, Counter[str]]) -> Iterator[tuple[str, str]]:
    for kind in sorted(counts):
        for most, often in counts[kind].most_common(1):
            if often:
                yield kind, most
