"""Documentation is code: what exists is documented, and what is documented exists."""

from __future__ import annotations

import pkgutil
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from civigrid.base import env
from tests.house.source import ROOT, modules

DOCS = ROOT / "docs"


@cache
def pages() -> dict[str, str]:
    paths = [*sorted(DOCS.rglob("*.md")), ROOT / "README.md", ROOT / "README.zh.md"]
    return {str(path.relative_to(ROOT)): path.read_text() for path in paths}


def test_every_setting_is_documented() -> None:
    text = pages()["docs/settings.md"]
    assert [setting.name for setting in env.SETTINGS if f"`{setting.name}`" not in text] == []
    assert len(env.SETTINGS) > 10


def test_every_documented_setting_exists() -> None:
    known = {setting.name for setting in env.SETTINGS}
    named = {name for text in pages().values() for name in re.findall(r"\bCIVIGRID_[A-Z_]+\b", text)}
    assert sorted(named - known) == []


def test_every_default_is_documented_as_it_is() -> None:
    """A row of the table is `| `NAME` | default | ... |`."""
    rows = re.findall(r"^\| `(\w+)` \| (.*?) \|", pages()["docs/settings.md"], re.MULTILINE)
    shown = {name: default.strip().strip("`") for name, default in rows}
    assert {setting.name: shown.get(setting.name) for setting in env.SETTINGS} == {
        setting.name: setting.default for setting in env.SETTINGS
    }


def commands() -> Iterator[str]:
    """`civigrid serve`, `civigrid ledger verify`, ...: every command the program has."""
    import typer

    from civigrid.cli import app

    def walk(command: object, words: str) -> Iterator[str]:
        inner = getattr(command, "commands", None)
        if not inner:
            yield words
            return
        for name, each in inner.items():
            if not each.hidden:
                yield from walk(each, f"{words} {name}")

    yield from walk(typer.main.get_command(app), "civigrid")


def test_every_command_is_documented() -> None:
    text = " ".join("\n".join(pages().values()).split())
    found = list(commands())
    assert len(found) > 5
    assert [command for command in found if command not in text] == []


def test_every_documented_command_exists() -> None:
    """In code spans and blocks: `civigrid foo` where foo is no command misleads whoever follows it."""
    known = set(commands())
    groups = {known_one.rsplit(" ", 1)[0] for known_one in known} | {"civigrid"}
    for page, text in pages().items():
        for words in re.findall(r"(?:^|[`$ ])civigrid((?: [a-z][a-z-]*)+)", "\n".join(code_of(text)), re.MULTILINE):
            said = "civigrid" + words
            assert said in groups or any(f"{said} ".startswith(f"{command} ") for command in known), f"{page}: {said}"


def code_of(text: str) -> list[str]:
    return re.findall(r"```(?:sh|bash|console|ini)\n(.*?)```", text, re.DOTALL) + re.findall(r"`([^`\n]+)`", text)


def test_every_make_target_named_exists() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = {
        word for text in pages().values() for code in code_of(text) for word in re.findall(r"\bmake ([a-z-]+)", code)
    }
    assert {"demo", "test"} <= named
    assert sorted(named - targets) == []


def test_links_lead_somewhere() -> None:
    links = [
        (page, target)
        for page, text in pages().items()
        for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", text)
        if "://" not in target
    ]
    assert links
    assert [(page, target) for page, target in links if not (ROOT / Path(page).parent / target).exists()] == []


def test_files_named_in_the_code_exist() -> None:
    """A message or a comment that sends somebody to a file sends him to one that is there."""
    path = re.compile(r"\b(?:docs|tests|tools|packs/demo)/[\w/-]+\.(?:md|py|toml|yaml)\b")
    named = {(module.path, name) for module in modules() for name in path.findall(module.text)}
    assert named
    assert sorted((where, name) for where, name in named if not (ROOT / name).exists()) == []


def test_nothing_is_left_to_fill_in() -> None:
    assert [f"{page}: {hole}" for page, text in pages().items() for hole in re.findall(r"\{\{\w+\}\}", text)] == []


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_glossary_has_every_stage_and_role(language: str) -> None:
    """In both languages, as the pages say them."""
    from django.utils.translation import override

    from civigrid.cases.rules import Stage
    from civigrid.directory.rules import Role
    from tests.house.test_words import texts

    text = pages()["docs/glossary.md"]
    with override(language):
        labels = {str(words) for _, key, words in texts() if isinstance(key, Stage | Role)}
    assert len(labels) > 15
    assert sorted(label for label in labels if label not in text) == []


def test_decisions_fit_a_page() -> None:
    """An ADR nobody reads to the end decides nothing."""
    long = {name: n for name, text in pages().items() if "/adr/" in name and (n := len(text.split())) > 500}
    assert long == {}
    assert sum("/adr/" in name for name in pages()) > 1


AREAS = "base|intake|classify|places|locate|route|link|cases|flow"
NAMED = sorted(set(re.findall(rf"`((?:{AREAS})(?:\.\w+)+)`", pages()["docs/life-of-a-report.md"])))


@pytest.mark.parametrize("name", NAMED)
def test_what_the_life_of_a_report_names_exists(name: str) -> None:
    assert pkgutil.resolve_name(f"civigrid.{name}")
