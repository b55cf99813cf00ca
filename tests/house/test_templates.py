"""Pages under a strict content policy: nothing inline, nothing from elsewhere, nothing unescaped."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.house.source import PACKAGE, calls
from tests.house.test_source import MAX_FILE

TEMPLATES = PACKAGE / "web" / "templates"
STATIC = PACKAGE / "web" / "static"

LAWS = {
    "no inline style: the policy blocks it, and a class can be themed": r"<style[\s>]|\sstyle\s*=",
    "no inline script: the policy blocks it": r"<script(?![^>]*\ssrc=)[^>]*>",
    "no handler in an attribute: the policy blocks it": r"\son[a-z]+\s*=",
    "no script in an address": r"javascript:|\bjs:",
    "no htmx feature that evaluates text": r"\shx-on|\shx-vals\s*=\s*['\"]js|\sdata-hx-on",
    "nothing loaded from another host": r"(?:src|href|action)\s*=\s*[\"']\s*(?:https?:)?//",
    "nothing shown unescaped": r"\|\s*safe\b|\|\s*safeseq\b|autoescape\s+off",
    "no unfinished work": r"\b(TODO|FIXME|XXX)\b|lorem ipsum",
}


def templates() -> dict[str, str]:
    # comments are not sent, so what they say is free
    comment = re.compile(r"\{#.*?#\}|\{%\s*comment.*?endcomment\s*%\}", re.DOTALL)
    return {
        str(path.relative_to(TEMPLATES)): comment.sub("", path.read_text()) for path in sorted(TEMPLATES.rglob("*.*"))
    }


def own() -> list[Path]:
    return [path for path in STATIC.rglob("*") if path.suffix in {".js", ".mjs", ".css"} and "vendor" not in path.parts]


def test_there_are_templates() -> None:
    assert len(templates()) > 5


@pytest.mark.parametrize("law", LAWS)
def test_templates_keep(law: str) -> None:
    wrong = re.compile(LAWS[law], re.IGNORECASE)
    found = [
        f"{name}:{text.count(chr(10), 0, match.start()) + 1} {match.group(0)}"
        for name, text in templates().items()
        for match in wrong.finditer(text)
    ]
    assert found == []


def test_code_makes_no_text_safe_by_decree() -> None:
    """`mark_safe` trusts whatever comes; `format_html` escapes what it is given."""
    assert [
        module.at(node) for module, node, name in calls() if name.split(".")[-1] in {"mark_safe", "SafeString"}
    ] == []


def test_own_scripts_evaluate_nothing_and_load_nothing_from_elsewhere() -> None:
    evaluates = r"\beval\(|new Function\(|document\.write|\.innerHTML\s*\+?=(?!=)"
    wrong = re.compile(evaluates + r"|(?:from|import\()\s*[\"']https?:|url\(\s*[\"']?https?:")
    assert len(own()) > 1
    found = [
        f"{path.relative_to(STATIC)} {match.group(0)}" for path in own() for match in wrong.finditer(path.read_text())
    ]
    assert found == []


def test_own_scripts_and_styles_are_short() -> None:
    """One over 400 lines is about more than one thing."""
    long = {path.name: n for path in own() if (n := len(path.read_text().splitlines())) > MAX_FILE}
    assert long == {}


def test_every_text_a_page_shows_can_be_translated() -> None:
    """Chinese characters in a template are words that English readers will never get."""
    cjk = re.compile(r"[\u4e00-\u9fff]+")
    allowed = {"中文", "城格"}  # a language is named in itself; so is the product
    found = [
        f"{name}: {match}" for name, text in templates().items() for match in cjk.findall(text) if match not in allowed
    ]
    assert found == []
