"""What is committed names no city, no registry and no machine, keeps no secret, and locks what it installs."""

from __future__ import annotations

import ast
import csv
import re
import sys
import tomllib
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
import yaml

from tests.house.source import PACKAGE, ROOT, modules, strings, tracked

TEXT = {
    ".py",
    ".md",
    ".toml",
    ".lock",
    ".json",
    ".yaml",
    ".yml",
    ".html",
    ".css",
    ".js",
    ".mjs",
    ".ini",
    ".txt",
    ".csv",
    ".po",
    ".sh",
    "",
}
PIN = re.compile(r"^([a-z0-9][a-z0-9._-]*)==([^\s;\\]+)(?: ; (.*?))?(?: \\)?$", re.MULTILINE)


@cache
def texts() -> dict[str, str]:
    """Every committed text but this file, which must name what it looks for."""
    here = Path(__file__).resolve()
    paths = [
        path for path in tracked() if path.suffix in TEXT and path.resolve() != here and path.stat().st_size < 4_000_000
    ]
    return {str(path.relative_to(ROOT)): path.read_text(errors="replace") for path in paths}


FORBIDDEN = {
    "a registry's host": r"pypi\.org|pythonhosted\.org|registry\.npmjs|registry\.yarnpkg|npmmirror|tuna\.tsinghua",
    "an index's address": r"(?<![-\w])--(?:extra-)?index-url|(?<![-\w])--find-links|\"resolved\":\s*\"",
    "a path of one machine": r"/work/(?:main|shared|\.library)|/opt/(?:pypi|wheels)|/root/|/home/[a-z]+/|/tmp/pgs",
    "a private key": r"-----BEGIN [A-Z ]*PRIVATE KEY-----",
}


@pytest.mark.parametrize("what", FORBIDDEN)
def test_no_committed_file_names(what: str) -> None:
    wrong = re.compile(FORBIDDEN[what])
    found = [f"{name}: {match.group(0)}" for name, text in texts().items() for match in [wrong.search(text)] if match]
    assert found == []


def test_the_scan_sees_the_tree() -> None:
    assert {"pyproject.toml", "Makefile", "requirements.lock", "package-lock.json", "civigrid/settings.py"} <= set(
        texts()
    )


def test_nothing_built_and_nothing_secret_is_committed() -> None:
    wrong = re.compile(
        r"(^|/)(keys\.json|\.env|id_rsa|.*\.(mo|pyc|pem|key|sqlite3|dump))$|(^|/)(vendor|node_modules|__pycache__)/"
    )
    assert [name for path in tracked() if wrong.search(name := str(path.relative_to(ROOT)))] == []


def pins(lock: str) -> dict[tuple[str, str], str]:
    """(name, marker) -> version."""
    return {(name, marker): version for name, version, marker in PIN.findall((ROOT / lock).read_text())}


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_every_pin_has_hashes(lock: str) -> None:
    """`--require-hashes` installs nothing that was not looked at when the lock was written."""
    text = (ROOT / lock).read_text()
    blocks = re.split(r"^(?=[a-z0-9])", text, flags=re.MULTILINE)[1:]
    assert len(blocks) == len(pins(lock)) > 30
    assert [block.split()[0] for block in blocks if "--hash=sha256:" not in block] == []
    assert "http" not in re.sub(r"^http[a-z0-9-]*==", "", text, flags=re.MULTILINE)


def test_the_locks_agree() -> None:
    """What is tested is what runs."""
    tested = {(name, version) for (name, _), version in pins("requirements-dev.lock").items()}
    run = {(name, version) for (name, _), version in pins("requirements.lock").items()}
    assert sorted(run - tested) == []


def test_the_locks_hold_what_is_asked_for() -> None:
    """A dependency added to pyproject.toml without `make lock` would be missing on the next machine."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    for lock, extras in (("requirements.lock", ["build"]), ("requirements-dev.lock", ["build", "dev"])):
        asked = [
            *project["dependencies"],
            *(each for extra in extras for each in project["optional-dependencies"][extra]),
        ]
        names = {re.split(r"[\[<>=!~; ]", each)[0].lower().replace("_", "-") for each in asked}
        assert sorted(names - {name for name, _ in pins(lock)}) == [], lock


def test_what_is_imported_is_asked_for() -> None:
    """A package that is there only because another needs it is gone on the day the other no longer does."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    asked = set()
    for name, extras in re.findall(r"^([\w-]+)(?:\[([\w,]+)\])?", "\n".join(project["dependencies"]), re.MULTILINE):
        asked |= {name.lower(), *(f"{name}-{extra}".lower() for extra in extras.split(",") if extra)}
    sources = packages_distributions()
    missing = {
        f"{module.path} imports {name}"
        for module in modules()
        for node in ast.walk(module.tree)
        for name in _imported(node)
        if name not in sys.stdlib_module_names
        and name != "civigrid"
        and asked.isdisjoint(each.lower().replace("_", "-") for each in sources.get(name, [name]))
    }
    assert sorted(missing) == []


def _imported(node: ast.AST) -> set[str]:
    if isinstance(node, ast.ImportFrom):
        return {(node.module or "").split(".")[0]}
    return {alias.name.split(".")[0] for alias in node.names} if isinstance(node, ast.Import) else set()


@cache
def city_words() -> frozenset[str]:
    """Names of the demo city and its regions, and of the cities whose real data we test with."""
    names = {"坪山", "深圳", "东莞", "Boston", "波士顿", "Shenzhen", "Pingshan", "Dongguan"}
    for path in sorted((ROOT / "packs" / "demo").rglob("*")):
        if path.suffix in {".yaml", ".yml"}:
            names |= _names(yaml.safe_load(path.read_text()))
        if path.suffix == ".csv" and path.stem == "regions":
            with path.open(encoding="utf-8-sig", newline="") as file:
                names |= {
                    value for row in csv.DictReader(file) for key, value in row.items() if key in {"name", "name_en"}
                }
    return frozenset(name for name in names if len(name) > 2 or name in {"坪山", "深圳", "东莞"})


def _names(value: object) -> set[str]:
    if not isinstance(value, dict):
        return set()
    return {str(value[key]) for key in ("name", "name_en") if value.get(key)}


def test_no_code_names_a_city() -> None:
    """A city is data, never code."""
    found = [
        f"{module.at(text)} {name}"
        for module in modules()
        for text in strings(module)
        for name in city_words()
        if name in str(text.value)
    ]
    assert found == []


def test_no_page_names_a_city() -> None:
    pages = [
        path for path in (PACKAGE / "web").rglob("*") if path.suffix in {".html", ".js", ".mjs", ".css", ".txt", ".po"}
    ]
    own = [path for path in pages if "vendor" not in path.parts]
    found = [f"{path.relative_to(ROOT)} {name}" for path in own for name in city_words() if name in path.read_text()]
    assert found == []
